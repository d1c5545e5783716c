"""Draws a simple floor plan of each area: its spaces in rows along a corridor."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.spaces.models import Area, Kind, Space
from booking.spaces.picture import redrawn
from booking.spaces.set_picture import set_plan

WIDTH, ROOM_HEIGHT, CORRIDOR, MARGIN = 1400, 180, 70, 40
PAPER, WALL, INK, FAINT = "#f7f8f9", "#5b6770", "#1c2429", "#6b7780"


def hang_plans(session: Session, spaces: Sequence[Space], *, by: Actor, now: datetime) -> None:
    """Draw and hang the plan of every area that has spaces."""
    for area_id in dict.fromkeys(space.area_id for space in spaces):
        area = session.get_one(Area, area_id)
        there = [space for space in spaces if space.area_id == area_id and not space.parts]
        set_plan(session, area, redrawn(floor_plan(area.name, there)), by=by, now=now)


FONT = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"
IN_A_ROW = 10


def floor_plan(name: str, spaces: Sequence[Space]) -> bytes:
    """Draw the spaces as rooms, wider ones for more seats; gives a PNG."""
    half = -(-len(spaces) // 2)
    rows = [spaces[:half], spaces[half:]] if half <= IN_A_ROW else _thirds(spaces)
    height = 2 * MARGIN + 60 + len(rows) * (ROOM_HEIGHT + CORRIDOR)
    plan = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(plan)
    title, small = (ImageFont.truetype(str(FONT), size) for size in (34, 20))
    draw.text((MARGIN, MARGIN - 10), name, font=title, fill=INK)
    top = MARGIN + 60
    for row in rows:
        _row(draw, row, top, small)
        top += ROOM_HEIGHT + CORRIDOR
    bytes_ = BytesIO()
    plan.save(bytes_, format="PNG", compress_level=1)
    return bytes_.getvalue()


def _thirds(spaces: Sequence[Space]) -> list[Sequence[Space]]:
    third = -(-len(spaces) // 3)
    return [spaces[:third], spaces[third : 2 * third], spaces[2 * third :]]


FLOORS = {
    Kind.WORKSTATION: "#dff0f1",
    Kind.MEETING_ROOM: "#e6ecf5",
    Kind.STORAGE: "#f1ece1",
    Kind.HALL: "#f6e3df",
}


def _row(draw: ImageDraw.ImageDraw, row: Sequence[Space], top: int, font: ImageFont.FreeTypeFont) -> None:
    weights = [4 + min(space.capacity, 24) for space in row]
    left, unit = float(MARGIN), (WIDTH - 2 * MARGIN) / max(1, sum(weights))
    for space, weight in zip(row, weights, strict=True):
        right = left + weight * unit
        box = (round(left), top, round(right), top + ROOM_HEIGHT)
        draw.rectangle(box, fill=FLOORS[space.kind], outline=WALL, width=3)
        middle = (left + right) / 2
        draw.line((middle - 16, top + ROOM_HEIGHT, middle + 16, top + ROOM_HEIGHT), fill=PAPER, width=5)
        draw.text((middle, top + 70), space.code, font=font, fill=INK, anchor="mm")
        if space.kind in {Kind.MEETING_ROOM, Kind.HALL}:
            draw.text((middle, top + 104), space.name, font=font, fill=FAINT, anchor="mm")
        left = right
