"""What to do with a space, by simple stated rules: close its evenings, lower its price, let it as storage."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

EVENING = 18 * 60
"""Minutes after midnight from which the evening counts."""


class Measure(StrEnum):
    """What can be done with a space that is little used."""

    CLOSE_EVENINGS = "close_evenings"
    LOWER_PRICE = "lower_price"
    TO_STORAGE = "to_storage"


@dataclass(frozen=True, slots=True)
class Hidden:
    """Which figures of a space may not be told to its reader; what is to be done with it may."""

    month: bool = False
    evening: bool = False
    before: bool = False
    judgement: bool = False  # not even that: it would change day by day with the figures


@dataclass(frozen=True, slots=True)
class SpaceOfMonth:
    """A space's minutes of a month, open and used, those of its evenings among them, and the month before."""

    space_id: int
    code: str
    name: str
    kind: str
    place: str  # of its area
    open: int
    used: int
    evening_open: int
    evening_used: int
    open_before: int
    used_before: int
    hidden: Hidden = Hidden()

    @property
    def share(self) -> Fraction | None:
        """Used over open; None where nothing was open."""
        return _share(self.used, self.open)

    @property
    def evening_share(self) -> Fraction | None:
        """The same of its evenings."""
        return _share(self.evening_used, self.evening_open)

    @property
    def share_before(self) -> Fraction | None:
        """The same of the month before."""
        return _share(self.used_before, self.open_before)


def _share(used: int, opened: int) -> Fraction | None:
    return Fraction(used, opened) if opened else None


NOT_LET_BY_THE_HOUR = ("storage", "hall")


LEAST_OPEN = 20 * 60
"""Minutes open in a month below which nothing is said: a place that just opened has had no chance."""


def is_judged(one: SpaceOfMonth) -> bool:
    """Tell whether the rules look at it.

    They do not at storage, nor at halls, which are kept free for what happens there.
    """
    return not one.hidden.judgement and one.kind not in NOT_LET_BY_THE_HOUR and one.open >= LEAST_OPEN


HARDLY = Fraction(2, 100)
"""Used less than this share of what is open, this month and the one before: nobody would miss it."""
EMPTY_EVENINGS = Fraction(3, 100)
LITTLE = Fraction(15, 100)


def measure_for(one: SpaceOfMonth) -> Measure | None:
    """Say what to do with one that is judged, or nothing; the first rule that fits counts."""
    if not is_judged(one) or one.share is None:
        return None
    if one.share < HARDLY and one.share_before is not None and one.share_before < HARDLY:
        return Measure.TO_STORAGE
    if one.share < LITTLE:
        return Measure.LOWER_PRICE
    evening = one.evening_share
    if evening is not None and evening < EMPTY_EVENINGS:
        return Measure.CLOSE_EVENINGS
    return None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A measure for the spaces of one kind and area; `used` and `open` are the minutes that it is about."""

    measure: Measure
    kind: str
    place: str
    spaces: tuple[SpaceOfMonth, ...]

    @property
    def open(self) -> int:
        """Open minutes: of the evenings, where these are to be closed."""
        return sum(one.evening_open if self._evening else one.open for one in self.spaces)

    @property
    def used(self) -> int:
        """Used ones among them."""
        return sum(one.evening_used if self._evening else one.used for one in self.spaces)

    @property
    def share(self) -> Fraction:
        """Used over open."""
        return Fraction(self.used, self.open)

    @property
    def is_hidden(self) -> bool:
        """Tell whether its figures may not be told."""
        return any(
            one.hidden.evening
            if self._evening
            else one.hidden.month or (one.hidden.before and self.measure is Measure.TO_STORAGE)
            for one in self.spaces
        )

    @property
    def _evening(self) -> bool:
        return self.measure is Measure.CLOSE_EVENINGS

    @property
    def key(self) -> str:
        """Name it within its month."""
        return f"{self.measure}-{self.spaces[0].space_id}"


def suggestions(spaces: Iterable[SpaceOfMonth]) -> list[Suggestion]:
    """Group what is to be done by measure, kind and area; the least used first, of equals the largest.

    Those whose figures may not be told come last, else their order would tell them.
    """
    groups: defaultdict[tuple[Measure, str, str], list[SpaceOfMonth]] = defaultdict(list)
    for one in spaces:
        measure = measure_for(one)
        if measure is not None:
            groups[measure, one.kind, one.place].append(one)
    found = [Suggestion(*group, tuple(theirs)) for group, theirs in groups.items()]
    return sorted(found, key=_least_used)


def _least_used(one: Suggestion) -> tuple[bool, Fraction, int]:
    if one.is_hidden:
        return True, Fraction(0), -one.open
    return False, one.share, one.used - one.open
