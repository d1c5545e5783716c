"""The floors of the demo, drawn from rectangles, with its spaces where they lie."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.demo.places.spaces import DESKS, FOYER, LOFT, ROOMS, STORES
from booking.spaces.areas import arrange
from booking.spaces.floor_plan import Box, Layout, PlacedSpace, Shape, ShapeKind
from booking.spaces.models import Area, Space

ROOM, PASSAGE, FACILITY, GREEN = ShapeKind


class Floor(NamedTuple):
    """A floor in cells of about a metre: what is drawn, and where each space lies, by its code."""

    columns: int
    rows: int
    drawn: tuple[tuple[ShapeKind, Box, str, str], ...]
    places: Mapping[str, Box]


FOYER_FLOOR = Floor(
    26, 16,
    (
        (PASSAGE, Box(1, 10, 24, 2), "门厅", "Foyer"),
        (ROOM, Box(1, 1, 14, 9), "", ""),
        (ROOM, Box(16, 1, 9, 9), "", ""),
        (FACILITY, Box(15, 1, 1, 9), "", ""),
        (FACILITY, Box(1, 12, 4, 3), "茶歇", "Tea"),
        (GREEN, Box(5, 12, 1, 3), "", ""),
        (FACILITY, Box(10, 12, 6, 3), "主入口", "Entrance"),
        (GREEN, Box(9, 12, 1, 3), "", ""),
        (GREEN, Box(16, 12, 1, 3), "", ""),
        (FACILITY, Box(18, 12, 3, 3), "电梯", "Lift"),
        (FACILITY, Box(22, 12, 3, 3), "洗手间", "Toilets"),
    ),
    {"A101": Box(2, 2, 12, 7), "A102": Box(17, 2, 7, 7)},
)  # fmt: skip
DESKS_FLOOR = Floor(
    24, 14,
    (
        (ROOM, Box(1, 1, 15, 7), "安静工作区", "Quiet area"),
        (PASSAGE, Box(1, 8, 22, 2), "走廊", "Corridor"),
        (ROOM, Box(17, 1, 6, 7), "企业办公", "Offices"),
        (GREEN, Box(2, 2, 1, 1), "", ""),
        (GREEN, Box(14, 6, 1, 1), "", ""),
        (FACILITY, Box(1, 10, 5, 3), "茶水间", "Pantry"),
        (FACILITY, Box(7, 10, 3, 3), "打印", "Printers"),
        (GREEN, Box(11, 10, 1, 3), "", ""),
        (FACILITY, Box(13, 10, 3, 3), "楼梯", "Stairs"),
        (FACILITY, Box(17, 10, 2, 3), "电梯", "Lift"),
        (FACILITY, Box(20, 10, 3, 3), "洗手间", "Toilets"),
    ),
    {"A201": Box(3, 3, 3, 3), "A202": Box(6, 3, 3, 3), "A203": Box(9, 3, 3, 3), "A204": Box(12, 3, 3, 3)},
)  # fmt: skip
ROOMS_FLOOR = Floor(
    24, 14,
    (
        (ROOM, Box(1, 1, 14, 7), "", ""),
        (ROOM, Box(16, 1, 7, 7), "企业办公", "Offices"),
        (PASSAGE, Box(1, 8, 22, 2), "走廊", "Corridor"),
        (ROOM, Box(1, 10, 8, 3), "企业办公", "Offices"),
        (GREEN, Box(10, 10, 1, 3), "", ""),
        (FACILITY, Box(12, 10, 4, 3), "茶水间", "Pantry"),
        (FACILITY, Box(17, 10, 2, 3), "电梯", "Lift"),
        (FACILITY, Box(20, 10, 3, 3), "洗手间", "Toilets"),
    ),
    {"A307": Box(2, 2, 6, 5), "A308": Box(8, 2, 6, 5)},
)  # fmt: skip
STORES_FLOOR = Floor(
    26, 16,
    (
        (ROOM, Box(1, 1, 24, 5), "", ""),
        (PASSAGE, Box(1, 6, 24, 2), "通道", "Aisle"),
        (ROOM, Box(1, 8, 14, 4), "", ""),
        (ROOM, Box(15, 8, 10, 7), "", ""),
        (FACILITY, Box(1, 12, 4, 3), "保安", "Guard"),
        (FACILITY, Box(6, 12, 5, 3), "卸货口", "Loading bay"),
        (FACILITY, Box(12, 12, 3, 3), "电梯", "Lift"),
    ),
    {
        **{f"C{at + 1:02d}": Box(2 + 3 * at, 2, 2, 3) for at in range(4)},
        **{f"C{at + 5:02d}": Box(13 + 3 * at, 2, 2, 3) for at in range(4)},
        **{f"C{at + 9:02d}": Box(2 + 3 * at, 9, 2, 2) for at in range(4)},
        "C13": Box(16, 9, 4, 5), "C14": Box(20, 9, 4, 5),
    },
)  # fmt: skip
LOFT_FLOOR = Floor(
    24, 14,
    (
        (ROOM, Box(1, 1, 14, 7), "开放工作区", "Open area"),
        (ROOM, Box(16, 1, 7, 7), "", ""),
        (PASSAGE, Box(1, 8, 22, 2), "走廊", "Corridor"),
        (GREEN, Box(2, 6, 1, 1), "", ""),
        (GREEN, Box(13, 6, 1, 1), "", ""),
        (FACILITY, Box(1, 10, 4, 3), "门禁", "Gate"),
        (GREEN, Box(6, 10, 1, 3), "", ""),
        (FACILITY, Box(8, 10, 4, 3), "茶水间", "Pantry"),
        (FACILITY, Box(13, 10, 3, 3), "楼梯", "Stairs"),
        (FACILITY, Box(17, 10, 6, 3), "洗手间", "Toilets"),
    ),
    {
        "B201": Box(3, 3, 3, 3), "B202": Box(6, 3, 3, 3), "B203": Box(9, 3, 3, 3),
        "B221": Box(17, 2, 5, 5),
    },
)  # fmt: skip
FLOORS = {
    FOYER: FOYER_FLOOR,
    DESKS: DESKS_FLOOR,
    ROOMS: ROOMS_FLOOR,
    STORES: STORES_FLOOR,
    LOFT: LOFT_FLOOR,
}


def hang_plans(session: Session, spaces: Sequence[Space], *, by: Actor, now: datetime) -> None:
    """Draw the plan of every area that has spaces, and lay them on it."""
    for area_id in dict.fromkeys(space.area_id for space in spaces):
        area = session.get_one(Area, area_id)
        there = {space.code: space.id for space in spaces if space.area_id == area_id}
        arrange(session, area, _layout(FLOORS[area.name], there), by=by, now=now)


def _layout(floor: Floor, ids: Mapping[str, int]) -> Layout:
    shapes = (Shape(kind, box, label, label_en) for kind, box, label, label_en in floor.drawn)
    places = (PlacedSpace(ids[code], box) for code, box in floor.places.items() if code in ids)
    return Layout(floor.columns, floor.rows, tuple(shapes), tuple(places))
