"""The demo's idle places: what stood empty when the park opened its shared space, and what was made of it.

Their pictures are drawn by the kinds of space: the room as it stood, and as it is used.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.reservations.closures import close_space
from booking.spaces.idle.register import hang_photograph, propose_use, put_to_use, register_idle_place
from booking.spaces.idle.rules import IdleFacts
from booking.spaces.models import IdlePlace, Kind, Space
from booking.spaces.pictures import redrawn
from booking.values import Month, Span, day_span


class Story(NamedTuple):
    """A place of the register; `registered` counts days after the first day shown."""

    name: str
    area: str
    location: str
    square_metres: int
    giver: str  # a word of tenants.py, or ""
    whose: str
    empty_days: int  # before it is registered
    registered: int
    codes: tuple[str, ...] = ()  # none: it still stands empty
    proposal: str = ""
    note: str = ""


DESKS = tuple(f"A2{number:02d}" for number in range(1, 5))
LOFT = ("B201", "B202", "B203", "B221")
STORIES = (
    Story("A 座 2 层大开间", "A 座 2 层", "电梯口右转", 120, "", "园区自有", 260, 0, DESKS, note="原是一家外迁企业的办公室。"),
    Story("A 座 3 层北侧", "A 座 3 层", "茶水间对面", 90, "椿屿", "", 75, 0, ("A307", "A308"), note="退回后加了活动隔断。"),
    Story("B 座 1 层旧库房", "B 座 1 层", "卸货口旁", 110, "", "物业", 400, 0, tuple(f"C{number:02d}" for number in range(1, 7))),
    Story("B 座 2 层东侧", "B 座 2 层", "朝东一排", 95, "栎芽", "", 0, 12, LOFT, "改作延时工位和一间小会议室", "例会定下：周末也开放。"),
    Story("B 座 1 层门厅旁", "B 座 1 层", "快递柜后面", 18, "", "物业", 330, 200, (), "改成快递暂存间", "门口快递常堆在走道。"),
    Story("A 座 4 层东角", "", "A 座 4 层 401", 48, "折光", "", 40, 280, ()),
)  # fmt: skip
LOFT_AGE = 8  # months ago the loft was put to use; until then it was being altered


def loft_opens(months: Sequence[tuple[Month, int]]) -> date | None:
    """Tell from which day on the loft is in use; None where it is from the first day shown."""
    first = months[0][0].first_day
    day = next((month.first_day for month, age in months if age == LOFT_AGE), first)
    return day if day > first else None


def plan_idle_places(
    diary: Diary,
    households: Sequence[Household],
    by_code: Mapping[str, Space],
    first: date,
    loft: date | None,
) -> None:
    """Plan the register's year, each step on its day."""
    if loft is not None:
        _alter(diary, [by_code[code] for code in LOFT], loft)
    for story in STORIES:
        day = first + timedelta(days=story.registered)
        used = (loft or day) if story.codes == LOFT else first
        _at(diary, day, partial(_register, diary, story, households, by_code, used))


def _at(diary: Diary, day: date, act: partial[None]) -> None:
    diary.at(datetime.combine(day, time(10, 40), tzinfo=diary.park.zone), act)


def _alter(diary: Diary, spaces: Sequence[Space], until: date) -> None:
    """Keep the loft closed until it is ready."""
    end = day_span(until, diary.park.zone).start
    for space in spaces:
        close_space(
            diary.session, space, Span(diary.now, end), "改造中，完工后开放", by=diary.admin, now=diary.now
        )


def _register(
    diary: Diary,
    story: Story,
    households: Sequence[Household],
    by_code: Mapping[str, Space],
    used: date,
    now: datetime,
) -> None:
    giver = next((one.enterprise for one in households if one.tenant.word == story.giver), None)
    area = next((space.area for space in by_code.values() if space.area.name == story.area), None)
    facts = IdleFacts(
        name=story.name,
        area_hundredths=story.square_metres * 100,
        empty_since=now.date() - timedelta(days=story.empty_days),
        area_id=area.id if area else None,
        location=story.location,
        given_back_by_id=giver.id if giver else None,
        whose=story.whose,
        note=story.note,
    )
    place = register_idle_place(diary.session, diary.park.id, facts, by=diary.branch, now=now)
    made = [by_code[code] for code in story.codes]
    empty = before({space.kind for space in made})
    hang_photograph(diary.session, place, empty, after=False, by=diary.branch, now=now)
    if story.proposal:
        _at(diary, now.date() + timedelta(days=20), partial(_propose, diary, place, story))
    if story.codes:
        _at(diary, max(used, now.date()), partial(_use, diary, place, made))


def _propose(diary: Diary, place: IdlePlace, story: Story, now: datetime) -> None:
    if place.put_to_use_on is None:
        propose_use(diary.session, place, story.proposal, by=diary.branch, now=now)


def _use(diary: Diary, place: IdlePlace, made: Sequence[Space], now: datetime) -> None:
    put_to_use(diary.session, place, [space.id for space in made], now.date(), by=diary.branch, now=now)
    shown = after({space.kind for space in made})
    hang_photograph(diary.session, place, shown, after=True, by=diary.branch, now=now)
    diary.done["put to use"] += 1


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
