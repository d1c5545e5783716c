"""What may stand where on a floor plan, and what colours a space on it. Pure.

A plan has whole cells of a grid: all lies inside it, and no space over another. A space is free at a moment,
free but not for long, taken (and by whom), or closed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Any, Final, NamedTuple, Self

import msgspec

from booking.values import Refusal, Span
from booking.values.stored import read_stored, to_stored, version_of


class ShapeKind(StrEnum):
    """What a rectangle of the drawing is; it is not booked."""

    ROOM = "room"
    PASSAGE = "passage"
    FACILITY = "facility"
    GREEN = "green"


class Box(NamedTuple):
    """A rectangle in whole cells; `x` and `y` are counted from the left and upper border of the plan."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column to its right."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height

    def overlaps(self, other: Self) -> bool:
        """Tell whether they share a cell; touching ones do not."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rectangle of the drawing, with what is written in it."""

    kind: ShapeKind
    box: Box
    label: str = ""
    label_en: str = ""


class PlacedSpace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A space, and where it lies."""

    space_id: int
    box: Box


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole plan: its size in cells, what is drawn, where spaces lie."""

    columns: int
    rows: int
    shapes: tuple[Shape, ...] = ()
    places: tuple[PlacedSpace, ...] = ()

    def boxes(self) -> dict[int, Box]:
        """Tell where each space lies."""
        return {one.space_id: one.box for one in self.places}

    def stored(self) -> dict[str, Any]:
        """Write it as a row keeps it."""
        return to_stored(self, version=VERSION)

    @classmethod
    def read(cls, stored: dict[str, Any], *, of: str) -> Self:
        """Read it from a row, which `of` names; raises StoredDocumentUnreadable."""
        version_of(stored, of=of, newest=VERSION)
        found: Self = read_stored(stored, cls, of=of)
        return found


VERSION: Final = 1
LEAST_SIDE: Final = 4
MOST_SIDE: Final = 80
MOST_SHAPES: Final = 60
LABEL_LENGTH: Final = 20


@dataclass(eq=False)
class PlanSizeOutOfRange(Refusal):
    """A plan has at least so many cells a side, and at most so many; `side` is columns or rows."""

    side: str
    lowest: int = LEAST_SIDE
    highest: int = MOST_SIDE


@dataclass(eq=False)
class OutsideThePlan(Refusal):
    """A space, or a rectangle of the drawing, does not lie on the plan whole; named by code or label."""

    name: str
    columns: int
    rows: int


@dataclass(eq=False)
class OneOverAnother(Refusal):
    """Two spaces share a cell, which both would be tapped by."""

    first: str
    second: str


@dataclass(eq=False)
class TooManyShapes(Refusal):
    """More rectangles than anybody could see."""

    most: int = MOST_SHAPES


@dataclass(eq=False)
class NotOfThisArea(Refusal):
    """A space that cannot lie on this plan: another area's or park's, retired, combined, or named twice."""


@dataclass(eq=False)
class NoEarlierPlan(Refusal):
    """There is no earlier version to go back to, or somebody has saved another one meanwhile."""


def check_layout(layout: Layout, codes: Mapping[int, str]) -> None:
    """Judge a whole plan; `codes` are what may lie on it, by id. Raises the first refusal."""
    _check_size(layout)
    if not layout.boxes().keys() <= codes.keys() or len(layout.boxes()) < len(layout.places):
        raise NotOfThisArea
    named = [(codes[one.space_id], one.box) for one in layout.places]
    for name, box in [*named, *((one.label, one.box) for one in layout.shapes)]:
        if not is_inside(box, layout):
            raise OutsideThePlan(name, layout.columns, layout.rows)
    for (first, box), (second, other) in combinations(named, 2):
        if box.overlaps(other):
            raise OneOverAnother(first, second)


def _check_size(layout: Layout) -> None:
    for side in ("columns", "rows"):
        if not LEAST_SIDE <= getattr(layout, side) <= MOST_SIDE:
            raise PlanSizeOutOfRange(side)
    if len(layout.shapes) > MOST_SHAPES:
        raise TooManyShapes


def is_inside(box: Box, layout: Layout) -> bool:
    """Tell whether a rectangle has a cell at least, and lies on the plan whole."""
    return (
        min(box.x, box.y) >= 0
        and min(box.width, box.height) >= 1
        and box.right <= layout.columns
        and box.bottom <= layout.rows
    )


GAP: Final = 1


def filled(layout: Layout, missing: Mapping[int, tuple[int, int]]) -> Layout:
    """Lay what is missing, by id with width and height, where it fits first; what fits nowhere stays away.

    Row by row from the upper left, a cell away from every other space, and off lifts, stairs and plants.
    """
    taken = [one.box for one in layout.places]
    solid = [one.box for one in layout.shapes if one.kind in {ShapeKind.FACILITY, ShapeKind.GREEN}]
    found = list(layout.places)
    for space_id, (width, height) in missing.items():
        box = _first_fit(layout, width, height, taken, solid)
        if box is not None:
            found.append(PlacedSpace(space_id, box))
            taken.append(box)
    return msgspec.structs.replace(layout, places=tuple(found))


def _first_fit(
    layout: Layout, width: int, height: int, taken: Iterable[Box], solid: Iterable[Box]
) -> Box | None:
    around = [Box(one.x - GAP, one.y - GAP, one.width + 2 * GAP, one.height + 2 * GAP) for one in taken]
    off = [*around, *solid]
    fits = (
        box
        for box in _spots(layout, width, height)
        if is_inside(box, layout) and not any(map(box.overlaps, off))
    )
    return next(fits, None)


def _spots(layout: Layout, width: int, height: int) -> Iterator[Box]:
    for y in range(GAP, layout.rows - height):
        for x in range(GAP, layout.columns - width):
            yield Box(x, y, width, height)


class SpaceStanding(StrEnum):
    """What a plan colours a space by. SOON is free, but not for an hour: somebody comes, or it closes."""

    FREE = "free"
    SOON = "soon"
    BUSY = "busy"
    TIDY = "tidy"  # nobody has it, and the time is kept to tidy up
    OURS = "ours"
    MINE = "mine"
    CLOSED = "closed"


class HeldSpan(NamedTuple):
    """What takes a space for a while: whose it is to the reader, in words, and where to read more."""

    span: Span
    whose: SpaceStanding
    words: str = ""
    href: str = ""
    elsewhere: bool = False  # it is another space's that shares its room with this one


class Stand(NamedTuple):
    """How a space stands, until when (None: nobody knows), and what takes it."""

    standing: SpaceStanding
    until: datetime | None = None
    held: HeldSpan | None = None
    closes: bool = False  # it closes then; else somebody comes
    tidied: bool = False  # what follows is kept to tidy up


SOON_WITHIN: Final = timedelta(hours=1)
FIRST_TO_SAY: Final = (
    SpaceStanding.MINE,
    SpaceStanding.OURS,
    SpaceStanding.CLOSED,
    SpaceStanding.BUSY,
    SpaceStanding.TIDY,
)


def stand(held: Sequence[HeldSpan], opened: Span | None, at: datetime) -> Stand:
    """Tell how a space stands at an instant, by what takes it that day, in any order, and when it is open.

    Taken: until nothing of the same standing follows without a gap. Not open: until it opens, if that is
    still to come. Free: until somebody comes, time is kept to tidy up before, or it closes.
    """
    there = [one for one in held if one.span.contains(at)]
    if there:
        first = min(there, key=lambda one: FIRST_TO_SAY.index(one.whose))
        return Stand(first.whose, _end_of_chain([one for one in held if one.whose is first.whose], at), first)
    if opened is None or not opened.contains(at):
        return Stand(SpaceStanding.CLOSED, opened.start if opened is not None and at < opened.start else None)
    follows = min((one for one in held if one.span.start > at), key=lambda one: one.span.start, default=None)
    until = min(opened.end, follows.span.start) if follows else opened.end
    standing = SpaceStanding.SOON if until - at < SOON_WITHIN else SpaceStanding.FREE
    closes = until == opened.end
    tidied = not closes and follows is not None and follows.whose is SpaceStanding.TIDY
    return Stand(standing, until, closes=closes, tidied=tidied)


def _end_of_chain(held: Sequence[HeldSpan], at: datetime) -> datetime:
    end = at
    for one in sorted(held):
        if one.span.start <= end:
            end = max(end, one.span.end)
    return end


def to_book(stands: Stand, earliest: datetime, step: timedelta, least: timedelta) -> Span | None:
    """Give what a tap proposes: an hour, or the shortest use there is; less where somebody comes before.

    From `earliest` on, which stands on the grid of `step`. None where nothing that long is free.
    """
    if stands.standing not in {SpaceStanding.FREE, SpaceStanding.SOON} or stands.until is None:
        return None
    wanted = max(least, -(-SOON_WITHIN // step) * step)
    end = min(earliest + wanted, earliest + (stands.until - earliest) // step * step)
    return Span(earliest, end) if end - earliest >= least and end > earliest else None
