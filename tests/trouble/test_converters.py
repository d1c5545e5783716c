"""Nobody breaks a page with nonsense in an address or a form."""

from __future__ import annotations

import pytest
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.fields.core import UnboundField

from booking.blueprints.idle_places.place import id_or_none
from booking.blueprints.kit.access import allowed_at
from booking.blueprints.kit.converters import LARGEST, whole
from booking.people.models import Role
from tests.access_cases import PLAIN, make_all
from tests.test_access import methods, routes, url_of

SERVER_ERROR = 500
NOT_FOUND = 404
BAD_REQUEST = 400
HUGE = "9" * 30
MONTHS = ("0001-01", "9999-12", "2026-13", "0000-00", "²²²²-12")

WHOLES = [
    "end_minutes",
    "length",
    "missed_minutes",
    "quiet_from",
    "quiet_to",
    "start_minutes",
    "colleagues",
    "hours",
    "area",
    "area_id",
    "buffer_minutes",
    "capacity",
    "columns",
    "count",
    "device",
    "early_minutes",
    "hold_minutes",
    "answer_hours",
    "enterprise",
    "free_large",
    "free_medium",
    "free_micro",
    "free_small",
    "given_back_by_id",
    "grace_minutes",
    "guest_ids",
    "horizon_days",
    "increment_minutes",
    "interval",
    "late_cancel_minutes",
    "lead_minutes",
    "maximum_days",
    "maximum_minutes",
    "member",
    "minimum_minutes",
    "needs",
    "number",
    "owner",
    "page",
    "parts",
    "payment_days",
    "people",
    "places",
    "position",
    "review_days",
    "rows",
    "s",
    "space",
    "space_id",
    "spaces",
    "step_minutes",
    "version",
    "weekdays",
]
MONEY = [
    "amount",
    "area_m2",
    "daily_cap",
    "monthly_budget",
    "no_show",
    "own_area",
    "own_price",
    "price",
    "rate",
    "vat",
]
TEXTS = [
    "actor",
    "code",
    "figure",
    "kind",
    "label",
    "name",
    "next",
    "note",
    "idempotency_key",
    "purpose",
    "q",
    "reason",
    "show",
    "state",
    "subject",
    "title",
    "to",
    "words",
]
DAYS = ["day", "declared_on", "joined_on", "left_on", "received_on", "valid_from"]
INSTANTS = ["end", "ended_at", "ends_at", "start", "started_at", "until"]
PLAUSIBLE = {
    "day": "2026-11-04", "starts": "10:00", "ends": "11:00", "start": "2026-11-04T10:00",
    "end": "2026-11-04T11:00", "started_at": "2026-11-02T08:00", "ended_at": "2026-11-02T09:00",
    "people": "1", "amount": "1", "received_on": "2026-11-02", "whole": "part", "outcome": "granted",
    "reason": "原因", "words": "原因", "name": "名称", "code": "N1", "kind": "meeting_room", "size": "micro",
    "month": "2026-10", "valid_from": "2026-10", "area": "10", "price": "3.2", "own_area": "5",
    "own_price": "3.2", "declared_on": "2026-11-01", "title": "订单", "figure": "1", "working": "rest",
}  # fmt: skip


def said(names, word):
    return PLAUSIBLE | dict.fromkeys(names, word)


NONSENSE = {
    "huge numbers": said((*WHOLES, *MONEY), HUGE),
    "numbers below nothing": said((*WHOLES, *MONEY), "-1"),
    "no numbers": said((*WHOLES, *MONEY, *TEXTS), "nan"),
    "digits of other scripts": said((*WHOLES, *MONEY), "²"),
    "the year 1": said(DAYS, "0001-01-01")
    | said(INSTANTS, "0001-01-01T00:00")
    | {"month": "0001-01", "starts": "0001-01-01T00:00", "ends": "0001-01-01T00:01+00:00"},
    "the year 9999": said(DAYS, "9999-12-31")
    | said(INSTANTS, "9999-12-31T23:59+00:00")
    | {"month": "9999-12", "starts": "9999-12-31T23:00", "ends": "9999-12-31T23:59+00:00"},
    "long texts": said(TEXTS, "字" * 2_000),
    "somebody else's language": said(TEXTS, "'; DROP TABLE member; --%s{{7*7}}"),
}

# These have tests of their own: they end sessions, or need an invoice that was really made.
ELSEWHERE = {"closing.credit", "sign_in.password", "sign_in.out", "sign_in.out_everywhere"}


@pytest.fixture
def have(world):
    return make_all(world, world.park())


@pytest.fixture
def trouble(app, session, sign_in, have):
    """Knock, and tell where the answer was a breakdown."""

    def knock(rule, url, method, **more):
        session.rollback()
        member = have.people[someone(app, rule)]
        session.refresh(member)
        try:
            status = sign_in(member).open(url, method=method, **more).status_code
        except Exception as error:  # noqa: BLE001 - every breakdown is told
            return [f"{method} {url}: {type(error).__name__}: {str(error).splitlines()[0][:150]}"]
        return [f"{method} {url}: {status}"] if status >= SERVER_ERROR else []

    return knock


def someone(app, rule):
    allowed = allowed_at(app, rule.endpoint) or set(Role)
    return Role.MANAGER if Role.MANAGER in allowed else min(allowed)


def test_no_number_and_no_month_in_an_address_is_too_much(app, have, trouble):
    wrong = []
    for rule in routes(app):
        for name in rule.arguments - {"filename", "token", "ticket", "form", "name", "act", "scan_code"}:
            right = str(PLAIN.get(name, have.ids.get(name, "")))
            for word in MONTHS if name == "month" else (HUGE,):
                url = url_of(app, rule, have).replace(f"/{right}", f"/{word}", 1)
                for method in methods(rule):
                    wrong += trouble(rule, url, method)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_no_question_and_no_form_is_too_much(app, have, trouble, nonsense):
    asked, wrong = {"space": str(have["space_id"])} | NONSENSE[nonsense], []
    for rule in routes(app):
        if rule.endpoint in ELSEWHERE or rule.endpoint.endswith("static"):
            continue
        for method in methods(rule):
            how = {"query_string": asked} if method == "GET" else {"data": asked}
            wrong += trouble(rule, url_of(app, rule, have), method, **how)
    assert not wrong, "\n".join(wrong)


def test_whole_numbers_of_forms_are_read_by_what_bounds_them(app):
    """`int` reads a number that no table holds, and what is asked of a table then breaks down."""
    fields = {f"{form.__name__}.{name}": kept for form in forms_of(FlaskForm) for name, kept in of(form)}
    assert len(fields) > 150, "the forms were found"
    assert [name for name, kept in fields.items() if kept.kwargs.get("coerce") is int] == []
    wholes = {name.partition(".")[2] for name, kept in fields.items() if reads_wholes(kept)}
    assert wholes - set(WHOLES) == set(), "these too are knocked at with huge numbers"
    for far in (str(LARGEST + 1), f"-{LARGEST + 1}", HUGE):
        with pytest.raises(ValueError, match="too large"):
            whole(far)


def forms_of(base):
    for form in base.__subclasses__():
        yield form
        yield from forms_of(form)


def of(form):
    kept = {name: getattr(form, name) for name in dir(form)}
    return [(name, one) for name, one in kept.items() if isinstance(one, UnboundField)]


def reads_wholes(kept):
    return issubclass(kept.field_class, IntegerField) or kept.kwargs.get("coerce") in {whole, id_or_none}


@pytest.mark.parametrize("url", ["/enterprises?q=a%00b", "/s?code=%00", "/s/a%00b", "/inventory/?q=%00"])
def test_nul_never_reaches_a_database(have, sign_in, url):
    assert sign_in(have.people[Role.ADMIN]).get(url).status_code == BAD_REQUEST


def test_nul_in_a_form_is_refused(client):
    assert (
        client.post("/sign-in", data={"email": "a\0@b.example", "password": "x"}).status_code == BAD_REQUEST
    )
