"""Begin a series: the form, what each occurrence would be, and the act."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.availability import SEATED
from booking.blueprints.kit.converters import day_or, whole
from booking.blueprints.kit.filters import comma_list, day
from booking.blueprints.kit.forms.booking import offer_colleagues, promise_before, put_amiss
from booking.blueprints.kit.forms.reservation import apply_refusal, prefill, wanted_space
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.labels.series import books_itself_labels, ends_when, how_often
from booking.blueprints.kit.labels.spaces import hours_hint
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.series.forms import (
    USUAL_COUNT,
    SeriesForm,
    SeriesRoomForm,
    checks_of_rule,
    chosen_in,
    fill_rule,
    plan_of,
)
from booking.blueprints.series.outlook import look_ahead, totals_of
from booking.blueprints.series.seen import Seen
from booking.blueprints.series.show import blueprint
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.parks.queries import park_calendar, provisional_years
from booking.reservations.approval.rules import Answerer
from booking.reservations.guests.rules import NOBODY, check_number
from booking.reservations.series.begin_series import begin_series
from booking.reservations.series.foresee import doubtful_of
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.series.queries import tally_of, wished_of
from booking.reservations.series.recurrence import Frequency, Recurrence, read_rule
from booking.reservations.series.rules import SeriesPlan, days_of_plan, planned_day
from booking.reservations.space_queries import SpaceRow, space_row, space_to_book
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for
from booking.values import Refusal, local_day
from booking.values.writing import minute_clock


@blueprint.get("/new")
@allow(*TENANTS)
def new() -> ResponseReturnValue:
    """Show the form, with what the address says; `repeat` is a rule of RFC 5545."""
    return _begin(space_for_series(request.args.get("space", 0, type=whole)), request.args)


def _begin(space: SpaceRow, said: MultiDict[str, str]) -> ResponseReturnValue:
    """Show the form with what was said of it; who comes along is sent, and stands in no address."""
    form, now = _form(space, said), clock.now()
    try:
        _prefill(form, space, now)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return draw_form(form, space, now), status
    return draw_form(form, space, now)


BEGIN, LOOK, EDIT, BOOK = "begin", "look", "edit", "book"


@blueprint.post("/new")
@allow(*TENANTS)
@takes(_("重复预订"), SeriesForm, SeriesRoomForm)
def create() -> ResponseReturnValue:
    """Show what would become of each occurrence; from there book what is free and keep the rest."""
    now, step = clock.now(), pressed_step(request.form)
    space = space_for_series(request.form.get("space", 0, type=whole))
    if step == BEGIN:
        return _begin(space, request.form)
    form = _form(space)
    form.validate()
    if step != EDIT:
        put_amiss(form, space.capacity, checks_of_rule(form))
    if form.errors:
        return draw_form(form, space, now), UNPROCESSABLE
    if step == EDIT:
        return draw_form(form, space, now)
    try:
        if step == LOOK:
            return _preview(form, wanted_space(space.id), now)
        return _begun(_book(form, space, now), plan_of(form), now)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return draw_form(form, space, now), status


def pressed_step(form: MultiDict[str, str]) -> str:
    """Tell what was pressed; who chooses something instead looks at the preview again."""
    return LOOK if "choose" in form else form.get("step", BOOK)


def _begun(made: Series, plan: SeriesPlan, now: datetime) -> ResponseReturnValue:
    """Say what became of its occurrences: that all of it is booked only where it is."""
    there = tally_of(db.session(), made.id)
    days, _ = days_of_plan(plan, park_calendar(db.session(), made.park_id))
    words = gettext("订好了 %(count)s 次。", count=there.booked) if there.booked else ""
    if there.booked == len(days):
        words = gettext("整个系列订好了。")
    kept = wished_of(db.session(), made.id, now) if there.all < len(days) else ()
    unbooked = max(0, len(days) - there.all - len(kept))
    return done(made, words, now, waits=there.waits, kept=kept, unbooked=unbooked)


NONE_WAITS: Mapping[Answerer, int] = MappingProxyType({})


def done(
    made: Series,
    words: str,
    now: datetime,
    *,
    waits: Mapping[Answerer, int] = NONE_WAITS,
    kept: Sequence[WishedOccurrence] = (),
    unbooked: int = 0,
) -> ResponseReturnValue:
    """Say what was done, what is only kept, and what was chosen and is gone; lead to the series.

    Of what is kept that is told apart which books itself, surely or perhaps; so many `unbooked` are not even
    kept, and so many wait, by whose answer.
    """
    if words:
        flash(words, "success")
    if manager := waits.get(Answerer.MANAGER):
        flash(gettext("%(count)s 次等企业负责人批准，批准之前不保留时间。", count=manager), "info")
    if park := waits.get(Answerer.PARK):
        flash(gettext("%(count)s 次等园区确认，确认之前不保留时间。", count=park), "info")
    if unbooked:
        flash(gettext("%(count)s 次不开放或来不及，没有订。", count=unbooked), "info")
    later = [one for one in kept if one.opens_on is not None]
    doubtful = doubtful_of(db.session(), made.space, later, now=now)
    for told in books_itself_labels(len(later), len(doubtful)):
        flash(told, "info")
    if len(kept) > len(later):
        flash(gettext("%(count)s 次先替你记着。", count=len(kept) - len(later)), "info")
    chosen = chosen_in(request.form)
    lost = [day(planned_day(one.recurrence_id)) for one in kept if one.recurrence_id in chosen]
    if lost:
        days = comma_list(lost)
        flash(gettext("选好的时间或地方刚被别人订走，先替你记着：%(days)s。", days=days), "warning")
    return redirect(url_for("series.show", series_id=made.id))


def _book(form: SeriesForm, space: SpaceRow, now: datetime) -> Series:
    plan, by, people = plan_of(form), actor(), form.people.data or 1
    along = form.wanted() if isinstance(form, SeriesRoomForm) else NOBODY
    with transaction() as session:
        return begin_series(
            session,
            space_to_book(session, space.park_id, space.id) or abort(404),
            plan,
            price=totals_of,
            by=by,
            now=now,
            people=people,
            purpose=form.purpose.data or "",
            idempotency_key=form.idempotency_key.data,
            instead=chosen_in(request.form),
            along=along,
        )


def _preview(form: SeriesForm, space: Space, now: datetime) -> str:
    plan, name = plan_of(form), local_name(space.name, space.name_en)
    along = form.wanted() if isinstance(form, SeriesRoomForm) else NOBODY
    check_number(along)
    people = max(form.people.data or 1, len(along) + 1)
    seen = look_ahead(space, plan, people, now, chosen_in(request.form))
    first = planned_day(seen.lines[0].key)
    if first != plan.first_day:
        words = gettext(
            "%(day)s 不在这条规则里，第一次是 %(first)s。", day=day(plan.first_day), first=day(first)
        )
        seen = seen._replace(begins=words)
    way = [
        (gettext("预订"), url_for("calendar.day")),
        (name, url_for("reservations.new", space=space.id)),
        (gettext("核对"), ""),
    ]
    title = gettext("重复预订 %(name)s", name=name)
    return preview_page(title, often_label(plan), way, seen, url_for("series.create"))


def preview_page(title: str, lead: str, way: Sequence[tuple[str, str]], seen: Seen, url: str) -> str:
    """Draw what would become of each; the form that was filled in goes along, with what was chosen."""
    filled = [(key, value) for key, value in request.form.items(multi=True) if key not in NOT_AGAIN]
    fields = [*filled, *(("instead", one) for one in seen.elsewhere)]
    return render_template(
        "series/preview.html", title=title, lead=lead, way=way, seen=seen, fields=fields, url=url
    )


NOT_AGAIN = ("step", "csrf_token", "choose", "instead", "fee")


def often_label(plan: SeriesPlan) -> str:
    """Say 每周三 09:00–10:00，共 12 次."""
    often = how_often(plan.rule, working_days_only=plan.working_days_only)
    hours = f"{minute_clock(plan.starts)}–{minute_clock(plan.ends)}"
    return gettext("%(often)s %(hours)s，%(ends)s", often=often, hours=hours, ends=ends_when(plan.rule))


def space_for_series(space_id: int) -> SpaceRow:
    """Find a space of the reader's park that is had by the hour, or answer 404."""
    space = space_row(db.session(), my_park().id, space_id)
    return space if space is not None and space.kind is not Kind.STORAGE else abort(404)


def _form(space: SpaceRow, args: MultiDict[str, str] | None = None) -> SeriesForm:
    kind = SeriesRoomForm if space.kind in SEATED else SeriesForm
    form = kind(args) if args is not None else kind()
    form.space.data = str(space.id)
    return form


def _prefill(form: SeriesForm, space: SpaceRow, now: datetime) -> None:
    """Fill in what the address says, and a weekly rule on the day of the first where it says none."""
    form.idempotency_key.data = secrets.token_urlsafe(12)
    prefill(form, space, now)
    first = form.day.data or day_or(None, local_day(now, my_park().zone))
    form.month_on.data = str(first.day)
    fill_rule(form, Recurrence(Frequency.WEEKLY, weekdays=(first.weekday(),), count=USUAL_COUNT))
    if repeat := request.values.get("repeat"):
        form.working_days_only.data = request.values.get("working_days_only") is not None
        fill_rule(form, read_rule(repeat, first))


def draw_form(form: SeriesForm, space: SpaceRow, now: datetime) -> str:
    """Draw the form."""
    today = local_day(now, my_park().zone)
    opening, first = rule_for(db.session(), space, since=today), form.day.data or today
    last = form.until.data or first
    offer_colleagues(form, me().id)
    return render_template(
        "series/new.html",
        form=form,
        space=space,
        name=local_name(space.name, space.name_en),
        hint=hours_hint(opening, first),
        opening=opening,
        promise=promise_before(space, opening, None, now),
        single_url=url_for("reservations.new", space=space.id),
        provisional=provisional_years(db.session(), my_park().id, first, max(first, last)),
    )
