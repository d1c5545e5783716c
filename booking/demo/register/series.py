"""Two firms of the demo book again and again: a room every week, a desk every second week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from booking.charges.quote_each import quote_each
from booking.demo.demand import DEMO_SEAT
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters.series import begun
from booking.reservations.refusals import Taken
from booking.reservations.series.begin_series import begin_series
from booking.reservations.series.foresee import Outlook, SeriesWish, foresee
from booking.reservations.series.recurrence import Frequency, Recurrence
from booking.reservations.series.rules import Occurrence, SeriesPlan
from booking.spaces.models import Kind, Space
from booking.values.money import Money
from booking.values.month import local_day

JUST_NOW = timedelta(minutes=4)
MEETINGS, DESK_DAYS = 12, 6
TUESDAY, WEDNESDAY = 1, 2
TEN, ELEVEN, NINE, NOON = (hour * 60 for hour in (10, 11, 9, 12))


def plan_series(
    diary: Diary, households: Sequence[Household], spaces: Sequence[Space], now: datetime
) -> None:
    """Let both be booked just now, when others have taken a few of the times already."""
    today = local_day(now, diary.park.zone)
    rooms = [one for one in spaces if one.kind is Kind.MEETING_ROOM]
    desks = [one for one in spaces if one.kind is Kind.WORKSTATION]
    weekly = SeriesPlan(
        _weekly(WEDNESDAY, MEETINGS, 1), today + timedelta(1), TEN, ELEVEN, working_days_only=True
    )
    fortnightly = SeriesPlan(_weekly(TUESDAY, DESK_DAYS, 2), today + timedelta(1), NINE, NOON)

    def meet(at: datetime) -> None:
        _begin(diary, households[0], DEMO_SEAT, rooms, weekly, 4, "产品例会", at)

    def sit_together(at: datetime) -> None:
        _begin(diary, households[3], 0, desks, fortnightly, 1, "每两周到园区办公", at)

    diary.at(now - JUST_NOW, meet)
    diary.at(now - JUST_NOW, sit_together)


def _weekly(weekday: int, count: int, interval: int) -> Recurrence:
    return Recurrence(Frequency.WEEKLY, interval, weekdays=(weekday,), count=count)


def _begin(
    diary: Diary,
    household: Household,
    seat: int,
    spaces: Sequence[Space],
    plan: SeriesPlan,
    people: int,
    purpose: str,
    at: datetime,
) -> None:
    """Begin it where most is free and somebody else has one of the times, as life is."""
    wish = SeriesWish(people, household.enterprise.id, household.members[seat].id)
    fitting = [one for one in spaces if one.capacity >= people and one.retired_at is None][:MOST_LOOKED_AT]
    seen = [(one, foresee(diary.session, one, plan, wish, now=at)) for one in fitting]
    space, outlook = min(seen, key=lambda pair: _rank(pair[1]))

    def price(space: Space, some: Sequence[Occurrence]) -> dict[str, Money]:
        asked = {one.key: (space, one.span) for one in some if one.span is not None}
        found = quote_each(diary.session, diary.park, household.enterprise, asked)
        return {key: quote.total for key, quote in found.items()}

    by = household.actor(household.members[seat])
    if outlook.free:
        begin_series(
            diary.session,
            space,
            plan,
            price=price,
            letter=begun,
            by=by,
            now=at,
            people=people,
            purpose=purpose,
        )


MOST_LOOKED_AT = 4


def _rank(outlook: Outlook) -> tuple[bool, int]:
    """Prefer a space that is taken once or twice, and then the freest."""
    taken = sum(isinstance(one.refusal, Taken) for one in outlook.prospects)
    return not 0 < taken <= 2, -len(outlook.free)
