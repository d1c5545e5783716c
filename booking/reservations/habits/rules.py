"""What somebody does again and again, and when the next time like one that was would be."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.reservations.rules import local_instant
from booking.values import SATURDAY, Calendar, Span


class Use(NamedTuple):
    """A time that somebody used a place, on the park's clock."""

    day: date
    starts: int  # minutes after midnight
    minutes: int
    kind: str
    space_id: int
    people: int


class Habit(NamedTuple):
    """The same kind of place, at the same time of the same weekday, in several weeks."""

    kind: str
    weekday: int  # Monday is 0
    starts: int
    minutes: int
    weeks: int
    space_ids: Sequence[int]  # those that were used, the one of most weeks first
    people: int  # as many as came last


ONE_DAY = timedelta(days=1)
LOOKED_AT = timedelta(weeks=8)
LEAST_WEEKS = 3
FRESH = timedelta(days=14)


def habits_of(uses: Iterable[Use], today: date) -> list[Habit]:
    """List what was used in three of the last eight weeks or more, and within the last two; most weeks first.

    At exactly the same time of the same weekday, and for as long: where there is no such pattern nothing is
    guessed.
    """
    alike: defaultdict[tuple[str, int, int, int], list[Use]] = defaultdict(list)
    for use in uses:
        if today - LOOKED_AT < use.day <= today:
            alike[use.kind, use.day.weekday(), use.starts, use.minutes].append(use)
    found = []
    for (kind, weekday, starts, minutes), those in alike.items():
        days = {use.day for use in those}  # all of one weekday: a day is a week
        if len(days) >= LEAST_WEEKS and max(days) > today - FRESH:
            last = max(those)
            found.append(Habit(kind, weekday, starts, minutes, len(days), _most_used(those), last.people))
    return sorted(found, key=lambda one: (-one.weeks, one.weekday, one.starts, one))


def _most_used(uses: Iterable[Use]) -> Sequence[int]:
    days: defaultdict[int, set[date]] = defaultdict(set)
    for use in uses:
        days[use.space_id].add(use.day)
    return tuple(sorted(days, key=lambda one: (-len(days[one]), -max(days[one]).toordinal(), one)))


def next_time(habit: Habit, now: datetime, zone: ZoneInfo, calendar: Calendar) -> Span | None:
    """Give when it would be next; None where that day of work is a rest day."""
    today = now.astimezone(zone).date()
    day = today + (habit.weekday - today.weekday()) % 7 * ONE_DAY
    if local_instant(day, habit.starts, zone) <= now:
        day += 7 * ONE_DAY
    if habit.weekday < SATURDAY and not calendar.is_working_day(day):
        return None
    start = local_instant(day, habit.starts, zone)
    return Span(start, start + timedelta(minutes=habit.minutes))


DAYS_AHEAD = 14


def like_times(was: Span, now: datetime, zone: ZoneInfo, calendar: Calendar) -> Iterator[Span]:
    """Give the times to come like one that was: at that time, as long, a working day for a working day."""
    before = was.start.astimezone(zone)
    works, minute = calendar.is_working_day(before.date()), before.hour * 60 + before.minute
    today = now.astimezone(zone).date()
    for number in range(DAYS_AHEAD + 1):
        day = today + number * ONE_DAY
        start = local_instant(day, minute, zone)
        if start > now and calendar.is_working_day(day) == works:
            yield Span(start, start + was.length)
