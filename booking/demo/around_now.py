"""What goes on at the moment the demo is made, so that whoever looks finds a park alive."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

from booking.demo.demand import DEMO_SEAT, Demand, Fate, Wish
from booking.demo.diary import Diary
from booking.demo.leases_and_halls import hall_wish, plan_hall
from booking.demo.tenants import Household
from booking.reservations.closures import close_space
from booking.spaces.models import Kind, Space
from booking.values.span import Span

QUARTER, HALF_HOUR, HOUR, DAY = (timedelta(minutes=minutes) for minutes in (15, 30, 60, 24 * 60))
FIRST_START, LAST_START = time(8, 30), time(20, 45)
OPENS, CLOSES = time(8), time(22)  # of desks and rooms
WEDNESDAY = 2
NOT_YET = 14  # minutes after the start: whoever looks may check in themselves


def plan_around(
    diary: Diary, demand: Demand, households: Sequence[Household], by_code: Mapping[str, Space], now: datetime
) -> None:
    """Plan what is next for the demo's member, who is there now, and what is closed."""
    now = now.astimezone(demand.zone).replace(second=0, microsecond=0)
    for wish in _next_for(households[0], now):
        diary.plan(replace(wish, came=NOT_YET))
    for wish in _late_meetings(households[0], now):
        diary.plan(wish)
    if time(9) <= now.time() <= LAST_START:
        for wish in _there_now(households, now):
            diary.plan(wish)
    _night_owls(diary, households, by_code, now)
    _closures(diary, by_code, now)
    quiet = _at(now + 9 * DAY, time(14))
    plan_hall(diary, hall_wish(demand, households[4], quiet, quiet - (now - 3 * HOUR)))
    busy = _at(now + 6 * DAY, time(18, 30))
    plan_hall(diary, hall_wish(demand, households[9], busy, 8 * DAY), refused=True)


def next_start(now: datetime) -> datetime:
    """Give the next quarter at which one may begin: in a few minutes, or in the morning."""
    minutes = now.hour * 60 + now.minute + 2
    start = _at(now, time(0)) + timedelta(minutes=-(-minutes // 15) * 15)
    if start.date() > now.date() or start.time() > LAST_START:
        return _at(now + DAY, time(9))
    return max(start, _at(now, FIRST_START))


def _next_for(story: Household, now: datetime) -> Iterator[Wish]:
    """Reserve for the demo's member: one in a few minutes, and some for the days to come."""
    first = next_start(now)
    yield _plain(story, DEMO_SEAT, Kind.MEETING_ROOM, first, 60, now - 20 * HOUR, 3, "项目周会")
    if first.time() < time(17):
        yield _plain(story, DEMO_SEAT, Kind.WORKSTATION, _half_hour(first + 2 * HOUR), 120, now - 3 * HOUR)
    yield _plain(
        story, DEMO_SEAT, Kind.MEETING_ROOM, _at(first + DAY, time(14)), 90, now - 26 * HOUR, 6, "方案汇报"
    )
    yield _plain(story, DEMO_SEAT, Kind.WORKSTATION, _at(first + 3 * DAY, time(9)), 240, now - 30 * HOUR)
    yield _plain(
        story, 0, Kind.MEETING_ROOM, _at(first + 2 * DAY, time(10)), 60, now - 50 * HOUR, 8, "客户来访"
    )


def _late_meetings(story: Household, now: datetime) -> Iterator[Wish]:
    """Meet late on an afternoon of last month and of this: its list can say what the evening would save."""
    for some_day in (now.replace(day=1) - DAY, now):
        third = some_day.replace(day=15)
        start = _at(third + (WEDNESDAY - third.weekday()) % 7 * DAY, time(16, 30))
        if story.since < start.date() and start < now - DAY:
            yield _plain(story, 0, Kind.MEETING_ROOM, start, 90, start - 44 * HOUR, 4, "客户周会")


def _there_now(households: Sequence[Household], now: datetime) -> Iterator[Wish]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    for number, (before, minutes) in enumerate(((60, 240), (30, 180), (90, 300)), start=1):
        start, length = _while_open(hour - timedelta(minutes=before), minutes)
        yield _plain(households[number], 0, Kind.WORKSTATION, start, length, start - 20 * HOUR)
    for number, (before, minutes) in enumerate(((30, 120), (0, 105)), start=5):
        start, length = _while_open(hour - timedelta(minutes=before), minutes)
        yield _plain(
            households[number], 0, Kind.MEETING_ROOM, start, length, start - 44 * HOUR, 4, "远程会议"
        )


def _while_open(start: datetime, minutes: int) -> tuple[datetime, int]:
    """Keep a use within the opening hours: in the evening it is shorter."""
    start = max(start, _at(start, OPENS))
    return start, min(minutes, (_at(start, CLOSES) - start) // timedelta(minutes=1))


def _night_owls(
    diary: Diary, households: Sequence[Household], by_code: Mapping[str, Space], now: datetime
) -> None:
    """Let two people sit at the desks that are open at night, one of them round the clock."""
    for number, code, ago in ((6, "B202", 75), (11, "B201", 25)):
        start = now - timedelta(minutes=ago)
        until = min(now + 2 * HOUR, _at(now + DAY, time(0)))
        if start.date() != now.date():
            start = _at(now, time(0))
        hours = diary.agenda.opens(by_code[code], start.date())
        if hours is None or start.hour * 60 + start.minute < hours.opens:
            continue
        minutes = int((until - start).total_seconds()) // 60
        wish = _plain(households[number], 1, Kind.WORKSTATION, start, minutes, None)
        diary.at(start, partial(diary.walk_in, wish, space=by_code[code]))


def _closures(diary: Diary, by_code: Mapping[str, Space], now: datetime) -> None:
    for code, days, hours, length, reason in (
        ("A308", 0, 13, 5, "投影机更换"),
        ("A101", 5, 9, 9, "园区年度消防演练"),
        ("A307", -40, 8, 12, "空调检修"),
        ("A204", 0, 8, 14, "升降桌维修"),
    ):
        start = _at(now + days * DAY, time(hours))
        _close(diary, by_code[code], Span(start, start + length * HOUR), reason, start - 16 * DAY)


def _close(diary: Diary, space: Space, span: Span, reason: str, asked: datetime) -> None:
    def close(now: datetime) -> None:
        closure = close_space(diary.session, space, span, reason, by=diary.admin, now=now)
        diary.agenda.block(-1_000_000 - closure.id, space, span.start.astimezone(now.tzinfo), span.end)

    diary.at(asked, close)


def _plain(
    household: Household,
    seat: int,
    kind: Kind,
    start: datetime,
    minutes: int,
    asked: datetime | None,
    people: int = 1,
    purpose: str = "",
) -> Wish:
    seat = min(seat, len(household.members) - 1)
    return Wish(household, seat, kind, start, minutes, people, asked, Fate.COMES, -3, -4, purpose, sure=True)


def _half_hour(instant: datetime) -> datetime:
    return instant.replace(minute=instant.minute // 30 * 30, second=0, microsecond=0)


def _at(instant: datetime, wall: time) -> datetime:
    """Give that time of the instant's day."""
    return datetime.combine(instant.date(), wall, tzinfo=instant.tzinfo)
