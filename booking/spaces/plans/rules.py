"""What may stand where on a plan: whole cells of a grid, inside it, no space over another. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any, Final, NamedTuple, Self

import msgspec

from booking.values.refusal import Refusal
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
