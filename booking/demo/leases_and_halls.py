"""Storage leases and evenings in the reception hall: what the demo books outside of the working day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from booking.charges.pricing import quote
from booking.demo.demand import Demand, Fate, Wish
from booking.demo.diary import CHARGER, SOON, Diary
from booking.demo.tenants import Household
from booking.people.models import Size
from booking.reservations.approval.requests import approve, decline
from booking.reservations.models import FAR_FUTURE
from booking.reservations.reserve import reserve
from booking.spaces.models import Kind, Space
from booking.usage.check_in import begin_lease
from booking.usage.check_out import end_forgotten
from booking.usage.queries import open_stay_at
from booking.values.month import day_span
from booking.values.span import Span

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
