"""What a charge line keeps of the figures it was priced by: one structure a kind, versioned, read strictly.

Nobody else knows the keys. Lines of before there were versions are of version 1, which does not say its kind.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from booking.tariffs.in_force import TariffCopy
from booking.values import Money
from booking.values.stored import Whole, read_stored, to_stored, version_of

KIND = "kind"


class MoveReason(StrEnum):
    """Why another stay's line moved: that stay was corrected, or its end became known only later."""

    CORRECTED = "corrected"
    ENDED = "ended"


class MovedBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stay that a line made way for."""

    stay_id: int
    space: str
    space_en: str | None
    day: date  # on which it began, by the park's clock
    why: MoveReason


class Granted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was given back of a line before it moved: so much, or all of it."""

    fen: int
    whole: bool


class UseTerms(TariffCopy, frozen=True, kw_only=True, tag="use", tag_field=KIND):
    """Of metered use: the tariff's copy, and what the month and the day had left for the stay."""

    working_day: bool
    allowance_left_minutes: Whole
    spent_fen: int
    allowance_minutes: Whole | None = None  # of the month; the oldest lines name only their tariff
    moved_by: MovedBy | None = None
    granted: Granted | None = None  # of an adjustment whose line moved


class LeaseTerms(TariffCopy, frozen=True, kw_only=True, tag="storage", tag_field=KIND):
    """Of storage; with an area (hundredths of a square metre) the rate is per square metre and day."""

    area_hundredths: Whole | None


Permille = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class _FeeTerms(TariffCopy, frozen=True, kw_only=True):
    quote_fen: Whole

    @property
    def quote(self) -> Money:
        """What the reservation was quoted."""
        return Money(self.quote_fen)


class NoShowTerms(_FeeTerms, frozen=True, kw_only=True, tag="no_show", tag_field=KIND):
    """Of not coming: the share of the quote that it costs."""

    no_show_permille: Permille

    @property
    def permille(self) -> int:
        """The share, in thousandths."""
        return self.no_show_permille


class LateCancelTerms(_FeeTerms, frozen=True, kw_only=True, tag="late_cancel", tag_field=KIND):
    """Of cancelling late: the share of the quote that it costs."""

    late_cancel_permille: Permille

    @property
    def permille(self) -> int:
        """The share, in thousandths."""
        return self.late_cancel_permille


FeeTerms = NoShowTerms | LateCancelTerms
LineTerms = UseTerms | LeaseTerms | NoShowTerms | LateCancelTerms


VERSION = 2


def read_terms(stored: dict[str, Any], *, of: str) -> LineTerms:
    """Read what a line keeps; `of` names it. Raises StoredDocumentUnreadable."""
    if version_of(stored, of=of, newest=VERSION) == 1:
        stored = stored | {KIND: _kind_of_first_version(stored)}
    terms: LineTerms = read_stored(stored, LineTerms, of=of)
    return terms


def stored_terms(terms: LineTerms) -> dict[str, Any]:
    """Write down what a line is to keep."""
    return to_stored(terms, version=VERSION)


MARKS = {"no_show_permille": "no_show", "late_cancel_permille": "late_cancel", "area_hundredths": "storage"}


def _kind_of_first_version(stored: dict[str, Any]) -> str:
    return next((kind for key, kind in MARKS.items() if key in stored), "use")
