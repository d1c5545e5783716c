"""Every no stands beside the field that is to be put right, or above the form where it is about none."""

from __future__ import annotations

import dataclasses

import pytest
from flask_wtf import FlaskForm
from wtforms import StringField

from booking.activities.rules import HallClosedThen
from booking.blueprints.kit.forms import refusals as fields
from booking.blueprints.kit.forms.refusals import field_of
from booking.blueprints.kit.resubmission import forms_of
from booking.blueprints.messages import put_beside, wording
from booking.reservations import refusals as no
from booking.reservations.refusals import RequestPart
from booking.savings.rules import BadArea, BadPrice
from booking.spaces.floor_plan import PlanSizeOutOfRange
from booking.spaces.rules import RuleOutOfRange
from booking.values import Money, Refusal
from booking.values.names import NameHoldsAddress
from tests.test_wordings import every_kind, example, hints, is_abstract

BESIDE = {
    "charges.GivesBackTooMuch": "amount",
    "charges.WordsMissing": "words",
    "invoices.NothingPicked": "whole",
    "invoices.AmountNotPositive": "amount",
    "invoices.CreditedTooMuch": "amount",
    "invoices.ReviewRunning": "reason",
    "needs.AnswerMissing": "answer",
    "needs.DecidedOutOfTime": "month",
    "needs.DecisionMissing": "what",
    "needs.DueBeforeDecided": "by_when",
    "needs.NothingAsked": "words",
    "needs.PhoneUnreadable": "phone",
    "needs.SourceMissing": "source",
    "parks.BadSellerUscc": "seller_uscc",
    "parks.NoSuchZone": "zone_name",
    "parks.ParkClosesBeforeItOpens": "closes",
    "parks.ParkCodeTaken": "code",
    "payments.PaidBeforeInvoice": "received_on",
    "payments.PaidTooMuch": "amount",
    "payments.ReceivedInFuture": "received_on",
    "people.BadUscc": "uscc",
    "people.EmailTaken": "email",
    "people.EndsAfterLeaving": "until",
    "people.LeavesBeforeItJoined": "left_on",
    "people.PasswordTooLong": "password",
    "people.PasswordTooPlain": "password",
    "people.PasswordTooShort": "password",
    "people.UsccTaken": "uscc",
    "people.WrongPassword": "present",
    "reservations.AnotherKind": "space",
    "reservations.AskForOne": "kind",
    "reservations.AsksForApproval": "space",
    "reservations.BeyondHorizon": "day",
    "reservations.ClosedThatDay": "day",
    "reservations.ClosureConflicts": "starts",
    "reservations.ClosureTooLong": "ends",
    "reservations.CrossesMidnight": "ends",
    "reservations.EndsBeforeItStarts": "ends",
    "reservations.InThePast": "starts",
    "reservations.NobodyComes": "people",
    "reservations.NotLonger": "ends",
    "reservations.NotShorter": "ends",
    "reservations.NothingFree": "starts",
    "reservations.OffTheStep": "starts",
    "reservations.OutsideOpeningHours": "starts",
    "reservations.Retired": "space",
    "reservations.Taken": "starts",
    "reservations.TooLong": "ends",
    "reservations.TooManyPeople": "people",
    "reservations.TooShort": "ends",
    "reservations.TooSoon": "starts",
    "savings.BadArea": "area",
    "savings.BadPrice": "price",
    "savings.BaselineInReport": "valid_from",
    "savings.BaselineOutOfTime": "valid_from",
    "savings.EffectInFuture": "declared_on",
    "savings.EvidenceTooLarge": "document",
    "savings.EvidenceUnreadable": "document",
    "savings.PaperMissing": "decision",
    "savings.NotFirstOfMonth": "valid_from",
    "spaces.FileEmpty": "file",
    "spaces.FileTooLarge": "file",
    "spaces.FileTooSlow": "file",
    "spaces.FileUnreadable": "file",
    "spaces.WorkbookTooComplex": "file",
    "spaces.NotADrawing": "picture",
    "spaces.NotAPicture": "picture",
    "spaces.PictureTooLarge": "picture",
    "spaces.AreaNameTaken": "name",
    "spaces.ClosesBeforeItOpens": "closes_minute",
    "spaces.CodeTaken": "code",
    "spaces.MaximumBelowMinimum": "maximum_minutes",
    "spaces.MinimumBeyondTheDay": "minimum_minutes",
    "spaces.MinimumOffStep": "minimum_minutes",
    "spaces.OnePartIsNoCombination": "parts",
    "spaces.PartCannotBe": "parts",
    "spaces.PartCannotCombine": "parts",
    "spaces.PartsStillBooked": "parts",
    "spaces.TooManyShapes": "shapes",
    "tariffs.BasisNotForKind": "basis",
    "tariffs.VersionThatDay": "valid_from",
    "tariffs.VersionTooEarly": "valid_from",
    "usage.EndBeforeStart": "ended_at",
    "usage.NotYet": "ended_at",
    "usage.OverlapsAnotherStay": "ended_at",
    "values.NameHoldsAddress": "name",
    "values.ReasonMissing": "reason",
}
"""As it was when every refusal named its field itself; all others concerned the whole form."""

OVERRIDDEN = [
    (no.InThePast, "day", {"part": RequestPart.DAY}),
    (no.InThePast, "ends", {"part": RequestPart.END}),
    (no.EndsBeforeItStarts, "until", {"part": RequestPart.UNTIL}),
    (no.InThePast, "until", {"part": RequestPart.UNTIL}),
    (no.NotLonger, "until", {"part": RequestPart.UNTIL}),
    (no.TooLong, "until", {"part": RequestPart.UNTIL}),
    (no.OutsideOpeningHours, "ends", {"part": RequestPart.END}),
    (no.OutsideOpeningHours, "until", {"part": RequestPart.UNTIL}),
    (no.OffTheStep, "ends", {"part": RequestPart.END}),
    (no.NoSuchSpace, "equipment", {"part": RequestPart.EQUIPMENT}),
    (no.NoSuchSpace, "area", {"part": RequestPart.AREA}),
]
"""What a rule says of where in a request it looked, and the field it named then."""


def made(kind, **facts):
    """Make a refusal of the facts it cannot be without, and of those that are given."""
    if not dataclasses.is_dataclass(kind):
        return kind()
    known = hints(kind)
    needed = [one.name for one in dataclasses.fields(kind) if one.default is dataclasses.MISSING]
    return kind(**({name: example(known[name]) for name in needed} | facts))


def key(kind):
    return f"{kind.__module__.split('.')[1]}.{kind.__name__}"


def stands_at(app, refusal, *names):
    """Put a refusal beside a form of these fields, and tell where its sentence stands."""
    form_class = type("Form", (FlaskForm,), {name: StringField(name) for name in names})
    with app.test_request_context():
        form = form_class(meta={"csrf": False})
        put_beside(form, refusal)
        said = wording(refusal)
        where = [name for name in names if said in form._fields[name].errors]
        return where + (["the form"] if said in form.form_errors else [])


NAME_IT = (RuleOutOfRange, PlanSizeOutOfRange)
"""Each of them says itself which of several figures it is about."""


def test_every_no_stands_where_it_stood(app):
    kinds = [kind for kind in every_kind() if not is_abstract(kind) and kind not in NAME_IT]
    assert set(BESIDE) <= {key(kind) for kind in kinds}
    for kind in kinds:
        field = BESIDE.get(key(kind))
        names = {field or "name", "another"}
        assert stands_at(app, made(kind), *names) == [field or "the form"], key(kind)


@pytest.mark.parametrize(("kind", "field", "facts"), OVERRIDDEN)
def test_a_no_that_could_be_about_several_fields_stands_beside_the_one_it_is_about(app, kind, field, facts):
    assert stands_at(app, made(kind, **facts), field, "another") == [field]


@pytest.mark.parametrize(
    ("refusal", "field"),
    [
        (NameHoldsAddress("short_name"), "short_name"),
        (BadArea(0, 1, "own_area"), "own_area"),
        (BadPrice(Money(0), Money(1), "own_price"), "own_price"),
        (RuleOutOfRange("horizon_days", 1, 2), "horizon_days"),
        (PlanSizeOutOfRange("rows"), "rows"),
    ],
)
def test_a_no_about_one_of_several_figures_stands_beside_it(app, refusal, field):
    assert stands_at(app, refusal, field, "another") == [field]


def test_a_no_about_a_field_the_form_lacks_stands_above_it(app):
    assert stands_at(app, made(no.TooSoon), "another") == ["the form"]


def test_every_part_of_a_request_has_its_field():
    assert set(fields.FIELD_OF_PART) == set(RequestPart)


def test_no_refusal_names_a_field_itself():
    assert not hasattr(Refusal, "field")
    assert not [kind for kind in every_kind() if hasattr(kind, "field") or "field" in kind.__annotations__]


def test_every_field_that_is_named_stands_in_a_form(app):
    with app.app_context():
        known = {name for at in app.view_functions for form in forms_of(at) for name in dir(form)}
    named = {
        field_of(made(kind))
        for kind in every_kind()
        if not is_abstract(kind) and kind not in {*NAME_IT, HallClosedThen}
    }
    assert named - {None} - known == set()
