"""Worked examples of a tariff: uses chosen so that each shows one of its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from booking.billing.rating import MeasuredStay, rate
from booking.billing.rules import MINUTES_OF_DAY, share_of_quote
from booking.billing.storage_rating import StorageLine, StorageStay, rate_storage
from booking.billing.terms import Days
from booking.values.money import Money
from booking.values.month import Month
from booking.values.work_calendar import WorkCalendar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from booking.billing.figures import Figures
    from booking.billing.rating import Rating
    from booking.billing.terms import Band

WEEKDAYS_ONLY = WorkCalendar()
TUESDAY, SATURDAY = 1, 5
MORNING = 9 * 60
BEFORE_BORDER, AFTER_BORDER = 84, 17  # 16:36 and 18:17 around a border at 18:00
AREA_HUNDREDTHS = 12_50  # of the storage unit in the example


class Shows(Enum):
    """What an example is for."""

    MINIMUM = "minimum"
    BORDER = "border"
    PLAIN = "plain"
    CAP = "cap"
    ALLOWANCE = "allowance"


@dataclass(frozen=True, slots=True)
class Example:
    """One use with its price; `free_minutes` is what the enterprise had left before."""

    shows: Shows
    started_at: datetime
    ended_at: datetime
    rating: Rating
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


def metered_examples(figures: Figures, zone: ZoneInfo) -> Iterator[Example]:
    """Work out examples on the first Tuesday (or Saturday, for a rest-day band) from `valid_from` on.

    The calendar is that of plain weeks, without holidays.
    """
    yield _example(figures, zone, Shows.MINIMUM, MORNING, MORNING + 4)
    around = _border(figures)
    shows, start, end, band = around or (Shows.PLAIN, MORNING + 7, MORNING + 108, None)
    yield _example(figures, zone, shows, start, end, band)
    if figures.daily_cap is not None:
        yield _example(figures, zone, Shows.CAP, *_long_day(figures, zone))
    if most := max(figures.allowances.values(), default=0):
        yield _example(figures, zone, Shows.ALLOWANCE, start, end, band, free=most)


def storage_example(figures: Figures, zone: ZoneInfo) -> StorageExample:
    """Work out a unit from the 28th, 15:00, to the 3rd, 10:00."""
    month = Month.containing(figures.valid_from, zone)
    start = datetime.combine(date(month.year, month.month, 28), time(15), tzinfo=zone)
    end = datetime.combine(date(month.next.year, month.next.month, 3), time(10), tzinfo=zone)
    terms = figures.storage_terms(AREA_HUNDREDTHS)
    lines = rate_storage(StorageStay(0, start, end), terms, month.next)
    return StorageExample(start, end, AREA_HUNDREDTHS, lines)


def fees(figures: Figures) -> Fees:
    """Work out the shares of a quote of 100 yuan."""
    quote = Money.yuan(100)
    return Fees(
        quote,
        share_of_quote(quote, figures.no_show_permille),
        share_of_quote(quote, figures.late_cancel_permille),
    )


def _border(figures: Figures) -> tuple[Shows, int, int, Band] | None:
    """Give a use over the first border between two prices that leaves room on both sides."""
    for band in figures.bands:
        for border in (band.from_minute, band.to_minute):
            if BEFORE_BORDER <= border <= MINUTES_OF_DAY - 2 * AFTER_BORDER:
                return Shows.BORDER, border - BEFORE_BORDER, border + AFTER_BORDER, band
    return None


def _long_day(figures: Figures, zone: ZoneInfo) -> tuple[int, int]:
    """Give the worked day of 08:58 to 18:10, or a longer one where that does not reach the cap."""
    usual = (8 * 60 + 58, 18 * 60 + 10)
    capped = any(
        line.amount != line.before_cap for line in _example(figures, zone, Shows.CAP, *usual).rating.lines
    )
    return usual if capped else (0, MINUTES_OF_DAY - 1)


def _example(
    figures: Figures,
    zone: ZoneInfo,
    shows: Shows,
    start: int,
    end: int,
    band: Band | None = None,
    *,
    free: int = 0,
) -> Example:
    weekday = SATURDAY if band is not None and band.days is Days.REST else TUESDAY
    day = figures.valid_from + timedelta(days=(weekday - figures.valid_from.weekday()) % 7)
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    started_at, ended_at = (midnight + timedelta(minutes=minute) for minute in (start, end))
    left: Mapping[int, int] = {day.year * 100 + day.month: free}
    stay = MeasuredStay(0, 0, started_at, ended_at)
    rating = rate(stay, figures.terms, WEEKDAYS_ONLY, zone, allowance_left=left)
    return Example(shows, started_at, ended_at, rating, free)
