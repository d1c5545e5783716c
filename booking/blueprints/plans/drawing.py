"""A plan as finished coordinates, which the template only writes out. Knows no language and no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from booking.spaces.floor_plan import Box, Layout, PlacedSpace, Shape
from booking.spaces.models import Kind

CELL: Final = 24  # units of the drawing a cell


class Written(NamedTuple):
    """A line of text, centred at a place; `css` is how large."""

    x: float
    y: float
    text: str
    css: str = ""


class Rectangle(NamedTuple):
    """A rectangle in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    round: int = 0


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """A rectangle of the drawing, and what is written in it."""

    kind: str
    rectangle: Rectangle
    texts: Sequence[Written]


@dataclass(frozen=True, slots=True)
class DrawnPlace:
    """A space on the plan: its rectangle, furniture that tells its kind, and what is written in it."""

    space_id: int
    kind: str
    rectangle: Rectangle
    furniture: Sequence[Rectangle]
    texts: Sequence[Written]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole plan; `picture_url` is drawn below everything."""

    width: int
    height: int
    picture_url: str
    shapes: Sequence[DrawnShape]
    places: Sequence[DrawnPlace]


class OnPlan(NamedTuple):
    """What is written on a space, the most important first; what there is no room for is left out."""

    kind: Kind
    code: str
    lines: Sequence[str] = ()


def drawing_of(
    layout: Layout, known: Mapping[int, OnPlan], picture_url: str = "", *, english: bool = False
) -> Drawing:
    """Draw a plan with the spaces that are known; one that is not (retired, moved away) is left out."""
    return Drawing(
        layout.columns * CELL,
        layout.rows * CELL,
        picture_url,
        [_shape(one, (english and one.label_en) or one.label) for one in layout.shapes],
        [_place(one, known[one.space_id]) for one in layout.places if one.space_id in known],
    )


def _shape(shape: Shape, label: str) -> DrawnShape:
    rectangle = _rectangle(shape.box, 0)
    texts: list[Written] = []
    if label:
        middle = rectangle.y + (SMALL + 3 if shape.kind == "room" else rectangle.height / 2 + BASELINE)
        cut = _cut(label, rectangle.width, SMALL)
        texts = [Written(rectangle.x + rectangle.width / 2, middle, cut, "is-label")]
    return DrawnShape(shape.kind.value, rectangle, texts)


MARGIN: Final = 2
LINE: Final = 20
BASELINE: Final = 6  # from the middle of a line of letters down to where they stand
BIG: Final = 18  # as large as letters are on a phone
SMALL: Final = 14
PADDING: Final = 8


def _place(one: PlacedSpace, says: OnPlan) -> DrawnPlace:
    whole = _rectangle(one.box, MARGIN, 4)
    body, furniture = FURNISHED[says.kind](whole)
    lines = [
        _cut(says.code, body.width, BIG),
        *(_cut(line, body.width, SMALL) for line in says.lines if line),
    ]
    lines = lines[: max(1, int((body.height - PADDING) // LINE))]
    first = body.y + body.height / 2 - (len(lines) - 1) * LINE / 2 + BASELINE
    texts = [
        Written(body.x + body.width / 2, first + at * LINE, text, "is-detail" if at else "is-code")
        for at, text in enumerate(lines)
    ]
    return DrawnPlace(one.space_id, says.kind.value, body, furniture, texts)


Furnished = tuple[Rectangle, list[Rectangle]]
"""What is coloured and written on, and what stands there besides."""
CHAIR: Final = 9


def _desk(whole: Rectangle) -> Furnished:
    """Draw a desk with its chair before it."""
    x, y, width, height, corner = whole
    chair = Rectangle(x + width / 2 - CHAIR, y + height - CHAIR, 2 * CHAIR, CHAIR, 4)
    return Rectangle(x, y, width, height - CHAIR - MARGIN, corner), [chair]


def _meeting_room(whole: Rectangle) -> Furnished:
    """Draw a room with chairs along both its walls; the table is where the letters are."""
    middle = whole.y + whole.height / 2
    away = min(2 * LINE + CHAIR, whole.height / 2 - CHAIR - PADDING)
    return whole, [*_chairs(whole, middle - away - CHAIR), *_chairs(whole, middle + away)]


def _hall(whole: Rectangle) -> Furnished:
    """Draw a hall with its stage, and two rows of chairs before the back wall."""
    stage = Rectangle(whole.x + whole.width / 4, whole.y + PADDING, whole.width / 2, CHAIR, 2)
    back = whole.y + whole.height - CHAIR - PADDING
    return whole, [stage, *_chairs(whole, back), *_chairs(whole, back - 2 * CHAIR)]


def _chairs(whole: Rectangle, y: float) -> list[Rectangle]:
    count = max(1, int((whole.width - 2 * PADDING) // (2 * CHAIR)))
    first = whole.x + (whole.width - (2 * count - 1) * CHAIR) / 2
    return [Rectangle(first + at * 2 * CHAIR, y, CHAIR, CHAIR, 3) for at in range(count)]


def _store(whole: Rectangle) -> Furnished:
    """Draw a store with the shelf at its back."""
    return whole, [Rectangle(whole.x + 4, whole.y + 4, whole.width - 8, 4, 1)]


FURNISHED: Final = {
    Kind.WORKSTATION: _desk,
    Kind.MEETING_ROOM: _meeting_room,
    Kind.HALL: _hall,
    Kind.STORAGE: _store,
}


def _rectangle(box: Box, margin: int, corner: int = 0) -> Rectangle:
    return Rectangle(
        box.x * CELL + margin,
        box.y * CELL + margin,
        box.width * CELL - 2 * margin,
        box.height * CELL - 2 * margin,
        corner,
    )


LATIN: Final = 0.6
ASCII: Final = 128


def _cut(text: str, width: float, size: int) -> str:
    """Shorten a text to what fits; a Chinese letter is as wide as it is high."""
    room, used = width - PADDING / 2, 0.0
    for at, letter in enumerate(text):
        used += size * (LATIN if ord(letter) < ASCII else 1)
        if used > room:
            return f"{text[: max(1, at - 1)]}…"
    return text
