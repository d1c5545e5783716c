"""Join the waiting list: the form that says what it means, what its hidden fields name, and the act."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.availability import SEATED, Criteria, new_url
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.reservation import (
    ReserveForm,
    apply_refusal,
    fill_people,
    fill_times,
    prefill,
    span_of,
    wanted_space,
)
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.labels.passed_over import passed_over, waits_passed_over
from booking.blueprints.kit.labels.people import judged_for_me
from booking.blueprints.kit.labels.prices import fulls_of, price_detail, price_text
from booking.blueprints.kit.labels.reservations import place_name
from booking.blueprints.kit.labels.spaces import kind_name, kind_or
from booking.blueprints.kit.labels.waiting import any_space_label
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.blueprints.waiting.show import blueprint
from booking.charges.pricing import Quote, quote_many
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.reservations.alternatives import Asker, free_and_allowed
from booking.reservations.approval.agree import ToJudge
from booking.reservations.approval.rules import Booking, WaitNeedsManager, check_wait
from booking.reservations.quotas.quotas import OfKind, check_quota
from booking.reservations.space_queries import (
    SpaceFilter,
    areas_of_kind,
    equipment_of_kind,
    fitting_rows,
    space_to_book,
)
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.reservations.waiting.models import Wait
from booking.reservations.waiting.wait_for import AnyOf, wait_for
from booking.spaces.models import AnySpace, Kind, Space
from booking.values import Money, Refusal, Span


class WaitForm(ReserveForm):
    """Wait for one space, or without one for any of a kind."""

    kind = HiddenField("")


class Wanted(NamedTuple):
    """What is waited for: a space, or any that has what is looked for."""

    space: Space | None
    any_of: AnyOf | None
    kind: Kind

    @property
    def name(self) -> str:
        """Say it."""
        if self.space is not None:
            return place_name(self.space)
        assert self.any_of is not None  # noqa: S101 - one or the other
        return any_space_label(self.kind, self.any_of.wanted.equipment)

    @property
    def kind_name(self) -> str:
        """Say of which kind it is."""
        return str(kind_name(self.kind))


def wanted_of_request() -> Wanted:
    """Read what is waited for, from the address or the form; a store has no line, and is not found."""
    if space_id := request.values.get("space", 0, type=whole):
        space = wanted_space(space_id)
        if space.kind in SPACES_WITHOUT_LINE:
            abort(404)
        return Wanted(space, None, space.kind)
    kind = kind_or(request.values.get("kind"), Kind.MEETING_ROOM)
    if kind in SPACES_WITHOUT_LINE:
        abort(404)
    session, park_id = db.session(), my_park().id
    areas = {row[0] for row in areas_of_kind(session, park_id, kind)}
    wish = Criteria.of_request().among(kind, equipment_of_kind(session, park_id, kind), areas)
    return Wanted(None, AnyOf(kind, wish), kind)


def wait_form(wanted: Wanted, source: MultiDict[str, str] | None = None) -> WaitForm:
    """Make the form; what is not typed is named in it."""
    form = WaitForm(source) if source is not None else WaitForm()
    form.space.data = f"{wanted.space.id}" if wanted.space else ""
    form.kind.data = wanted.kind.value
    return form


def fill(form: WaitForm, wanted: Wanted, now: datetime) -> None:
    """Begin with what the address says, else with the next full hour."""
    if wanted.space is not None:
        prefill(form, wanted.space, now)
        return
    form.day.data = form.day.data or now.astimezone(my_park().zone).date()
    fill_people(form, wanted.kind)
    fill_times(form, now)


@blueprint.get("/new")
@allow(*TENANTS)
def new() -> str:
    """Show the form; every field can come with the address."""
    wanted = wanted_of_request()
    form = wait_form(wanted, request.args)
    fill(form, wanted, clock.now())
    return join_page(form, wanted)


@blueprint.post("/new")
@allow(*TENANTS)
@takes(_("候补"), WaitForm)
def join() -> ResponseReturnValue:
    """Stand in line, or say why not."""
    wanted = wanted_of_request()
    form = wait_form(wanted)
    if not form.validate():
        return join_page(form, wanted), UNPROCESSABLE
    try:
        wait = carry_out_wait(form, wanted, clock.now())
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return join_page(form, wanted), status
    over = waits_passed_over([wait], clock.now())
    flash(gettext("已排候补。") if over else gettext("已排候补，空出来会发邮件给你。"), "success")
    return redirect(url_for("waiting.show", wait_id=wait.id))


def carry_out_wait(form: WaitForm, wanted: Wanted, now: datetime) -> Wait:
    """Stand in line in one transaction."""
    span, by = span_of(form, now), actor()
    park_id, space_id = my_park().id, wanted.space.id if wanted.space else None
    priced = priced_wait(wanted.space, wanted.any_of, span) if by.rights is not None else None
    with transaction() as session:
        space = space_to_book(session, park_id, space_id) if space_id else None
        return wait_for(
            session,
            space or wanted.any_of or abort(404),
            span,
            by=by,
            now=now,
            people=form.people.data or 1,
            purpose=form.purpose.data or "",
            judged=priced.judged if priced else None,
        )


class PricedWait(NamedTuple):
    """What it costs as if it came next, and at most; of several places the one easiest to have."""

    price: Quote
    full: Money | None
    judged: Booking


def priced_wait(space: Space | None, any_of: AnyOf | None, span: Span) -> PricedWait | None:
    """Price what is waited for, and give it as the reader's limit judges it; None where no tariff says."""
    session, park = db.session(), my_park()
    rows: Sequence[AnySpace] = [space] if space else []
    if any_of is not None:
        rows = fitting_rows(session, park.id, any_of.kind, span.start, any_of.wanted)
    quotes = quote_many(session, park, my_enterprise(), rows, span)
    there = [row for row in rows if row.id in quotes]
    if not there:
        return None
    fulls = fulls_of({row.id: (row, span) for row in there}, quotes)
    limited = me().rights is not None
    judged = judged_for_me([ToJudge(row, span, None if limited else quotes[row.id].total) for row in there])
    found = [
        PricedWait(quotes[row.id], fulls.get(row.id), wish) for row, wish in zip(there, judged, strict=True)
    ]
    return min(found, key=lambda one: (one.judged.quote, one.price.total))


def join_page(form: WaitForm, wanted: Wanted) -> str:
    """Draw the form."""
    priced = _priced(form, wanted, clock.now())
    why_not = _why_not(wanted, priced)
    return render_template(
        "waiting/new.html",
        form=form,
        wanted=wanted,
        wish=Criteria.of_request()._replace(people=None, purpose=""),
        hold_minutes=my_park().hold_minutes,
        free_url=_way_to_free(form, wanted, clock.now()),
        over=_over_quota(form, wanted, clock.now()),
        why_not="" if form.errors else why_not,  # the press says so itself
        alone=not why_not,
        price=price_text(priced.price, priced.full) if priced else "",
        price_detail=price_detail(priced.price, priced.full) if priced else "",
        doubtful=priced is not None and priced.full is not None,
        day_url=url_for("calendar.day", **Criteria().args(kind=wanted.kind.value, day=form.day.data)),
    )


def _over_quota(form: WaitForm, wanted: Wanted, now: datetime) -> str:
    if form.day.data is None or form.starts.data is None or form.ends.data is None:
        return ""
    with suppress(Refusal):  # what is wrong with the times stands beside them
        return passed_over(OfKind(my_park().id, wanted.kind), span_of(form, now), now)
    return ""


def _priced(form: WaitForm, wanted: Wanted, now: datetime) -> PricedWait | None:
    """Price what is in the form; None where that cannot be, or has no tariff."""
    if None in (form.day.data, form.starts.data, form.ends.data):
        return None
    with suppress(Refusal):  # what is wrong with the times stands beside them
        return priced_wait(wanted.space, wanted.any_of, span_of(form, now))
    return None


def _why_not(wanted: Wanted, priced: PricedWait | None) -> str:
    """Say beforehand that it takes the manager to wait for what is in the form; "" where it does not."""
    try:
        check_wait(me().rights, priced.judged if priced else Booking(wanted.kind, Money.zero()))
    except WaitNeedsManager as refusal:
        return wording(refusal)
    return ""


def _way_to_free(form: WaitForm, wanted: Wanted, now: datetime) -> str:
    """Lead to the booking of what is free then, and need not be waited for; "" where nothing is."""
    if form.day.data is None or form.starts.data is None or form.ends.data is None:
        return ""
    people = (form.people.data or 1) if wanted.kind in SEATED else 1
    wish = wanted.any_of.wanted._replace(people=people) if wanted.any_of else SpaceFilter(people)
    try:
        span, asker = span_of(form, now), Asker(people, at_once=True)
        kind = OfKind(my_park().id, wanted.kind)
        check_quota(db.session(), kind, span, my_enterprise_id(), me().id, hold=False)
        free = free_and_allowed(db.session(), my_park(), wanted.kind, span, now, wish, asker)
    except Refusal:
        return ""
    carried = {"people": people, "purpose": form.purpose.data or None}
    if wanted.space is not None:
        there = any(row.id == wanted.space.id for row in free)
        return new_url(wanted.space.id, wanted.kind, span, **carried) if there else ""
    when = {"day": form.day.data, "starts": form.starts.text, "ends": form.ends.text}
    args = Criteria.of_request().args(kind=wanted.kind.value, people=people, **when)
    return url_for("calendar.search", **args) if free else ""
