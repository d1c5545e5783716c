"""Let a hold that ran out go to the next in line, and end a wait for a time that has begun."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.waiting.models import HELD, IN_LINE, Wait, WaitState
from booking.reservations.waiting.settle import OPEN_WAIT, end_wait, lock_wait


def waits_to_expire(session: Session, now: datetime) -> Sequence[int]:
    """Name holds that ran out or whose series wants them no more, and waits whose time has begun."""
    given_up = select(WishedOccurrence.id).where(
        WishedOccurrence.id == Wait.wished_id, WishedOccurrence.outcome.is_not(None)
    )
    over = select(Wait.id).where(HELD, or_(Wait.held_until <= now, given_up.exists()))
    begun = select(Wait.id).where(IN_LINE, Wait.starts_at <= now)
    return sorted(session.scalars(over.union(begun)))


def expire_wait(session: Session, wait_id: int, *, now: datetime) -> bool:
    """End it, and offer what was held to the next; tell whether it was due. Safe twice."""
    wait = lock_wait(session, wait_id)
    if wait.state not in OPEN_WAIT or not _is_due(session, wait, now):
        return False
    by = Actor.system("waiting list", wait.park_id)
    end_wait(session, wait, WaitState.LAPSED, Action.WAIT_LAPSED, by=by, now=now)
    return True


def _is_due(session: Session, wait: Wait, now: datetime) -> bool:
    if (wait.held_until or wait.starts_at) <= now:
        return True
    wished = session.get(WishedOccurrence, wait.wished_id) if wait.wished_id else None
    return wished is not None and wished.outcome is not None
