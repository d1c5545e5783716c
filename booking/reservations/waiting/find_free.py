"""Serve who waits for what came free without anybody giving it back: longer hours, another space, a race."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.reservations.alternatives import Asker, free_and_allowed
from booking.reservations.queries import is_free
from booking.reservations.space_queries import SpaceFilter
from booking.reservations.waiting.line import Freed
from booking.reservations.waiting.models import IN_LINE, Wait, WaitState
from booking.reservations.waiting.offer import offer_freed

MOST_AT_ONCE = 500


def still_waiting(session: Session, now: datetime) -> Sequence[int]:
    """Name who waits for a time that has not begun, in order of asking."""
    wanted = select(Wait.id).where(IN_LINE, Wait.starts_at > now)
    return session.scalars(wanted.order_by(Wait.created_at, Wait.id).limit(MOST_AT_ONCE)).all()


def find_free(session: Session, wait_id: int, *, now: datetime) -> bool:
    """Hold what is free for the first in line that it suits; tell whether anything was. Safe twice."""
    wait = session.get_one(Wait, wait_id)
    if wait.state is not WaitState.WAITING:
        return False
    freed = [Freed(space_id, wait.span) for space_id in _free(session, wait, now)]
    return bool(offer_freed(session, wait.park_id, freed, now=now))


def _free(session: Session, wait: Wait, now: datetime) -> Sequence[int]:
    if wait.space is not None:
        return [wait.space.id] if is_free(session, wait.space, wait.span) else []
    park = session.get_one(Park, wait.park_id)
    wanted = SpaceFilter(wait.people, tuple(wait.equipment), wait.area_id)
    asker = Asker(wait.people, at_once=True)
    rows = free_and_allowed(session, park, wait.kind, wait.span, now, wanted, asker)
    return [row.id for row in rows]
