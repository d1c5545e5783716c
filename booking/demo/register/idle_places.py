"""The demo's idle places: what stood empty when the park opened its shared space, and what was made of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from booking.demo.diary import Diary
from booking.demo.register import scenes
from booking.demo.tenants import Household
from booking.reservations.closures import close_space
from booking.spaces.idle.models import IdlePlace
from booking.spaces.idle.put_to_use import put_to_use
from booking.spaces.idle.register import hang_photograph, propose_use, register_idle_place
from booking.spaces.idle.rules import IdleFacts
from booking.spaces.models import Space
from booking.values.month import Month, day_span
from booking.values.span import Span


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
    empty = scenes.before({space.kind for space in made})
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
    shown = scenes.after({space.kind for space in made})
    hang_photograph(diary.session, place, shown, after=True, by=diary.branch, now=now)
    diary.done["put to use"] += 1
