"""Change or cancel a series from one of its occurrences on: what it would come to, and the act."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import day, money
from booking.blueprints.kit.forms.fields import ClockField, options
from booking.blueprints.kit.forms.reservation import apply_refusal, wanted_space
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.labels.prices import estimate_label
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.series import series_rule
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_enterprise, my_park
from booking.blueprints.messages import wording
from booking.blueprints.series.outlook import occurrence_line, price_each, problem_of
from booking.blueprints.series.show import blueprint, series_or_404
from booking.charges.pricing import Quote
from booking.charges.quote_each import quote_in_turn
from booking.charges.series import cancel_series, late_cancel_fees, to_cancel
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.letters import series as letters
from booking.reservations.approval.agree import PricedChange, changes_judged
from booking.reservations.models import Reservation
from booking.reservations.move_or_cancel import who_is_asked
from booking.reservations.refusals import AsksForApproval, OutOfDate
from booking.reservations.series.change_series import (
    ChangedSeries,
    SeriesChange,
    change_series,
    foresee_change,
    regular,
)
from booking.reservations.series.foresee import Prospect
from booking.reservations.series.models import Series
from booking.reservations.series.queries import keys_of, wished_of
from booking.reservations.series.rules import planned_day
from booking.reservations.space_queries import space_to_book, spaces_in_service
from booking.spaces.models import Space
from booking.values import Money, Refusal, local_day


class SeriesChangeForm(FlaskForm):
    """Another time of the day, another space, for the rest of a series."""

    space = SelectField(_("空间"), coerce=whole)
    starts = ClockField(_("开始"), [InputRequired(_("请填写开始时间。"))])
    ends = ClockField(_("结束"), [InputRequired(_("请填写结束时间。"))])
    since = HiddenField("")
    version = IntegerField(widget=HiddenInput())


@blueprint.get("/<int:series_id>/cancel")
@allow(*TENANTS)
def cancel(series_id: int) -> str:
    """Show what would be given back from an occurrence on, and what that costs."""
    now, series = clock.now(), series_or_404(series_id)
    since = since_of(request.args.get("since"), series)
    rows = to_cancel(db.session(), series_id, since, now)
    fees = late_cancel_fees(db.session(), my_park(), rows, now)
    wished = [one for one in wished_of(db.session(), series_id, now) if one.recurrence_id >= since]
    return render_template(
        "series/cancel.html",
        **_about(series, since),
        lines=[
            (
                times(one.starts_at, one.ends_at, one.space.kind),
                money(fees[one.id]) if fees.get(one.id) else "",
            )
            for one in sorted(rows, key=lambda one: one.starts_at)
        ],
        wished=len(wished),
        fee=Money.total(fees.values()),
    )


@blueprint.post("/<int:series_id>/cancel")
@allow(*TENANTS)
def cancelled(series_id: int) -> ResponseReturnValue:
    """Cancel them; a second press finds nothing left."""
    series, by, now = series_or_404(series_id), actor(), clock.now()
    since = since_of(request.form.get("since"), series)
    with transaction() as session:
        fees = late_cancel_fees(session, my_park(), to_cancel(session, series_id, since, now), now)
        rows = cancel_series(session, series_id, since=since, letter=letters.series_cancelled, by=by, now=now)
        count, fee = len(rows), Money.total(fees.get(one.id, Money.zero()) for one in rows)
    words = gettext("已取消 %(count)s 次，时间已释放。", count=count)
    flash(words + (gettext("按价目收取迟取消费 %(fee)s。", fee=money(fee)) if fee else ""), "success")
    return redirect(url_for("series.show", series_id=series_id))


@blueprint.get("/<int:series_id>/change")
@allow(*TENANTS)
def change(series_id: int) -> str:
    """Show where and when the rest of it is, to be changed."""
    series = series_or_404(series_id)
    form = SeriesChangeForm(None)
    _offer_spaces(form, series)
    form.space.data, form.version.data = series.space_id, series.version
    form.starts.data, form.ends.data = series.starts_minute, series.ends_minute
    form.since.data = since_of(request.args.get("since"), series)
    return _change_page(form, series)


LOOK = "look"


@blueprint.post("/<int:series_id>/change")
@allow(*TENANTS)
@takes(_("更改重复预订"), SeriesChangeForm)
def changed(series_id: int) -> ResponseReturnValue:
    """Show what would become of each, and from there change them; what cannot be had stays where it is."""
    now, series, form = clock.now(), series_or_404(series_id), SeriesChangeForm()
    _offer_spaces(form, series)
    form.since.data = since_of(form.since.data, series)
    if not form.validate():
        return _change_page(form, series), UNPROCESSABLE
    try:
        seen = _look_ahead(form, series, now)
        if request.form.get("step") == LOOK:
            return _change_page(form, series, seen)
        done = _carry_out(form, series_id, _quotes(seen), now)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return _change_page(form, series_or_404(series_id)), status
    _say(done, [problem_of(one) for _, one, quote in seen if quote is None])
    return redirect(url_for("series.show", series_id=done.series.id))


Looked = Sequence[tuple[Reservation, Prospect, Quote | None]]


def _look_ahead(form: SeriesChangeForm, series: Series, now: datetime) -> Looked:
    """Foresee the change of each; raises what is wrong with all alike."""
    if form.version.data != series.version:
        raise OutOfDate(series.version)
    session, space = db.session(), wanted_space(form.space.data)
    there = SeriesChange(space, form.starts.data or 0, form.ends.data or 0)
    rows = regular(session, series, form.since.data or "", now)
    found, opening = foresee_change(session, series, rows, there, now=now)
    if opening.needs_approval and space.id != series.space_id and rows:
        span = found[0].occurrence.span
        if span is not None:
            raise AsksForApproval(space.id, space.name, span)
    quotes = price_each(space, [one.occurrence for one in found if one.refusal is None])
    by_key = {one.recurrence_id: one for one in rows}
    seen = [(by_key[one.occurrence.key], one, quotes.get(one.occurrence.key)) for one in found]
    return _if_alone(seen, space, park_approves=opening.needs_approval)


def _if_alone(seen: Looked, space: Space, *, park_approves: bool) -> Looked:
    """Judge whether the reader may move each there without anybody's leave, as the move itself does."""
    changes = {
        row.id: PricedChange(row, space, one.occurrence.span, quote.total)
        for row, one, quote in seen
        if quote is not None and one.occurrence.span is not None
    }
    pairs = changes_judged(db.session(), me().rights, [*changes.values()])
    judged = dict(zip(changes, pairs, strict=True))
    found: list[tuple[Reservation, Prospect, Quote | None]] = []
    for row, one, quote in seen:
        try:
            if row.id in judged:
                there = (row, space, changes[row.id].span, judged[row.id])
                who_is_asked(*there, actor(), park_approves=park_approves)
        except Refusal as refusal:
            found.append((row, one._replace(refusal=refusal), None))
        else:
            found.append((row, one, quote))
    return found


def _quotes(seen: Looked) -> dict[int, Money | None]:
    return {row.id: None if quote is None else quote.total for row, _, quote in seen}


def _carry_out(
    form: SeriesChangeForm, series_id: int, quotes: dict[int, Money | None], now: datetime
) -> ChangedSeries:
    by, park_id, space_id = actor(), my_park().id, form.space.data
    with transaction() as session:
        space = space_to_book(session, park_id, space_id)
        assert space is not None  # noqa: S101 - it was found a moment ago, and spaces do not go
        return change_series(
            session,
            series_id,
            SeriesChange(space, form.starts.data or 0, form.ends.data or 0),
            since=form.since.data or "",
            version=form.version.data,
            quotes=quotes,
            letter=letters.series_changed,
            by=by,
            now=now,
        )


def _say(done: ChangedSeries, problems: Sequence[str]) -> None:
    """Tell how many moved, and why the others stay: as was foreseen, or as it turned out."""
    stayed = [*problems, *(wording(one) for one in done.stayed.values())]
    if done.moved or not stayed:
        flash(gettext("已更改 %(count)s 次。", count=len(done.moved)), "success")
    if stayed:
        why = gettext("；").join(dict.fromkeys(stayed))
        flash(gettext("%(count)s 次没有动：%(why)s", count=len(stayed), why=why), "warning")


def _offer_spaces(form: SeriesChangeForm, series: Series) -> None:
    rows = spaces_in_service(db.session(), my_park().id, series.space.kind, clock.now())
    choices = [(row.id, f"{local_name(row.name, row.name_en)} · {row.area}") for row in rows]
    if series.space_id not in {row.id for row in rows}:
        choices.insert(0, (series.space_id, series.space.name))
    form.space.choices = options(choices)


def _change_page(form: SeriesChangeForm, series: Series, seen: Looked = ()) -> str:
    alone = {one.occurrence.key: quote for _, one, quote in seen if quote is not None}
    turns = _in_turn(form.space.data, seen, alone) if alone else {}
    return render_template(
        "series/change.html",
        **_about(series, form.since.data or ""),
        form=form,
        lines=[occurrence_line(one, turns.get(one.occurrence.key)) for _, one, _ in seen],
        moves=len(turns),
        total=Money.total(quote.total for quote in turns.values()),
        estimate=estimate_label(turns, alone),
    )


def _in_turn(space_id: int, seen: Looked, alone: Mapping[str, Quote]) -> dict[str, Quote]:
    """Price those that move one after the other: the month's free minutes come once."""
    space, spans = wanted_space(space_id), {one.occurrence.key: one.occurrence.span for _, one, _ in seen}
    places = {key: (space, span) for key, span in spans.items() if key in alone and span is not None}
    return quote_in_turn(db.session(), my_park(), my_enterprise(), places, alone)


def _about(series: Series, since: str) -> dict[str, object]:
    """Give what stands above both pages."""
    return {
        "series": series,
        "name": local_name(series.space.name, series.space.name_en),
        "rule": series_rule(series),
        "since": since,
        "since_day": day(planned_day(_first(series, since))),
        "back_url": url_for("series.show", series_id=series.id),
    }


def _first(series: Series, since: str) -> str:
    """Name the first occurrence that is meant: of those to come, from the one that was said on."""
    today = f"{local_day(clock.now(), my_park().zone)}"
    coming = (key for key in keys_of(db.session(), series.id) if key >= max(since, today))
    return min(coming, default=since or today)


def since_of(said: str | None, series: Series) -> str:
    """Read from which occurrence on; what cannot be read is the first day, which means all of it."""
    try:
        datetime.fromisoformat(said or "")
    except ValueError:
        return series.first_day.isoformat()
    return (said or "")[:16]
