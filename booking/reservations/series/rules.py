"""What a series is made of: its occurrences by the park's clock, each with a name that stays. Pure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.reservations.refusals import EndsBeforeItStarts, NoSuchClock
from booking.reservations.rules import is_shown, local_instant
from booking.reservations.series.recurrence import Recurrence, count_out_days
from booking.values import Calendar, Refusal, Span
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


def occurrences_of(plan: SeriesPlan, calendar: Calendar, zone: ZoneInfo) -> Occurrences:
    """Count out a plan; a rest day is left out where only working days are meant.

    Raises what `days_of` raises, and EndsBeforeItStarts.
    """
    if plan.ends <= plan.starts:
        starts, ends = (local_instant(plan.first_day, minute, zone) for minute in (plan.starts, plan.ends))
        raise EndsBeforeItStarts(starts, ends)
    rest: list[date] = []

    def takes_place(day: date) -> bool:
        if not plan.working_days_only or calendar.is_working_day(day):
            return True
        rest.append(day)
        return False

    days = count_out_days(plan.rule, plan.first_day, takes_place)
    left_out = tuple(day for day in rest if day < days[-1] or plan.rule.until is not None)
    return Occurrences(tuple(occurrence_on(day, plan, zone) for day in days), left_out)


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
    if not (is_shown(day, starts, zone) and is_shown(day, ends, zone)):
        return None
    return Span(local_instant(day, starts, zone), local_instant(day, ends, zone))


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
    """Give the rule that ends the day before."""
    return replace(rule, until=day - timedelta(days=1), count=None)
