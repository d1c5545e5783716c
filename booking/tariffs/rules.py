"""The laws of pricing, and their refusals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking.values import Money, Refusal

MINUTES_OF_DAY = 24 * 60
LARGEST_FIGURE = 10**12  # ten thousand million yuan; keeps every amount far inside 64 bits
LONGEST_STEP_MINUTES = 366 * MINUTES_OF_DAY


@dataclass(eq=False)
class BandsOverlap(Refusal):
    """Two bands claim the same minute of the same kind of day; `index` is where the second stands."""

    first: str
    second: str
    index: int


@dataclass(eq=False)
class BandEndsBeforeItStarts(Refusal):
    """A band must end after it starts on the same day; over midnight takes two bands."""

    band: str
    index: int


@dataclass(eq=False)
class FactorBelowZero(Refusal):
    """Nobody is paid for using a space."""

    band: str
    index: int


@dataclass(eq=False)
class TariffFigureOutOfRange(Refusal):
    """A figure of a tariff (named as in `Terms`) lies outside what can be meant."""

    figure: str
    lowest: int
    highest: int


@dataclass(eq=False)
class StayEndsBeforeItStarts(Refusal):
    """A stay's check-out lies before its check-in."""

    stay: int | str


LONGEST_STAY_DAYS = 3660  # ten years; no metered stay is longer, and a typing mistake of a century is


@dataclass(eq=False)
class StayTooLong(Refusal):
    """A metered stay is longer than any that can be meant."""

    stay: int | str
    days: int = LONGEST_STAY_DAYS


@dataclass(eq=False)
class BasisNotForKind(Refusal):
    """Storage is priced by the day, everything else by the hour."""

    kind: str
    basis: str


@dataclass(eq=False)
class NoTariff(Refusal):
    """No tariff of the kind is valid on the day, so nothing can be priced."""

    kind: str
    day: date


@dataclass(eq=False)
class VersionTooEarly(Refusal):
    """A new version is valid from tomorrow at the earliest: nobody pays a price they could not have seen."""

    earliest: date


@dataclass(eq=False)
class VersionThatDay(Refusal):
    """Another version is valid from the same day, and versions never change."""

    day: date


@dataclass(eq=False)
class VersionBegun(Refusal):
    """A version that holds, or held, is not withdrawn: it has priced, or may have priced, somebody's use."""

    first_day: date


@dataclass(eq=False)
class VersionWithdrawn(Refusal):
    """A version is withdrawn once, and that is never taken back."""

    on: date


def check_version_day(valid_from: date, today: date, there: Sequence[date]) -> None:
    """Refuse a day that is taken, and, but for the first version, a day that has begun."""
    if valid_from in there:
        raise VersionThatDay(valid_from)
    if there and valid_from <= today:
        raise VersionTooEarly(today + timedelta(days=1))


def check_withdrawable(valid_from: date, withdrawn_on: date | None, today: date) -> None:
    """Refuse to withdraw a version twice, or from the day on which it begins; days are the park's own."""
    if withdrawn_on is not None:
        raise VersionWithdrawn(withdrawn_on)
    if valid_from <= today:
        raise VersionBegun(valid_from)


PERMILLE = 1000


def share_of_quote(quote: Money, permille: int) -> Money:
    """Price a no-show or a late cancelling: that share of the quote, rounded half-up to the fen once.

    Raises TariffFigureOutOfRange for a share below nothing or above the whole quote.
    Source: docs/rules.md, Use is what counts.
    """
    if not 0 <= permille <= PERMILLE:
        raise TariffFigureOutOfRange(figure="permille", lowest=0, highest=PERMILLE)
    return quote.share(permille, PERMILLE)
