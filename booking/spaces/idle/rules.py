"""What an idle place must be, and when it may be put to use."""

from dataclasses import dataclass
from datetime import date

from booking.values import Refusal

NAME_LENGTH, LOCATION_LENGTH, WHOSE_LENGTH, WORDS_LENGTH, NOTE_LENGTH = 60, 120, 120, 500, 1000
SMALLEST_AREA, LARGEST_AREA = 1, 1_000_000_00  # hundredths of a square metre


@dataclass(frozen=True, slots=True)
class IdleFacts:
    """What a person says about an idle place; `area_hundredths` is hundredths of a m²."""

    name: str
    area_hundredths: int
    empty_since: date
    area_id: int | None = None
    location: str = ""
    given_back_by_id: int | None = None
    whose: str = ""
    proposal: str = ""
    note: str = ""


@dataclass(eq=False)
class EmptyInFuture(Refusal):
    """A place stands empty from a day on that has come."""

    today: date


@dataclass(eq=False)
class UsedBeforeEmpty(Refusal):
    """It was put to use after it fell empty."""

    empty_since: date


@dataclass(eq=False)
class UsedInFuture(Refusal):
    """What is put to use is in use: on a day that has come."""

    today: date


@dataclass(eq=False)
class NoSpacesMade(Refusal):
    """Something was made of it: one space at least, of this park."""


@dataclass(eq=False)
class MadeOfAnother(Refusal):
    """A space was made of one idle place; these belong to another."""

    codes: tuple[str, ...]


@dataclass(eq=False)
class ProposalMissing(Refusal):
    """A proposal says what could be made of the place."""


@dataclass(eq=False)
class InUseAlready(Refusal):
    """What is in use needs no proposal."""

    since: date


def check_empty_since(empty_since: date, put_to_use_on: date | None, today: date) -> None:
    """Refuse a day that has not come, or that lies after the place was put to use."""
    if empty_since > today:
        raise EmptyInFuture(today)
    if put_to_use_on is not None and put_to_use_on < empty_since:
        raise UsedBeforeEmpty(empty_since)


def check_put_to_use(put_to_use_on: date, empty_since: date, today: date) -> None:
    """Refuse a day that has not come, or on which the place was not empty yet."""
    if put_to_use_on > today:
        raise UsedInFuture(today)
    if put_to_use_on < empty_since:
        raise UsedBeforeEmpty(empty_since)
