"""The demo's areas and spaces."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.spaces.areas import add_area
from booking.spaces.inventory import SpaceFacts, add_space, set_kind_rule, set_space_rule
from booking.spaces.models import Kind, Space
from booking.spaces.rules import DAY_MINUTES, Opening

FOYER, DESKS, ROOMS, STORES, LOFT = "A 座 1 层", "A 座 2 层", "A 座 3 层", "B 座 1 层", "B 座 2 层"


class Room(NamedTuple):
    """A meeting room or hall; `area_hundredths` is hundredths of a square metre."""

    code: str
    name: str
    name_en: str
    place: str
    capacity: int
    area_hundredths: int
    equipment: tuple[str, ...]
    description: str


MEETING_ROOMS = (
    Room("A307", "云起·东", "Clouds East", ROOMS, 10, 2800, ("投影", "白板"), "与云起·西之间是活动隔断，可合并。"),
    Room("A308", "云起·西", "Clouds West", ROOMS, 10, 2800, ("投影", "视频会议"), "与云起·东之间是活动隔断，可合并。"),
    Room("B221", "半日", "Banri", LOFT, 6, 1500, ("显示屏", "视频会议"), "六人间，门口就是茶水区，周末也开放。"),
)  # fmt: skip
COMBINED = Room(
    "A307+A308", "云起（合并）", "Clouds, both", ROOMS, 22, 5600, ("投影", "视频会议", "白板"),
    "打开隔断后的云起厅，二十二人培训或路演。",
)  # fmt: skip
HALLS = (
    Room("A101", "园区会客厅", "Reception hall", FOYER, 120, 26000, ("舞台", "音响", "LED 大屏", "茶歇台"), "学习会、沙龙和文化之夜都在这里；需提前一天申请，由园区确认。"),
    Room("A102", "路演厅", "Pitch hall", FOYER, 60, 12000, ("投影", "音响", "直播设备"), "阶梯座席六十人，适合产品发布和培训。"),
)  # fmt: skip
STORES_OF = (
    (300, "小型储物间，适合样品和档案。"),
    (450, "中型储物间，带层架。"),
    (600, "中型储物间，带层架，恒温。"),
    (900, "大型储物间，可停手推车。"),
)
BY_AREA = ((2000, "开放货位，按平方米计费。"), (2600, "开放货位，紧邻卸货口，按平方米计费。"))


AREAS = (
    (FOYER, "Building A, ground floor"),
    (DESKS, "Building A, 2nd floor"),
    (ROOMS, "Building A, 3rd floor"),
    (STORES, "Building B, ground floor"),
    (LOFT, "Building B, 2nd floor"),
)
RULES = {
    Kind.WORKSTATION: Opening(open_on_rest_days=False, step_minutes=30, minimum_minutes=60, horizon_days=30),
    Kind.MEETING_ROOM: Opening(open_on_rest_days=False, maximum_minutes=8 * 60),
    Kind.STORAGE: Opening(
        opens_minute=0,
        closes_minute=DAY_MINUTES,
        step_minutes=DAY_MINUTES,
        minimum_minutes=DAY_MINUTES,
        maximum_minutes=366 * DAY_MINUTES,
        horizon_days=180,
    ),
    Kind.HALL: Opening(
        opens_minute=9 * 60,
        closes_minute=21 * 60 + 30,
        step_minutes=30,
        minimum_minutes=60,
        maximum_minutes=10 * 60,
        lead_minutes=24 * 60,
        horizon_days=90,
        buffer_minutes=30,
        needs_approval=True,
    ),
}
DAILY_DESK, DAILY_ROOM = (
    replace(RULES[kind], open_on_rest_days=True) for kind in (Kind.WORKSTATION, Kind.MEETING_ROOM)
)
LATE = replace(DAILY_DESK, opens_minute=7 * 60, closes_minute=DAY_MINUTES)
ROUND_THE_CLOCK = replace(DAILY_DESK, opens_minute=0, closes_minute=DAY_MINUTES)
NIGHT_DESKS = ("B201", "B202")
OWN_RULES = {
    "B201": ROUND_THE_CLOCK, "B202": LATE, "B203": DAILY_DESK, "B221": DAILY_ROOM,
}  # fmt: skip
"""Building B is open on rest days too, one of its desks till midnight and one round the clock."""
A_DESKS, B_DESKS = 4, 3


def furnish(session: Session, park_id: int, random: Random, *, by: Actor, now: datetime) -> list[Space]:
    """Add areas, spaces and rules; gives the spaces in the order of their list."""
    areas = {name: add_area(session, park_id, name, name_en, by=by, now=now).id for name, name_en in AREAS}

    def add(facts: SpaceFacts) -> Space:
        return add_space(session, park_id, facts, scan_code=f"{random.getrandbits(96):024x}", by=by, now=now)

    for kind, rule in RULES.items():
        set_kind_rule(session, park_id, kind, rule, by=by, now=now)
    spaces = [add(facts) for facts in _plain(areas)]
    by_code = {space.code: space for space in spaces}
    parts = tuple(by_code[code].id for code in COMBINED.code.split("+"))
    spaces.append(add(_facts(COMBINED, Kind.MEETING_ROOM, areas, part_ids=parts)))
    for code, rule in OWN_RULES.items():
        set_space_rule(session, by_code[code], rule, by=by, now=now)
    return spaces


def _plain(areas: dict[str, int]) -> Iterator[SpaceFacts]:
    yield from _desks(areas)
    for room in MEETING_ROOMS:
        yield _facts(room, Kind.MEETING_ROOM, areas)
    for room in HALLS:
        yield _facts(room, Kind.HALL, areas)
    yield from _stores(areas)


def _desks(areas: dict[str, int]) -> Iterator[SpaceFacts]:
    for number in range(1, A_DESKS + 1):
        window = number % 3 == 1
        yield SpaceFacts(
            code=f"A2{number:02d}",
            name=f"工位 A2{number:02d}",
            name_en=f"Desk A2{number:02d}",
            kind=Kind.WORKSTATION,
            area_id=areas[DESKS],
            area_hundredths=400,
            description="靠窗工位，升降桌。" if window else "安静区工位，升降桌。",
            equipment=("升降桌", "显示器") if window else ("升降桌",),
        )
    for number in range(1, B_DESKS + 1):
        night = number <= len(NIGHT_DESKS)
        yield SpaceFacts(
            code=f"B2{number:02d}",
            name=f"延时工位 B2{number:02d}" if night else f"工位 B2{number:02d}",
            name_en=f"Late desk B2{number:02d}" if night else f"Desk B2{number:02d}",
            kind=Kind.WORKSTATION,
            area_id=areas[LOFT],
            area_hundredths=420,
            description="延时工位，夜里也开放，刷卡进出。"
            if night
            else "开放区工位，靠近茶水间，周末也开放。",
            equipment=("显示器", "门禁") if night else ("显示器",),
        )


def _stores(areas: dict[str, int]) -> Iterator[SpaceFacts]:
    for number in range(1, 13):
        area_hundredths, description = STORES_OF[number % len(STORES_OF)]
        yield _store(f"C{number:02d}", f"储物间 C{number:02d}", area_hundredths, description, areas)
    for number, (area_hundredths, description) in enumerate(BY_AREA, start=13):
        yield _store(f"C{number:02d}", f"货位 C{number:02d}", area_hundredths, description, areas)


def _store(code: str, name: str, area_hundredths: int, description: str, areas: dict[str, int]) -> SpaceFacts:
    return SpaceFacts(
        code=code,
        name=name,
        name_en=f"Store {code}",
        kind=Kind.STORAGE,
        area_id=areas[STORES],
        area_hundredths=area_hundredths,
        description=description,
        equipment=("货架", "监控"),
    )


def _facts(room: Room, kind: Kind, areas: dict[str, int], *, part_ids: tuple[int, ...] = ()) -> SpaceFacts:
    return SpaceFacts(
        code=room.code,
        name=room.name,
        name_en=room.name_en,
        kind=kind,
        area_id=areas[room.place],
        capacity=room.capacity,
        area_hundredths=room.area_hundredths,
        description=room.description,
        equipment=room.equipment,
        part_ids=part_ids,
    )
