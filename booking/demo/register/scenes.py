"""Pictures of the demo's idle places: the room as it stood, and what was made of it, by the kinds of space."""

from collections.abc import Callable, Collection
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from booking.spaces.models import Kind
from booking.spaces.pictures import redrawn

SIZE, HORIZON = (960, 600), 340
WALL, FLOOR, DARK, WINDOW, METAL = "#e7e4dd", "#c9bfae", "#8b8375", "#cfe3ea", "#b9bdc1"
WOOD, SCREEN, CHAIR, PLANT, BOX, TAPE = "#d9a86c", "#2f3b45", "#0b6675", "#5d8a55", "#c79a63", "#a67b45"
DESKS_AT = ((120, 400), (390, 400), (660, 400), (250, 350), (560, 350))


def before(kinds: Collection[Kind]) -> bytes:
    """Draw the empty room that later was made into spaces of these kinds; gives a WebP."""
    return _drawn(frozenset(kinds), furnished=False)


def after(kinds: Collection[Kind]) -> bytes:
    """Draw what was made of it: stores, desks, meeting rooms, or desks with a meeting room beside them."""
    return _drawn(frozenset(kinds), furnished=True)


@cache
def _drawn(kinds: frozenset[Kind], *, furnished: bool) -> bytes:
    picture = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, SIZE[1]), (180, HORIZON), (780, HORIZON), SIZE], fill=FLOOR)
    _shutter(draw) if kinds == {Kind.STORAGE} else _windows(draw)
    (_furniture(kinds) if furnished else _left_behind)(draw)
    content = BytesIO()
    picture.save(content, format="PNG", compress_level=1)
    return redrawn(content.getvalue())


def _furniture(kinds: frozenset[Kind]) -> Callable[[ImageDraw.ImageDraw], None]:
    if kinds == {Kind.STORAGE}:
        return _shelves
    if kinds == {Kind.MEETING_ROOM}:
        return _meeting_rooms
    return _desks_and_room if Kind.MEETING_ROOM in kinds else _desks


def _windows(draw: ImageDraw.ImageDraw) -> None:
    for left in (230, 430, 630):
        draw.rectangle((left, 90, left + 130, 260), fill=WINDOW, outline=DARK, width=4)


def _shutter(draw: ImageDraw.ImageDraw) -> None:
    """A store has a shutter for goods, and no window."""
    draw.rectangle((350, 80, 610, HORIZON), fill=METAL, outline=DARK, width=4)
    for top in range(100, HORIZON, 22):
        draw.line((354, top, 606, top), fill=DARK, width=2)


def _left_behind(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((140, 430, 230, 500), fill=DARK)
    draw.rectangle((170, 390, 250, 440), fill="#a59b8a")
    draw.line((480, 0, 480, 40), fill=DARK, width=3)
    draw.ellipse((468, 38, 492, 62), fill="#f5efdc", outline=DARK)


def _desks(draw: ImageDraw.ImageDraw) -> None:
    for left, top in DESKS_AT:
        _desk(draw, left, top)
    draw.ellipse((850, 300, 920, 390), fill=PLANT)


def _desk(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    draw.rectangle((left, top, left + 190, top + 16), fill=WOOD)
    draw.rectangle((left + 60, top - 52, left + 130, top - 8), fill=SCREEN)
    draw.ellipse((left + 70, top + 26, left + 130, top + 76), fill=CHAIR)


def _shelves(draw: ImageDraw.ImageDraw) -> None:
    """Shelves along both walls, boxes on them and a cage in front."""
    for left in (40, 660):
        for board in (150, 255, 360, 465):
            for number in range(3):
                at = left + 12 + number * 82
                high = 52 + 12 * ((board // 105 + number) % 3)
                if board > 150:
                    _box(draw, at, board - high, at + 68, board)
            draw.rectangle((left, board, left + 260, board + 10), fill=METAL)
        for post in (left, left + 252):
            draw.rectangle((post, 130, post + 10, 540), fill="#7f868c")
    _box(draw, 410, 430, 500, 520)
    _box(draw, 470, 360, 550, 430)
    _box(draw, 500, 430, 590, 520)
    draw.rectangle((390, 520, 610, 532), fill=CHAIR)
    for wheel in (410, 570):
        draw.ellipse((wheel, 530, wheel + 26, 556), fill=SCREEN)


def _box(draw: ImageDraw.ImageDraw, left: int, top: int, right: int, bottom: int) -> None:
    draw.rectangle((left, top, right, bottom), fill=BOX, outline=TAPE, width=2)
    middle = (left + right) // 2
    draw.rectangle((middle - 5, top, middle + 5, bottom), fill=TAPE)


def _meeting_rooms(draw: ImageDraw.ImageDraw) -> None:
    """Two tables on either side of a folding wall."""
    for left in (60, 530):
        _table(draw, left, 420, 370)
    draw.polygon([(470, 250), (490, 250), (500, 600), (460, 600)], fill="#d6dde2", outline=DARK)


def _table(draw: ImageDraw.ImageDraw, left: int, top: int, width: int) -> None:
    draw.rectangle((left + width // 3, top - 170, left + 2 * width // 3, top - 95), fill=SCREEN)
    for number in range(3):
        at = left + 40 + number * (width - 80) // 3
        draw.ellipse((at, top - 46, at + 58, top + 12), fill=CHAIR)
    draw.rounded_rectangle((left, top - 10, left + width, top + 40), 24, fill=WOOD)
    for number in range(3):
        at = left + 40 + number * (width - 80) // 3
        draw.ellipse((at, top + 50, at + 66, top + 116), fill=CHAIR)


def _desks_and_room(draw: ImageDraw.ImageDraw) -> None:
    """Desks at the left, and behind glass a small room for meetings."""
    for left, top in DESKS_AT[:2] + DESKS_AT[3:4]:
        _desk(draw, left, top)
    draw.rectangle((600, 200, 930, 560), fill="#dcebf0", outline=DARK, width=4)
    _table(draw, 640, 450, 250)
    for post in (710, 820):
        draw.line((post, 200, post, 560), fill=DARK, width=3)
