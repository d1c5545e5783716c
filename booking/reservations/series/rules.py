"""What a series is made of: its occurrences by the park's clock, each with a name that stays. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.reservations.refusals import EndsBeforeItStarts, NoSuchClock
from booking.reservations.rules import is_shown, local_instant, shown_instant
from booking.reservations.series.recurrence import Recurrence, count_out_days
from booking.values import Refusal, Span, WorkCalendar
from booking.values.writing import minute_clock


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """A rule, the day from which it counts, and two minutes of the day by the park's clock."""

    rule: Recurrence
    first_day: date
    starts: int
    ends: int
    working_days_only: bool = False


class Occurrence(NamedTuple):
    """One time that a series takes place; `key` is its recurrence id: day and time as planned at first."""

    key: str
    day: date
    span: Span | None  # None where the clocks skip it
    refusal: Refusal | None = None


class Occurrences(NamedTuple):
    """All of them in order of time, and the rest days that were left out."""

    all: tuple[Occurrence, ...]
    left_out: tuple[date, ...]


def occurrences_of(plan: SeriesPlan, calendar: WorkCalendar, zone: ZoneInfo) -> Occurrences:
    """Count out a plan; a rest day is left out where only working days are meant.

    Raises what `days_of` raises, and EndsBeforeItStarts.
    """
    if plan.ends <= plan.starts:
        starts, ends = (local_instant(plan.first_day, minute, zone) for minute in (plan.starts, plan.ends))
        raise EndsBeforeItStarts(starts, ends)
    days, rest = days_of_plan(plan, calendar)
    left_out = tuple(day for day in rest if day < days[-1] or plan.rule.until is not None)
    return Occurrences(tuple(occurrence_on(day, plan, zone) for day in days), left_out)


@lru_cache(maxsize=64)
def days_of_plan(plan: SeriesPlan, calendar: WorkCalendar) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Count out the days of a plan, and those that it leaves out on its way; raises what `days_of` raises.

    Kept, since who looks at a plan books it next, and is told how many days it has. Neither ever changes.
    """
    rest: list[date] = []

    def takes_place(day: date) -> bool:
        if not plan.working_days_only or calendar.is_working_day(day):
            return True
        rest.append(day)
        return False

    return tuple(count_out_days(plan.rule, plan.first_day, takes_place)), tuple(rest)


def every_day(day: date) -> bool:  # noqa: ARG001 - as a calendar is asked
    """Let a rule take place on whatever day it says."""
    return True


def occurrence_on(day: date, plan: SeriesPlan, zone: ZoneInfo) -> Occurrence:
    """Give the occurrence of a day; where the clocks skip its start or its end, it has no span."""
    key = occurrence_key(day, plan.starts)
    span = span_on(day, plan.starts, plan.ends, zone)
    if span is None:
        missing = plan.ends if is_shown(day, plan.starts, zone) else plan.starts
        return Occurrence(key, day, None, NoSuchClock(day, missing))
    return Occurrence(key, day, span)


def span_on(day: date, starts: int, ends: int, zone: ZoneInfo) -> Span | None:
    """Give the span between two minutes of a local day; None where the clocks skip one of them."""
    start, end = shown_instant(day, starts, zone), shown_instant(day, ends, zone)
    return None if start is None or end is None else Span(start, end)


def occurrence_key(day: date, minute: int) -> str:
    """Name an occurrence by its day and time as planned at first: 2026-12-02T09:00."""
    return f"{day}T{minute_clock(minute)}"


def planned_day(key: str) -> date:
    """Read the day of an occurrence as planned at first."""
    return date.fromisoformat(key[:10])


def may_be_booked_from(day: date, horizon_days: int) -> date:
    """Give the first day on which a day may be booked."""
    return day - timedelta(days=horizon_days)


def ended_before(rule: Recurrence, day: date) -> Recurrence:
    """Give the rule that ends the day before, or when it ended anyway."""
    before = day - timedelta(days=1)
    return replace(rule, until=min(rule.until or before, before), count=None)


def rest_of(plan: SeriesPlan, first: date, calendar: WorkCalendar) -> SeriesPlan:
    """Give what a plan says from one of its days on; a number counts what is left of it."""
    rule = plan.rule
    if rule.count is not None:
        works = calendar.is_working_day if plan.working_days_only else every_day
        days = count_out_days(rule, plan.first_day, works)
        rule = replace(rule, count=max(1, sum(day >= first for day in days)))
    return replace(plan, rule=rule, first_day=first)


class OccurrenceNow(NamedTuple):
    """What there is of a series: its key, and the day on which it takes place now."""

    key: str
    on: date


class Paired(NamedTuple):
    """Days of another rule beside what there is: who has which by key, which nobody has, and who has none."""

    days: Mapping[date, str]
    new: tuple[date, ...]
    gone: tuple[str, ...]


def pair_up(there: Iterable[OccurrenceNow], days: Iterable[date]) -> Paired:
    """Give each occurrence that there is the day of another rule on which it begins, once.

    An occurrence is known by the day on which it was planned, as RFC 5545 knows it by its RECURRENCE-ID; what
    was moved alone to another day, and is planned on none of these, by the day on which it takes place now.
    """
    wanted, had, left = set(days), dict[date, str](), list[OccurrenceNow]()
    for one in sorted(there):
        day = planned_day(one.key)
        if day in wanted and day not in had:
            had[day] = one.key
        else:
            left.append(one)
    gone = []
    for one in left:
        if one.on in wanted and one.on not in had:
            had[one.on] = one.key
        else:
            gone.append(one.key)
    return Paired(had, tuple(sorted(wanted - had.keys())), tuple(gone))
