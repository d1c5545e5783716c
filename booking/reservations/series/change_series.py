"""Change a series from one occurrence on: another time of the day, another space; the earlier ones stay."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.guests.invite import invite
from booking.reservations.guests.rules import AskedAlong
from booking.reservations.models import Reservation
from booking.reservations.move_or_cancel import move
from booking.reservations.quotas.quotas import hold_quota
from booking.reservations.refusals import EndsBeforeItStarts, OutOfDate
from booking.reservations.reserve import booking_context
from booking.reservations.rules import check_people, local_instant
from booking.reservations.series import rules  # fmt: skip
from booking.reservations.series.begin_series import series_facts
from booking.reservations.series.foresee import Prospect, SeriesWish, judge
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.series.queries import keys_of, open_from, wishes_from
from booking.reservations.series.recurrence import Frequency, Recurrence, read_rule, to_rfc5545
from booking.reservations.series.tell_series import SeriesLetter, write_series_letter
from booking.reservations.waiting.end_wait import give_up_holds, lock_holds
from booking.reservations.waiting.give_back import freed_together
from booking.spaces.models import Space
from booking.spaces.queries import rule_for
from booking.spaces.rules import Opening
from booking.values import Money, Refusal, Span, local_day


class SeriesChange(NamedTuple):
    """Where and at what time of the day the rest of a series is to be, in minutes of the park's day."""

    space: Space
    starts: int
    ends: int


class ChangedSeries(NamedTuple):
    """What came of it: the series as it goes on, what moved, and by id why others stay where they are."""

    series: Series
    moved: Sequence[Reservation]
    stayed: Mapping[int, Refusal]


def change_series(
    session: Session,
    series_id: int,
    change: SeriesChange,
    *,
    since: str,
    quotes: Mapping[int, Money | None],
    letter: SeriesLetter,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> ChangedSeries:
    """Move each that has not begun, from an occurrence on, as it would be moved alone; `quotes` are by id.

    What was changed alone before stays as it is, and so does what cannot be had there, of which there is no
    quote; where that is all of it, the series stays as it is, too. From its first occurrence on it is the
    same series; from a later one on the rest goes on as a series of its own. The same once more changes
    nothing. Raises OutOfDate for a stale page, also where a wish was booked meanwhile and has no quote.
    """
    whose = session.get_one(Series, series_id)
    hold_quota(session, whose.park_id, whose.enterprise_id, by.rights)  # before any row, as for a wish
    series = lock_row(session, Series, series_id)
    if version is not None and version != series.version:
        raise OutOfDate(series.version)
    wishes = wishes_from(session, series_id, since)
    rows = regular(session, series, since, now, lock=True)
    same = (series.space_id, series.starts_minute, series.ends_minute) == (change.space.id, *change[1:])
    if same or not rows:
        return ChangedSeries(series, [], {})
    if any(one.id not in quotes for one in rows):
        raise OutOfDate(series.version)
    before = series_facts(series)
    held = lock_holds(session, [one.id for one in wishes])
    with freed_together(session, series.park_id, {change.space.id, series.space_id}, now=now):
        moved, stayed = move_each(session, rows, change, quotes, by, now)
        if moved:
            give_up_holds(session, held, by=by, now=now)
            _wish_there(session, wishes, change, now)
    if not moved:
        return ChangedSeries(series, [], stayed)
    goes_on = _go_on_there(session, series, since, change, by, now)
    record(
        session, Action.SERIES_CHANGED, "series", goes_on.id, by=by, now=now, before=before,
        after=series_facts(goes_on) | {"recurrence_id": since, "moved": len(moved)},
    )  # fmt: skip
    write_series_letter(session, goes_on, letter, now=now, by=by, stayed=unmoved(rows, moved))
    return ChangedSeries(goes_on, moved, stayed)


def invite_to_series(
    session: Session,
    series_id: int,
    wanted: AskedAlong,
    *,
    since: str,
    letter: SeriesLetter,
    by: Actor,
    now: datetime,
) -> Sequence[Reservation]:
    """Let these come along to each that is not over, from an occurrence on, and nobody else.

    What is booked of it later follows the occurrence before. Whoever made it hears of it by one letter, if
    somebody else did it or they want copies. The same list again changes nothing. Raises what `invite` does.
    """
    series = lock_row(session, Series, series_id)
    rows = open_from(session, series_id, since, Reservation.ends_at > now, lock=True)
    versions = [one.version for one in rows]
    for one in rows:
        invite(session, one.id, wanted, by=by, now=now)
    if versions == [one.version for one in rows]:
        return rows
    series.people = max(series.people, len(wanted) + 1)
    series.version += 1
    session.flush()
    write_series_letter(session, series, letter, now=now, by=by)
    return rows


def foresee_change(
    session: Session, series: Series, rows: Sequence[Reservation], change: SeriesChange, *, now: datetime
) -> tuple[tuple[Prospect, ...], Opening]:
    """Judge the move of each of these, in order of time, by its key; raises what is wrong with all alike."""
    park, space = session.get_one(Park, series.park_id), change.space
    check_people(series.people, space.capacity)
    if change.ends <= change.starts:
        starts, ends = (local_instant(series.first_day, minute, park.zone) for minute in change[1:])
        raise EndsBeforeItStarts(starts, ends)
    days = sorted((rules.planned_day(one.recurrence_id or ""), one.recurrence_id or "") for one in rows)
    opening = rule_for(session, space, since=local_day(now, park.zone))
    if not days:
        return (), opening
    at = booking_context(session, park, space.kind, opening, now)
    there = [_there(day, key, change, park.zone) for day, key in days]
    wish = SeriesWish(series.people, series.enterprise_id, series.member_id)
    return judge(session, space, there, wish, at, own={one.recurrence_id or "": one for one in rows}), opening


def _there(day: date, key: str, change: SeriesChange, zone: ZoneInfo) -> rules.Occurrence:
    plan = rules.SeriesPlan(Recurrence(Frequency.DAILY), day, change.starts, change.ends)
    return rules.occurrence_on(day, plan, zone)._replace(key=key)


def regular(
    session: Session, series: Series, since: str, now: datetime, *, lock: bool = False
) -> list[Reservation]:
    """List what is as the rule says and has not begun, from an occurrence on, in order of id."""
    zone = session.get_one(Park, series.park_id).zone
    rows = open_from(session, series.id, since, Reservation.starts_at > now, lock=lock)
    return [one for one in rows if is_regular(one, series, zone)]


def is_regular(one: Reservation, series: Series, zone: ZoneInfo) -> bool:
    """Tell whether an occurrence is where and when its series says, and was not changed alone."""
    day = rules.planned_day(one.recurrence_id or "")
    span = rules.span_on(day, series.starts_minute, series.ends_minute, zone)
    return one.space_id == series.space_id and Span(one.starts_at, one.ends_at) == span


def move_each(
    session: Session,
    rows: Sequence[Reservation],
    change: SeriesChange,
    quotes: Mapping[int, Money | None],
    by: Actor,
    now: datetime,
) -> tuple[list[Reservation], dict[int, Refusal]]:
    """Move each on its day as it would be moved alone, at its quote by id; gives why others stay, by id."""
    zone = session.get_one(Park, change.space.park_id).zone
    moved: list[Reservation] = []
    stayed: dict[int, Refusal] = {}
    for one in rows:
        span = rules.span_on(rules.planned_day(one.recurrence_id or ""), change.starts, change.ends, zone)
        quote = quotes[one.id]
        if span is None or quote is None:
            continue
        try:
            with session.begin_nested():
                moved.append(move(session, one.id, change.space, span, quote=quote, by=by, now=now))
        except Refusal as refusal:
            stayed[one.id] = refusal
    return moved, stayed


def unmoved(rows: Sequence[Reservation], moved: Sequence[Reservation]) -> set[int]:
    """Name those, by id, that were to be moved and were not, as foreseen or as it turned out."""
    return {one.id for one in rows} - {one.id for one in moved}


COPIED = (
    "park_id", "enterprise_id", "member_id", "space_id", "starts_minute", "ends_minute", "working_days_only",
    "people", "purpose",
)  # fmt: skip


def plan_kept(series: Series) -> rules.SeriesPlan:
    """Read what a series says."""
    rule, hours = read_rule(series.rule, series.first_day), (series.starts_minute, series.ends_minute)
    return rules.SeriesPlan(rule, series.first_day, *hours, series.working_days_only)


def _split(session: Session, series: Series, since: str, by: Actor, now: datetime) -> Series:
    """Let the rest go on as a series of its own, with all that belongs to it, whatever became of it."""
    plan, day = plan_kept(series), rules.planned_day(since)
    rest = rules.rest_of(plan, day, park_calendar(session, series.park_id)).rule
    made = Series(
        **{name: getattr(series, name) for name in COPIED},
        rule=to_rfc5545(rest),
        first_day=day,
        split_from_id=series.id,
        created_at=now,
    )
    session.add(made)
    series.rule = to_rfc5545(rules.ended_before(plan.rule, day))
    series.version += 1
    session.flush()
    for table in (Reservation, WishedOccurrence):
        session.execute(
            update(table)
            .where(table.series_id == series.id, table.recurrence_id >= since)
            .values(series_id=made.id)
        )
    after = series_facts(series) | {"recurrence_id": since}
    record(session, Action.SERIES_CHANGED, "series", series.id, by=by, now=now, after=after)
    return made


def _go_on_there(
    session: Session, series: Series, since: str, change: SeriesChange, by: Actor, now: datetime
) -> Series:
    """Give the series as it goes on: the same, or one of its own from an occurrence on."""
    first = min(keys_of(session, series.id))
    goes_on = _split(session, series, since, by, now) if since > first else series
    goes_on.space_id, goes_on.space = change.space.id, change.space
    goes_on.starts_minute, goes_on.ends_minute = change.starts, change.ends
    goes_on.version += 1
    session.flush()
    return goes_on


def _wish_there(
    session: Session, wishes: Sequence[WishedOccurrence], change: SeriesChange, now: datetime
) -> None:
    """Wish for what is still wished for at the new place, too, behind who wanted that before."""
    zone = session.get_one(Park, change.space.park_id).zone
    for wish in wishes:
        span = rules.span_on(rules.planned_day(wish.recurrence_id), change.starts, change.ends, zone)
        if wish.starts_at > now and span is not None:
            wish.space_id, wish.starts_at, wish.ends_at = change.space.id, span.start, span.end
            wish.created_at = now
    session.flush()
