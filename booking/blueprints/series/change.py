"""Change a series from one of its occurrences on: hours, space, days or end; foreseen, and done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.converters import fee_shown
from booking.blueprints.kit.filters import comma_list, day, money
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.reservation import apply_refusal, space_choices, wanted_space
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_each_beside, wording
from booking.blueprints.series.cancel import about_series, since_of
from booking.blueprints.series.change_outlook import (
    ChangeSeen,
    Looked,
    check_version,
    hours_seen,
    look_at_hours,
    look_at_rule,
    sums_label,
)
from booking.blueprints.series.forms import SeriesChangeForm, checks_of_rule, chosen_in, filled_rule, plan_of
from booking.blueprints.series.new import EDIT, LOOK, NOT_AGAIN, done, often_label, pressed_step
from booking.blueprints.series.outlook import problem_of, totals_of
from booking.blueprints.series.show import blueprint, series_or_404
from booking.charges.charge_fee import cancel_with_fee, late_fees_taken
from booking.charges.rules import check_was_shown
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.letters import series as letters
from booking.parks.queries import park_calendar, provisional_years
from booking.reservations.models import Reservation
from booking.reservations.series.change_rule import ChangedRule, RulePorts, change_rule
from booking.reservations.series.change_series import SeriesChange, change_series
from booking.reservations.series.foresee_rule import RuleChange, plan_of_rest
from booking.reservations.series.models import Series
from booking.reservations.series.queries import booked_of, wished_of
from booking.reservations.series.rules import SeriesPlan, days_of_plan, planned_day
from booking.reservations.space_queries import space_to_book
from booking.spaces.models import Space
from booking.values import Money, Refusal


@blueprint.get("/<int:series_id>/change")
@allow(*TENANTS)
def change(series_id: int) -> str:
    """Show where, when and how often the rest of it is, to be changed."""
    series = series_or_404(series_id)
    since = since_of(request.args.get("since"), series)
    rest = plan_of_rest(db.session(), series, since, clock.now())
    return _change_page(_form(series, since, rest, sent=False), series, rest)


@blueprint.post("/<int:series_id>/change")
@allow(*TENANTS)
@takes(_("更改系列"), SeriesChangeForm)
def changed(series_id: int) -> ResponseReturnValue:
    """Show what would become of each, and from there change them; what cannot be had stays where it is."""
    now, series, step = clock.now(), series_or_404(series_id), pressed_step(request.form)
    since = since_of(request.form.get("since"), series)
    rest = plan_of_rest(db.session(), series, since, now)
    form = _form(series, since, rest, sent=True)
    if form.validate() and form.version.data == series.version:
        put_each_beside(form, checks_of_rule(form))
    if form.errors:
        return _change_page(form, series, rest), UNPROCESSABLE
    if step == EDIT:
        return _change_page(form, series, rest)
    try:
        return _change(form, series, rest, step, now)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return _change_page(form, series_or_404(series_id), rest), status


def _change(
    form: SeriesChangeForm, series: Series, rest: SeriesPlan, step: str, now: datetime
) -> ResponseReturnValue:
    """Look at what was asked for, or do it: another rule where the days are others, else other hours."""
    space, plan, since = wanted_space(form.space.data), plan_of(form), form.since.data or ""
    if _days(plan) != _days(rest):
        if step == LOOK:
            check_version(series, form.version.data)
            seen = look_at_rule(series, RuleChange(space, plan), now, chosen_in(request.form))
            if seen.button and (moved := _end_moved(rest, plan)):
                seen = seen._replace(notes=[moved, *seen.notes])
            return _preview(series, seen, space, plan)
        return _change_rule(series.id, RuleChange(space, plan), rest, form.version.data, now)
    there = SeriesChange(space, plan.starts, plan.ends)
    check_version(series, form.version.data)
    looked = look_at_hours(series, there, since, now)
    if step == LOOK:
        plan = replace(rest, starts=plan.starts, ends=plan.ends)
        return _preview(series, hours_seen(space, looked), space, plan)
    return _change_hours(series.id, there, since, looked, form.version.data, now)


def _end_moved(rest: SeriesPlan, plan: SeriesPlan) -> str:
    """Say where the last of a rule is that says what is left of a series, where another rule moves it."""
    calendar = park_calendar(db.session(), my_park().id)
    last, moved = (max(days_of_plan(one, calendar)[0], default=None) for one in (rest, plan))
    if last is None or moved is None or last == moved:
        return ""
    return gettext("最后一次原来是 %(last)s，改后是 %(moved)s。", last=day(last), moved=day(moved))


def _days(plan: SeriesPlan) -> tuple[object, ...]:
    return plan.rule, plan.first_day, plan.working_days_only


def _form(series: Series, since: str, rest: SeriesPlan, *, sent: bool) -> SeriesChangeForm:
    """Give the form as the rest of the series stands, or as it was sent."""
    rule = _rule_as_shown(rest)
    hours = {"starts": rest.starts, "ends": rest.ends, "space": series.space_id, "version": series.version}
    form = SeriesChangeForm(_sent(rule)) if sent else SeriesChangeForm(None, data=rule | hours)
    form.since.data, form.day.data = since, form.day.data or rest.first_day
    form.space.choices = options(space_choices(series.space, clock.now()))
    return form


def _rule_as_shown(rest: SeriesPlan) -> dict[str, Any]:
    first, works = rest.first_day, rest.working_days_only
    filled = {"day": first, "working_days_only": works, "month_on": str(first.day)}
    return filled | filled_rule(rest.rule)


def _sent(rule: dict[str, Any]) -> MultiDict[str, str]:
    """Give what was sent; a form that does not say how often leaves the rule what it is."""
    if "frequency" in request.form:
        return request.form
    said = [(name, one) for name, value in rule.items() for one in (value if name == "weekdays" else [value])]
    filled = ((name, f"{value}") for name, value in said if value not in (None, "") and value is not False)
    return MultiDict([*request.form.items(multi=True), *filled])


def _change_rule(
    series_id: int, to: RuleChange, rest: SeriesPlan, version: int | None, now: datetime
) -> ResponseReturnValue:
    by, space_id, plan = actor(), to.space.id, to.plan
    ports = RulePorts(totals_of, cancel_with_fee, letters.series_changed)
    with transaction() as session:
        change = RuleChange(_space(session, space_id), plan)
        made = change_rule(
            session, series_id, change, ports=ports, by=by, now=now, version=version,
            instead=chosen_in(request.form),
        )  # fmt: skip
        fee = late_fees_taken(session, made.gone)
        check_was_shown(fee, fee_shown())
    wished = wished_of(db.session(), made.series.id, now) if made.wished else ()
    kept = [one for one in wished if one.created_at == now]  # the others waited before
    words = _what_was_done(made, fee)
    if made.booked or made.moved or made.cancelled or made.wished:
        words += _end_moved(rest, plan)
    answer = done(made.series, words, now, kept=kept)
    rows = booked_of(db.session(), made.series.id) if made.stayed else ()
    _say_stayed([(_day_of(row), wording(made.stayed[row.id])) for row in rows if row.id in made.stayed])
    return answer


def _space(session: Session, space_id: int) -> Space:
    space = space_to_book(session, my_park().id, space_id)
    assert space is not None  # noqa: S101 - it was found a moment ago, and spaces do not go
    return space


def _what_was_done(made: ChangedRule, fee: Money) -> str:
    counts = {"moves": made.moved, "new": made.booked, "gone": made.cancelled}
    words = (
        gettext("已改好：%(what)s。", what=sums_label(**counts))
        if any(counts.values())
        else gettext("已改好。")
    )
    return words + (gettext("按价目收取迟取消费 %(fee)s。", fee=money(fee)) if fee else "")


def _change_hours(
    series_id: int, there: SeriesChange, since: str, seen: Looked, version: int | None, now: datetime
) -> ResponseReturnValue:
    by, space_id = actor(), there.space.id
    quotes = {row.id: None if quote is None else quote.total for row, _, quote in seen}
    days = {row.id: _day_of(row) for row, _, _ in seen}
    problems = [(days[row.id], problem_of(one)) for row, one, quote in seen if quote is None]
    with transaction() as session:
        made = change_series(
            session, series_id, there._replace(space=_space(session, space_id)), since=since,
            version=version, quotes=quotes, letter=letters.series_changed, by=by, now=now,
        )  # fmt: skip
    stayed = [*problems, *((days[key], wording(why)) for key, why in made.stayed.items())]
    if made.moved or not stayed:
        flash(gettext("已更改 %(count)s 次。", count=len(made.moved)), "success")
    _say_stayed(stayed)
    return redirect(url_for("series.show", series_id=made.series.id))


def _day_of(row: Reservation) -> str:
    return day(planned_day(row.recurrence_id or ""))


def _say_stayed(stayed: Sequence[tuple[str, str]]) -> None:
    """Tell which stay by their days, and why: as was foreseen, or as it turned out."""
    by_why: dict[str, list[str]] = {}
    for on, why in stayed:
        by_why.setdefault(why, []).append(on)
    if stayed:
        each = [gettext("%(days)s %(why)s", days=comma_list(days), why=why) for why, days in by_why.items()]
        why = gettext("；").join(each)
        flash(gettext("%(count)s 次没有动：%(why)s", count=len(stayed), why=why), "warning")


def _preview(series: Series, seen: ChangeSeen, space: Space, plan: SeriesPlan) -> str:
    """Draw what would become of each; the form that was filled in goes along, with what was chosen."""
    filled = [(key, value) for key, value in request.form.items(multi=True) if key not in NOT_AGAIN]
    shown = [] if seen.fee is None else [("fee", str(seen.fee.fen))]
    return render_template(
        "series/change_preview.html",
        **about_series(series, request.form.get("since", "")),
        seen=seen,
        there=local_name(space.name, space.name_en),
        then=often_label(plan),
        fields=[*filled, *(("instead", one) for one in seen.elsewhere), *shown],
        url=url_for("series.changed", series_id=series.id),
    )


def _change_page(form: SeriesChangeForm, series: Series, rest: SeriesPlan) -> str:
    first = form.day.data or rest.first_day
    return render_template(
        "series/change.html",
        **about_series(series, form.since.data or ""),
        form=form,
        provisional=provisional_years(
            db.session(), my_park().id, first, max(first, form.until.data or first)
        ),
    )
