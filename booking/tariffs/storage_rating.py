"""Storage is billed by local calendar day touched, sliced at the month's end.

Per unit and day, or per m² and day; each month's invoice carries its own days (docs/rules.md, Rating).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.tariffs.rules import LARGEST_FIGURE, StayEndsBeforeItStarts, TariffFigureOutOfRange
from booking.values import Money, Month, local_day, round_half_up

HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class StorageTerms:
    """The figures of a storage tariff; with an area (hundredths of m²) the rate is per m² and day."""

    rate_fen_per_day: int
    area_hundredths: int | None = None

    def __post_init__(self) -> None:
        """Refuse figures below nothing, and beyond what can be meant."""
        for name, figure in (
            ("rate_fen_per_day", self.rate_fen_per_day),
            ("area_hundredths", self.area_hundredths or 0),
        ):
            if not 0 <= figure <= LARGEST_FIGURE:
                raise TariffFigureOutOfRange(name, 0, LARGEST_FIGURE)

    def price(self, days: int) -> Money:
        """Price so many days, rounded half-up to the fen, once."""
        if self.area_hundredths is None:
            return Money(self.rate_fen_per_day * days)
        return Money(round_half_up(self.rate_fen_per_day * self.area_hundredths * days, HUNDREDTHS))


@dataclass(frozen=True, slots=True)
class StorageStay:
    """A storage unit in use, kept in UTC; without an end it goes on.

    Raises StayEndsBeforeItStarts, and ValueError for instants without an offset.
    """

    id: int | str
    started_at: datetime
    ended_at: datetime | None

    def __post_init__(self) -> None:
        """Keep the promise of the type."""
        ended_at = self.ended_at
        if self.started_at.utcoffset() is None or (ended_at and ended_at.utcoffset() is None):
            msg = f"stay {self.id!r} needs instants with an offset"
            raise ValueError(msg)
        object.__setattr__(self, "started_at", self.started_at.astimezone(UTC))
        if ended_at is not None:
            object.__setattr__(self, "ended_at", ended_at.astimezone(UTC))
            if ended_at.astimezone(UTC) < self.started_at:
                raise StayEndsBeforeItStarts(self.id)


class StorageLine(NamedTuple):
    """What one storage stay costs in one month."""

    stay: int | str
    month: Month
    first_day: date
    last_day: date  # billed as well
    days: int
    amount: Money


def storage_days(stay: StorageStay, month: Month) -> tuple[date, date] | None:
    """Tell the first and last local day that the stay touches in the month, or None.

    An end at midnight does not touch the day that begins there; an instant touches its own day. An
    open stay goes to the month's end.
    """
    first = max(local_day(stay.started_at, month.zone), month.first_day)
    last = min(_last_day(stay, month.zone) or month.last_day, month.last_day)
    return (first, last) if first <= last else None


def rate_storage_month(stay: StorageStay, terms: StorageTerms, month: Month) -> StorageLine | None:
    """Price the days that fall in the month; None where there are none."""
    touched = storage_days(stay, month)
    if touched is None:
        return None
    first, last = touched
    days = (last - first).days + 1
    return StorageLine(stay.id, month, first, last, days, terms.price(days))


def rate_storage(stay: StorageStay, terms: StorageTerms, until: Month) -> tuple[StorageLine, ...]:
    """Price a stay month by month, from its first month to its last or to `until`, whichever is earlier."""
    month = Month.of(stay.started_at, until.zone)
    lines = []
    while month <= until and (line := rate_storage_month(stay, terms, month)):
        lines.append(line)
        month = month.next
    return tuple(lines)


INSTANT = timedelta.resolution


def _last_day(stay: StorageStay, zone: ZoneInfo) -> date | None:
    if stay.ended_at is None:
        return None
    return local_day(max(stay.started_at, stay.ended_at - INSTANT), zone)
