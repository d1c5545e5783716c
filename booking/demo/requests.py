"""What the demo's people ask for that is no plain booking: a hall, a series, a time that others have.

The park just proposed another time for the hall; two firms book again and again, a room every week, a desk every
second week; one time that was waited for came free just now, for another somebody else asked before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from booking.audit.actions import Actor
from booking.charges.charge_fee import cancel_with_fee
from booking.charges.pricing import quote
from booking.charges.quote_each import quote_each
from booking.demo.demand import DEMO_SEAT
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters.waiting import place_held
from booking.reservations.alternatives import Asker, alternatives
from booking.reservations.approval.proposals import propose
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import Taken
from booking.reservations.reserve import reserve
from booking.reservations.rules import local_instant
from booking.reservations.series.begin_series import begin_series
from booking.reservations.series.foresee import Outlook, SeriesWish, foresee
from booking.reservations.series.recurrence import Frequency, Recurrence
from booking.reservations.series.rules import Occurrence, SeriesPlan
from booking.reservations.waiting.line import tell_held
from booking.reservations.waiting.rules import NoLine
from booking.reservations.waiting.wait_for import wait_for
from booking.spaces.models import Kind, Space
from booking.values import Money, Refusal, Span, local_day

HOURS_AGO, ANSWERED_AGO = timedelta(hours=5), timedelta(minutes=2)


def plan_requests(
    diary: Diary, households: Sequence[Household], spaces: Sequence[Space], now: datetime
) -> None:
    """Let them ask in the afternoon of a coming day, and the park propose another time."""
    ours, halls = households[0], [one for one in spaces if one.kind is Kind.HALL]
    asked: list[Reservation] = []

    def ask(at: datetime) -> None:
        for hall, span in _wanted(diary, halls, at):
            with suppress(Refusal), diary.session.begin_nested():
                asked.append(_ask(diary, ours, hall, span, at))
                return

    def answer(at: datetime) -> None:
        for one in asked:
            if one.state is ReservationState.REQUESTED:
                _propose(diary, ours, one, at)

    diary.at(now - HOURS_AGO, ask)
    diary.at(now - ANSWERED_AGO, answer)


FIRST_DAY, LAST_DAY = 4, 12
TWO, FOUR = 14 * 60, 16 * 60


def _wanted(diary: Diary, halls: Sequence[Space], at: datetime) -> Iterator[tuple[Space, Span]]:
    zone = diary.park.zone
    today = local_day(at, zone)
    for number in range(FIRST_DAY, LAST_DAY):
        day = today + timedelta(days=number)
        span = Span(local_instant(day, TWO, zone), local_instant(day, FOUR, zone))
        yield from ((hall, span) for hall in halls)


PEOPLE, PURPOSE = 20, "客户沙龙"


def _ask(diary: Diary, ours: Household, hall: Space, span: Span, at: datetime) -> Reservation:
    by, price = ours.actor(ours.members[DEMO_SEAT]), _price(diary, ours, hall, span)
    return reserve(diary.session, hall, span, quote=price, by=by, now=at, people=PEOPLE, purpose=PURPOSE)


WORDS = "这个下午要布置展览，换一天更从容。"


def _propose(diary: Diary, ours: Household, asked: Reservation, at: datetime) -> None:
    span, session = Span(asked.starts_at, asked.ends_at), diary.session
    found = alternatives(session, diary.park, asked.space, span, at, Asker(asked.people)).times
    for other in [one for one in found if one != span][:1]:
        price = _price(diary, ours, asked.space, other)
        propose(session, asked.id, asked.space, other, WORDS, quote=price, by=diary.admin, now=at)


def _price(diary: Diary, ours: Household, space: Space, span: Span) -> Money:
    return quote(diary.session, diary.park, ours.enterprise, space, span).total


BEGUN_AGO = timedelta(minutes=4)
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

    diary.at(now - BEGUN_AGO, meet)
    diary.at(now - BEGUN_AGO, sit_together)


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
    fitting = [one for one in spaces if one.capacity >= people and one.retired_at is None][:MOST_SPACES]
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
            by=by,
            now=at,
            people=people,
            purpose=purpose,
        )


MOST_SPACES = 4


def _rank(outlook: Outlook) -> tuple[bool, int]:
    """Prefer a space that is taken once or twice, and then the freest."""
    taken = sum(isinstance(one.refusal, Taken) for one in outlook.prospects)
    return not 0 < taken <= 2, -len(outlook.free)


WAITED_AGO, MINUTE, DAY = timedelta(minutes=3), timedelta(minutes=1), timedelta(days=1)
HOLD_MINUTES = 120
"""This park gives people two working hours to answer; whoever looks at the demo needs them."""
MOST_TIMES = 20


def plan_waiting(diary: Diary, households: Sequence[Household], now: datetime) -> None:
    """Let the demo's member wait twice; the first time somebody gives theirs back."""
    diary.park.hold_minutes = HOLD_MINUTES
    ours, before = households[0], households[5]

    def wait(at: datetime) -> None:
        mine, theirs = ours.actor(ours.members[DEMO_SEAT]), before.actor(before.members[0])
        taken = list(_taken_by_others(diary, {ours.enterprise.id, before.enterprise.id}, at))
        freed = next((one for one in taken if _waits(diary, one, mine, at)), None)
        _ = next((one for one in taken if one is not freed and _waits(diary, one, theirs, at, mine)), None)
        if freed is not None:
            owner = next(one for one in households if one.enterprise.id == freed.enterprise_id)
            by = owner.actor(freed.member)
            cancel_with_fee(diary.session, freed.id, by=by, now=at + MINUTE)
            letter = partial(place_held, diary.session)
            tell_held(diary.session, ours.members[DEMO_SEAT].id, letter=letter, now=at + MINUTE)

    diary.at(now - WAITED_AGO, wait)


def _waits(diary: Diary, taken: Reservation, who: Actor, at: datetime, *after: Actor) -> bool:
    """Let them wait for it, one after the other; False where it has no line."""
    span = Span(taken.starts_at, taken.ends_at)
    try:
        for number, one in enumerate((who, *after)):
            wait_for(
                diary.session,
                taken.space,
                span,
                by=one,
                now=at + number * MINUTE,
                people=2,
                purpose="项目讨论",
            )
    except NoLine:
        return False
    return True


def _taken_by_others(diary: Diary, but: set[int], now: datetime) -> Iterator[Reservation]:
    """Give rooms that others booked for the days to come."""
    rows = (
        select(Reservation)
        .join(Space, Space.id == Reservation.space_id)
        .where(Reservation.park_id == diary.park.id, Reservation.state == ReservationState.BOOKED)
        .where(Reservation.starts_at.between(now + 2 * DAY, now + 9 * DAY))
        .where(Space.kind == Kind.MEETING_ROOM, Reservation.enterprise_id.not_in(but))
        .order_by(Reservation.starts_at, Reservation.id)
        .limit(MOST_TIMES)
    )
    yield from diary.session.scalars(rows)
