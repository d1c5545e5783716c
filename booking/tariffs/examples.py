"""Worked examples of a tariff: uses chosen so that each shows one of its rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.spaces.rules import Opening
from booking.tariffs.in_force import TariffSnapshot
from booking.tariffs.rating import MeasuredStay, Rating, rate
from booking.tariffs.rules import MINUTES_OF_DAY, share_of_quote
from booking.tariffs.storage_rating import StorageLine, StorageStay, rate_storage
from booking.tariffs.terms import Band, Days
from booking.values import Calendar, Money, Month


class ExampleKind(Enum):
    """What an example is for."""

    MINIMUM = "minimum"
    BORDER = "border"
    PLAIN = "plain"
    CAP = "cap"
    WHOLE_DAY = "whole day"  # what is open of a day does not reach the cap
    ALLOWANCE = "allowance"


@dataclass(frozen=True, slots=True)
class Example:
    """One use with its price; `free_minutes` is what the enterprise had left before."""

    shows: ExampleKind
    started_at: datetime
    ended_at: datetime
    rating: Rating
    working: bool  # what the park's calendar says of its day
    free_minutes: int = 0


@dataclass(frozen=True, slots=True)
class StorageExample:
    """A unit of 12.5 square metres over the end of a month."""

    started_at: datetime
    ended_at: datetime
    area_hundredths: int
    lines: tuple[StorageLine, ...]

    @property
    def total(self) -> Money:
        """The sum of its months."""
        return Money.total(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Fees:
    """What not turning up, and cancelling late, cost where the quote is 100 yuan."""

    quote: Money
    no_show: Money
    late_cancel: Money


class _Park(NamedTuple):
    """Where the examples are worked out."""

    zone: ZoneInfo
    calendar: Calendar
    opening: Opening

    @property
    def opens(self) -> int:
        """The first minute of a day."""
        return self.opening.opens_minute

    @property
    def closes(self) -> int:
        """The last minute of a day that a clock can show."""
        return min(self.opening.closes_minute, MINUTES_OF_DAY - 1)

    def within(self, start: int, end: int) -> bool:
        """Tell whether a use lies inside the opening hours."""
        return self.opens <= start and end <= self.closes

    def moved_in(self, start: int, end: int) -> tuple[int, int]:
        """Move a use into the opening hours, and cut it where they are shorter."""
        length = min(end - start, self.closes - self.opens)
        start = min(max(start, self.opens), self.closes - length)
        return start, start + length


MORNING = 9 * 60


def metered_examples(
    snapshot: TariffSnapshot, zone: ZoneInfo, calendar: Calendar, opening: Opening
) -> Iterator[Example]:
    """Work out examples inside the opening hours, on the first working Tuesday from `valid_from` on.

    A band for rest days has its own on the first rest day, where the space is open then. The calendar is
    the park's, good for DAYS_TO_CHOOSE_FROM days.
    """
    at = _Park(zone, calendar, opening)
    yield _example(snapshot, at, ExampleKind.MINIMUM, *at.moved_in(MORNING, MORNING + 4))
    around = _border(snapshot, at)
    shows, start, end, band = around or (ExampleKind.PLAIN, *at.moved_in(MORNING + 7, MORNING + 108), None)
    yield _example(snapshot, at, shows, start, end, band)
    if snapshot.daily_cap is not None:
        yield _long_day(snapshot, at)
    if most := max(snapshot.allowances.values(), default=0):
        yield _example(snapshot, at, ExampleKind.ALLOWANCE, start, end, band, free=most)


AREA_HUNDREDTHS = 12_50  # of the storage unit in the example


def storage_example(snapshot: TariffSnapshot, zone: ZoneInfo) -> StorageExample:
    """Work out a unit from the 28th, 15:00, to the 3rd, 10:00."""
    month = Month.containing(snapshot.valid_from, zone)
    start = datetime.combine(date(month.year, month.month, 28), time(15), tzinfo=zone)
    end = datetime.combine(date(month.next.year, month.next.month, 3), time(10), tzinfo=zone)
    terms = snapshot.storage_terms(AREA_HUNDREDTHS)
    lines = rate_storage(StorageStay(0, start, end), terms, month.next)
    return StorageExample(start, end, AREA_HUNDREDTHS, lines)


def fees(snapshot: TariffSnapshot) -> Fees:
    """Work out the shares of a quote of 100 yuan."""
    quote = Money.yuan(100)
    return Fees(
        quote,
        share_of_quote(quote, snapshot.no_show_permille),
        share_of_quote(quote, snapshot.late_cancel_permille),
    )


BEFORE_BORDER, AFTER_BORDER = 84, 17  # 16:36 and 18:17 around a border at 18:00


def _border(snapshot: TariffSnapshot, at: _Park) -> tuple[ExampleKind, int, int, Band] | None:
    """Give a use over the first border between two prices that leaves room on both sides."""
    for band in snapshot.bands:
        if band.days is Days.REST and not at.opening.open_on_rest_days:
            continue
        for border in (band.from_minute, band.to_minute):
            if at.within(border - BEFORE_BORDER, border + 2 * AFTER_BORDER):
                return ExampleKind.BORDER, border - BEFORE_BORDER, border + AFTER_BORDER, band
    return None


def _long_day(snapshot: TariffSnapshot, at: _Park) -> Example:
    """Work out the day of 08:58 to 18:10, or all of the open day where that does not reach the cap."""
    usual, whole = (8 * 60 + 58, 18 * 60 + 10), (at.opens, at.closes)
    for start, end in [usual, whole] if at.within(*usual) else [whole]:
        example = _example(snapshot, at, ExampleKind.CAP, start, end)
        if any(line.amount != line.uncapped for line in example.rating.lines):
            return example
    return replace(example, shows=ExampleKind.WHOLE_DAY)


def _example(
    snapshot: TariffSnapshot,
    at: _Park,
    shows: ExampleKind,
    start: int,
    end: int,
    band: Band | None = None,
    *,
    free: int = 0,
) -> Example:
    day = _day(snapshot.valid_from, at.calendar, rest=band is not None and band.days is Days.REST)
    midnight = datetime.combine(day, time.min, tzinfo=at.zone)
    started_at, ended_at = (midnight + timedelta(minutes=minute) for minute in (start, end))
    left: Mapping[int, int] = {day.year * 100 + day.month: free}
    stay = MeasuredStay(0, 0, started_at, ended_at)
    rating = rate(stay, snapshot.terms, at.calendar, at.zone, allowance_left=left)
    return Example(shows, started_at, ended_at, rating, at.calendar.is_working_day(day), free)


TUESDAY = 1
DAYS_TO_CHOOSE_FROM = 60


def _day(first: date, calendar: Calendar, *, rest: bool) -> date:
    """Choose the day of an example; a calendar in which nothing fits gives the first day there is."""
    days = [first + timedelta(days=ahead) for ahead in range(DAYS_TO_CHOOSE_FROM)]
    fitting = [day for day in days if calendar.is_working_day(day) is not rest]
    tuesdays = [day for day in fitting if day.weekday() == TUESDAY and not rest]
    return next(iter([*tuesdays, *fitting]), first)
