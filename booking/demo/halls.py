"""The halls of the demo park: asked for, approved by the administrator, used."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from booking.demo.demand import Demand, Fate, Wish
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.reservations.approve import approve
from booking.reservations.decline import decline
from booking.spaces.models import Kind

HALL_A_WEEK = 0.8


def hall_wishes(demand: Demand, days: Sequence[date], households: Sequence[Household]) -> Iterator[Wish]:
    """Invent what the halls are wanted for: now and then, on a Thursday or Friday afternoon or evening."""
    random = demand.random
    for day in days:
        thursday_or_friday = day.weekday() in {3, 4} and demand.calendar.is_working_day(day)
        if thursday_or_friday and random.random() < HALL_A_WEEK / 2:
            there = [
                one for one in households if one.since <= day - timedelta(days=14) and one.tenant.rooms > 1
            ]
            if there:
                start = datetime.combine(
                    day, random.choice((time(13, 30), time(14), time(18, 30))), tzinfo=demand.zone
                )
                yield hall_wish(demand, random.choice(there), start, timedelta(days=random.randrange(6, 14)))


OCCASIONS = ("产品发布会", "行业沙龙", "专题学习会", "新员工培训", "客户答谢会", "文化之夜")


def hall_wish(demand: Demand, household: Household, start: datetime, lead: timedelta) -> Wish:
    """Want a hall from an instant on, asked for so long before."""
    return Wish(
        household=household,
        seat=0,
        kind=Kind.HALL,
        start=start,
        minutes=demand.random.choice((120, 150, 180)),
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
