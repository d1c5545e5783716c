"""Stretches of time: from one instant to another, and the day and the month as a park lives them."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

FAR_FUTURE = datetime(2999, 1, 1, tzinfo=UTC)
"""Where a span with an open end ends."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`[start, end)` in UTC; refuses naive instants and an end not after its start."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Keep the promise of the type, whoever makes one."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            msg = "a span needs aware instants"
            raise ValueError(msg)
        # Into UTC before comparing: Python compares two instants of one zone by their wall clocks,
        # which run backwards in the night when summer time ends.
        if self.start.tzinfo is not UTC:
            object.__setattr__(self, "start", self.start.astimezone(UTC))
        if self.end.tzinfo is not UTC:
            object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            msg = f"a span ends after it starts, got {self.start} to {self.end}"
            raise ValueError(msg)

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """How many whole minutes it lasts; a begun minute does not count."""
        return int(self.length.total_seconds()) // 60

    def overlaps(self, other: Span) -> bool:
        """Tell whether they share an instant; touching spans do not."""
        return self.start < other.end and other.start < self.end

    def contains(self, instant: datetime) -> bool:
        """Tell whether the instant lies in it; the end does not."""
        return self.start <= instant < self.end

    def widened(self, before: timedelta, after: timedelta) -> Span:
        """Make it longer at both ends, as a buffer does."""
        return Span(self.start - before, self.end + after)

    def clipped(self, to: Span) -> Span | None:
        """Keep what lies within `to`, or None where they do not overlap."""
        if not self.overlaps(to):
            return None
        return Span(max(self.start, to.start), min(self.end, to.end))


def day_span(day: date, zone: ZoneInfo) -> Span:
    """Give the instants of a local day, midnight to midnight; 23 or 25 hours where clocks change."""
    start = datetime.combine(day, time.min, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return Span(start, end)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Tell which local day an instant belongs to; 00:00-08:00 in Shanghai is the day before in UTC."""
    return instant.astimezone(zone).date()


DECEMBER = 12
YEARS = range(2000, 2200)  # what a person could mean; the calendar of Python ends sooner in some zones


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month that knows its park's zone; ordered by year and month."""

    year: int
    month: int
    zone: ZoneInfo = field(compare=False)

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> Self:
        """Give the month that an aware instant falls in, locally."""
        local = instant.astimezone(zone)
        return cls(local.year, local.month, zone)

    @classmethod
    def containing(cls, day: date, zone: ZoneInfo) -> Self:
        """Give the month of a local day."""
        return cls(day.year, day.month, zone)

    def later(self, count: int) -> Month:
        """Give the month so many months later, or earlier where `count` is negative."""
        year, month_before = divmod(self.year * 12 + self.month - 1 + count, 12)
        return Month(year, month_before + 1, self.zone)

    def through(self, last: Month) -> Iterator[Month]:
        """Walk from this month to `last`, both included; none where that one is earlier."""
        month: Month = self
        while month <= last:
            yield month
            month = month.next

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> Self:
        """Read `2026-10`; raises ValueError for anything else, and for months in other centuries."""
        if len(text) != len("2026-10") or text[4] != "-":
            msg = f"a month is written like 2026-10, got {text!r}"
            raise ValueError(msg)
        first = date.fromisoformat(f"{text}-01")
        if first.year not in YEARS:
            msg = f"nobody means the month {text!r}"
            raise ValueError(msg)
        return cls(first.year, first.month, zone)

    @property
    def key(self) -> int:
        """Give the month as one number, 202610; what tables store."""
        return self.year * 100 + self.month

    @classmethod
    def from_key(cls, key: int, zone: ZoneInfo) -> Self:
        """Read the number that `key` writes."""
        year, month = divmod(key, 100)
        date(year, month, 1)
        return cls(year, month, zone)

    @property
    def first_day(self) -> date:
        """The 1st."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The 28th to the 31st."""
        return date(self.year, self.month, self.day_count)

    @property
    def day_count(self) -> int:
        """How many days it has."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def span(self) -> Span:
        """The instants of the whole month, in the park's zone."""
        following = self.next
        return Span(
            datetime.combine(self.first_day, time.min, tzinfo=self.zone),
            datetime.combine(following.first_day, time.min, tzinfo=self.zone),
        )

    @property
    def next(self) -> Month:
        """The month after."""
        if self.month == DECEMBER:
            return Month(self.year + 1, 1, self.zone)
        return Month(self.year, self.month + 1, self.zone)

    @property
    def previous(self) -> Month:
        """The month before."""
        if self.month == 1:
            return Month(self.year - 1, DECEMBER, self.zone)
        return Month(self.year, self.month - 1, self.zone)

    def days(self) -> Iterator[date]:
        """Walk through its days in order."""
        for number in range(1, self.day_count + 1):
            yield date(self.year, self.month, number)

    def __str__(self) -> str:
        """Write it as `2026-10`."""
        return f"{self.year:04d}-{self.month:02d}"
