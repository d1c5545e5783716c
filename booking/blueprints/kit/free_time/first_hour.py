"""Where who says no time begins: the next hour at which such a place may be booked and is free."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from booking.blueprints.kit.converters import minute_of_instant
from booking.blueprints.kit.free_time.days import ONE_DAY, FreeDays, rooms_on
from booking.blueprints.kit.session import my_park
from booking.reservations.alternatives import may_be_had
from booking.reservations.free_time.queries import TakenTimes
from booking.reservations.free_time.rules import first_start
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, local_span, storage_span
from booking.reservations.space_queries import SpaceFilter
from booking.spaces.models import Kind
from booking.spaces.rules import Opening
from booking.values import Refusal, local_day
from booking.values.work_calendar import WORK_BEGINS

HALF_HOUR, HOUR = 30, 60
NIGHT_ENDS = 8 * HOUR  # the first hour that is meant where a sentence says 8
MOST_DAYS = 14


class FirstHour(NamedTuple):
    """A local day, and the minutes of it between which something can be had."""

    day: date
    starts: int
    ends: int


def first_hour(
    kind: Kind, since: date | None, wanted: SpaceFilter, now: datetime, minutes: int | None = None
) -> tuple[FreeDays, FirstHour | None]:
    """Find the first hour from a day on that the rule of some space allows and nobody has; and read its day.

    So many minutes, else an hour or the least that a rule allows. Where all is taken for two weeks, the first
    hour there would be; None where no rule allows any.
    """
    today = local_day(now, my_park().zone)
    free = FreeDays(kind, max(since or today, today), wanted, now)
    if not free.rules:
        return free, None
    soonest = local_day(now + min(at.opening.lead_minutes for at, _ in free.rules) * MINUTE, my_park().zone)
    free = replace(free, first=max(free.first, soonest))
    if found := _hour_on(free.first, free, minutes):
        return free, found
    ahead = replace(free, first=free.first + ONE_DAY, days=MOST_DAYS - 1)
    found = next(_hours_of(ahead, minutes), None)
    if found is None:
        farthest = max(at.opening.horizon_days for at, _ in free.rules) + 1
        empty = replace(free, days=farthest, known=TakenTimes({}, has_closures=False))
        found = next(_hours_of(empty, minutes), None)
    if found is None or not ahead.first <= found.day < ahead.first + ahead.days * ONE_DAY:
        return (replace(free, first=found.day) if found else free), found
    return replace(ahead, first=found.day, days=1, known=ahead.taken), found


def _hours_of(free: FreeDays, minutes: int | None) -> Iterator[FirstHour]:
    days = (free.first + number * ONE_DAY for number in range(free.days))
    return (found for day in days if (found := _hour_on(day, free, minutes)))


def _hour_on(day: date, free: FreeDays, minutes: int | None) -> FirstHour | None:
    """Give the first hour of a day; of one to come nobody means the night, but its working hours."""
    found = _hour_from(0, day, free, minutes)
    if found is None or found.starts >= NIGHT_ENDS or day <= local_day(free.now, my_park().zone):
        return found
    return _hour_from(WORK_BEGINS.hour * HOUR, day, free, minutes) or found


def _hour_from(since: int, day: date, free: FreeDays, minutes: int | None) -> FirstHour | None:
    """Give the first hour from a minute on, rather one that begins at a half where that is hardly later."""
    zone = my_park().zone
    starts = [
        (start, length)
        for length in sorted({minutes or _usual_length(at.opening) for at, _ in free.rules})
        if (start := first_start(rooms_on(day, free, (since, MINUTES_OF_DAY), length), length * MINUTE))
    ]
    if not starts:
        return None
    first, length = min(starts)
    minute = minute_of_instant(first, day, zone)
    if length == HOUR and (hours := free.on(day)) and (half := hours.next_hour) is not None:
        minute = half if 0 <= half - minute < HALF_HOUR else minute
    return FirstHour(day, minute, minute + length)


def _usual_length(rule: Opening) -> int:
    """Give an hour, or what comes closest of what a rule allows."""
    step = rule.step_minutes
    length = -(-max(HOUR, rule.minimum_minutes) // step) * step
    return min(length, rule.maximum_minutes // step * step)


def first_day_for(kind: Kind, times: tuple[int, int] | None, wanted: SpaceFilter, now: datetime) -> FreeDays:
    """Find the first day on which the rule of some space allows these times, or a store; else today."""
    park = my_park()
    today = local_day(now, park.zone)
    free = FreeDays(kind, today, wanted, now)
    for number in range(max((at.opening.horizon_days for at, _ in free.rules), default=-1) + 1):
        day = today + number * ONE_DAY
        try:
            span = local_span(day, *times, park.zone) if times else storage_span(day, None, now, park.zone)
        except Refusal:
            continue
        if any(may_be_had(span, at) for at, _ in free.rules):
            return replace(free, first=day)
    return free
