"""Who waits in the demo: one time that came free just now, one for which somebody else asked before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.audit.actor import Actor
from booking.charges.charge_fee import cancel_with_fee
from booking.demo.demand import DEMO_SEAT
from booking.demo.diary import Diary
from booking.demo.tenants import Household
from booking.letters.waiting import held
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.waiting.refusals import NoLine
from booking.reservations.waiting.tell_held import tell_held
from booking.reservations.waiting.wait_for import wait_for
from booking.spaces.models import Kind, Space
from booking.values.span import Span

JUST_NOW, MINUTE, DAY = timedelta(minutes=3), timedelta(minutes=1), timedelta(days=1)
HOLD_MINUTES = 120
"""This park gives people two working hours to answer; whoever looks at the demo needs them."""
MOST_LOOKED_AT = 20


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
            tell_held(diary.session, ours.members[DEMO_SEAT].id, letter=held, now=at + MINUTE)

    diary.at(now - JUST_NOW, wait)


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
        .limit(MOST_LOOKED_AT)
    )
    yield from diary.session.scalars(rows)
