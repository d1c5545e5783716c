"""Rules of a park's particulars and calendar, and their refusals."""

from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from booking.values import Refusal
from booking.values.reading import normal_uscc


@dataclass(eq=False)
class ParkClosesBeforeItOpens(Refusal):
    """A park closes later on the day on which it opens."""

    opens: time
    closes: time


@dataclass(eq=False)
class NoSuchZone(Refusal):
    """No time zone has this name (IANA time zone database)."""

    name: str


@dataclass(eq=False)
class BadSellerUscc(Refusal):
    """The seller's unified social credit code is none (GB 32100-2015)."""

    uscc: str


@dataclass(eq=False)
class ParkCodeTaken(Refusal):
    """Another park of the installation has this code; it stands in invoice numbers."""

    code: str


@dataclass(eq=False)
class YearNotKnown(Refusal):
    """No list of that year's holidays is at hand; its days are put in by hand."""

    year: int


MAILED_NAMES = ("name", "name_en", "seller_name", "bank_name")  # of a park, as they stand in letters


def check_hours(opens: time, closes: time) -> None:
    """Raise ParkClosesBeforeItOpens."""
    if closes <= opens:
        raise ParkClosesBeforeItOpens(opens, closes)


def check_zone(name: str) -> None:
    """Raise NoSuchZone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NoSuchZone(name) from error


def check_seller(code: str) -> str:
    """Normalise the seller's unified social credit code; "" stays. Raises BadSellerUscc (GB 32100-2015)."""
    try:
        return normal_uscc(code) if code.strip() else ""
    except ValueError as error:
        raise BadSellerUscc(code) from error
