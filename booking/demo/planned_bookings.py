"""What the demo books by plan and not by chance: storage leases, evenings in the hall, and what goes on now.

So whoever looks at the moment at which it is made finds a park alive.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from booking.charges.pricing import quote
from booking.demo.demand import DEMO_SEAT, Demand, Fate, Wish
from booking.demo.diary import CHARGER, SOON, Diary
from booking.demo.tenants import Household
from booking.people.models import Size
from booking.reservations.approval.requests import approve, decline
from booking.reservations.closures import close_space
from booking.reservations.models import FAR_FUTURE
from booking.reservations.reserve import reserve
from booking.spaces.models import Kind, Space
from booking.usage.check_in import begin_lease
from booking.usage.check_out import end_forgotten
from booking.usage.queries import open_stay_at
from booking.values import Span, day_span

LARGE = (Size.LARGE,)


def plan_leases(diary: Diary, households: Sequence[Household], spaces: Sequence[Space]) -> None:
    """Let each household that stores something take the next unit on the day after it joined."""
    stores = [space for space in spaces if space.kind is Kind.STORAGE]
    units = iter([space for space in stores if "货位" not in space.name])
    floor = iter([space for space in stores if "货位" in space.name])
    for household in households:
        if not household.tenant.stores:
            continue
        large = household.tenant.size in LARGE
        space = next(floor if large else units, None)
        if space is not None:
            _plan(diary, household, space)


SHORT_LEASE = timedelta(days=135)
SHORT = frozenset({"麦浪", "澄泥"})  # they had a unit for a while


def _plan(diary: Diary, household: Household, space: Space) -> None:
    zone = diary.park.zone
    start = datetime.combine(household.since, time(9, 5), tzinfo=zone)
    short = household.tenant.word in SHORT
    end = day_span(household.since + SHORT_LEASE, zone).start if short else FAR_FUTURE

    def take(now: datetime) -> None:
        span = Span(now, end)
        price = quote(diary.session, diary.park, household.enterprise, space, span).total
        by = diary.manager(household)
        purpose = "样品与展具" if short else "物料周转"
        reservation = reserve(diary.session, space, span, quote=price, by=by, now=now, purpose=purpose)
        begin_lease(diary.session, reservation.id, now=now + SOON)
        diary.done["leased"] += 1

    def give_back(now: datetime) -> None:
        for stay_id in open_lease_of(diary, space):
            end_forgotten(diary.session, stay_id, charger=CHARGER, now=now)

    diary.at(start, take)
    if short:
        diary.at(end + SOON, give_back)


def open_lease_of(diary: Diary, space: Space) -> list[int]:
    """Find the lease that goes on at a unit."""
    stay = open_stay_at(diary.session, space.id)
    return [] if stay is None else [stay.id]


HALL_A_WEEK = 3.6
HALL_DAYS = {3, 4}  # Thursday and Friday; activities have the others
AT_ONCE = 2  # there are two halls


def hall_wishes(demand: Demand, days: Sequence[date], households: Sequence[Household]) -> Iterator[Wish]:
    """Invent what the halls are wanted for: now and then, on a Thursday or Friday afternoon or evening."""
    random = demand.random
    for day in days:
        if day.weekday() not in HALL_DAYS or not demand.calendar.is_working_day(day):
            continue
        for _ in range(AT_ONCE):
            if random.random() >= HALL_A_WEEK / len(HALL_DAYS) / AT_ONCE:
                continue
            there = [one for one in households if _wants_a_hall(one, day)]
            if there:
                start = datetime.combine(
                    day, random.choice((time(13, 30), time(14), time(18, 30))), tzinfo=demand.zone
                )
                yield hall_wish(demand, random.choice(there), start, timedelta(days=random.randrange(6, 14)))


def _wants_a_hall(one: Household, day: date) -> bool:
    """Leave out the story's enterprise: its list tells of the hour in the hall that it has free."""
    return one.since <= day - timedelta(days=14) and one.tenant.rooms > 1 and not one.is_story


OCCASIONS = ("产品发布会", "行业沙龙", "专题学习会", "新员工培训", "客户答谢会", "文化之夜")


def hall_wish(demand: Demand, household: Household, start: datetime, lead: timedelta) -> Wish:
    """Want a hall from an instant on, asked for so long before."""
    return Wish(
        household=household,
        seat=0,
        kind=Kind.HALL,
        start=start,
        minutes=demand.random.choice((150, 180, 210)),
        people=demand.random.choice((30, 40, 50, 60, 80)),
        asked=start - lead,
        fate=Fate.COMES,
        came=-5,
        left=demand.random.choice((-12, 0, 8)),
        purpose=demand.random.choice(OCCASIONS),
    )


THOUGHT_OVER = timedelta(hours=19)


def plan_hall(diary: Diary, wish: Wish, *, refused: bool = False) -> None:
    """Ask for a hall; the administrator thinks it over for a night."""
    asked = wish.asked or wish.start

    def ask(now: datetime) -> None:
        reservation = diary.reserve(wish, now)
        if reservation is None:
            return
        reservation_id = reservation.id

        def judge(now: datetime) -> None:
            if refused:
                reason = "当日已有园区统一活动，请改约"
                decline(diary.session, reservation_id, reason, by=diary.admin, now=now)
            else:
                approve(diary.session, reservation_id, by=diary.admin, now=now)
            diary.done["judged"] += 1

        diary.at(now + THOUGHT_OVER, judge)

    diary.at(asked, ask)


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
