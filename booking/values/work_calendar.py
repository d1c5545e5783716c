"""Which days are working days: what weekdays say, the days that are otherwise (调休), and counting them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Calendar(Protocol):
    """Whatever can tell a working day from a rest day."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on that local day."""


SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Saturdays and Sundays rest unless listed as working; other days work unless listed as resting.

    Raises ValueError where a day is listed as both. Source: docs/rules.md, Time.
    """

    rest_days: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Keep the promise of the type."""
        if both := self.rest_days & self.working_days:
            msg = f"a day either rests or works, got both for {min(both)}"
            raise ValueError(msg)

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on that local day."""
        if day in self.working_days:
            return True
        return day not in self.rest_days and day.weekday() < SATURDAY


ONE_DAY = timedelta(days=1)
LONGEST_REST = 60  # days without a working day after which the search ends; the longest holiday is nine


def next_working_day(calendar: Calendar, day: date) -> date:
    """Give the day, or the first working day after it."""
    return day if calendar.is_working_day(day) else working_day_after(calendar, day, 1)


def working_day_after(calendar: Calendar, day: date, count: int) -> date:
    """Give the working day that is `count` working days after a day, which may be a rest day itself.

    Where a calendar has no working day for two months, the day after that.
    """
    found = day
    for _ in range(count):
        ahead = (found + number * ONE_DAY for number in range(1, LONGEST_REST + 1))
        longest = found + LONGEST_REST * ONE_DAY
        found = next((one for one in ahead if calendar.is_working_day(one)), longest)
    return found


def working_days_since(calendar: Calendar, day: date, today: date) -> int:
    """Count the working days after a day, up to today; 0 where today is not later."""
    later = (day + number * ONE_DAY for number in range(1, (today - day).days + 1))
    return sum(calendar.is_working_day(one) for one in later)


WORK_BEGINS, WORK_ENDS = time(9), time(18)
"""The hours of a working day, on the park's clock, in which somebody is expected to read and to answer."""

MINUTE = timedelta(minutes=1)


def working_time_after(calendar: Calendar, zone: ZoneInfo, instant: datetime, minutes: int) -> datetime:
    """Give when so many working minutes have gone by since an instant; a begun minute counts whole.

    At nine of a working day none has gone by, at six in the evening all of that day's have.
    """
    start = instant.replace(second=0, microsecond=0)
    start = start if start == instant else start + MINUTE
    left, day = minutes * MINUTE, start.astimezone(zone).date()
    while True:
        day = next_working_day(calendar, day)
        begins, ends = (
            datetime.combine(day, clock, tzinfo=zone).astimezone(UTC) for clock in (WORK_BEGINS, WORK_ENDS)
        )
        begins = max(begins, start)
        if begins + left <= ends:
            return begins + left
        left -= max(ends - begins, timedelta(0))
        day += ONE_DAY
