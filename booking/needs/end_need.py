"""End a need: who asked says that it is solved, or nobody contradicted the answer for five working days."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.needs.models import Need, NeedState
from booking.needs.steps import lock_need, take_step


def end_need(session: Session, need_id: int, *, by: Actor, now: datetime, words: str = "") -> Need:
    """Say that it is solved, answered or not; twice is once."""
    need = lock_need(session, need_id, over=True)
    if not need.is_over:
        end(session, need, Action.NEED_ENDED, by=by, now=now, words=words.strip())
    return need


def end(session: Session, need: Need, action: Action, *, by: Actor, now: datetime, words: str = "") -> None:
    """Give it its end; the same may then be said again as another need."""
    need.state, need.done_at, need.closes_at, need.same_key = NeedState.DONE, now, None, None
    take_step(session, need, action, by=by, now=now, words=words)


def uncontradicted_needs(session: Session, now: datetime) -> Sequence[int]:
    """Name the answered needs whose five working days are over."""
    due = (Need.state == NeedState.ANSWERED, Need.closes_at <= now)
    return session.scalars(select(Need.id).where(*due).order_by(Need.closes_at, Need.id)).all()


def end_uncontradicted(session: Session, need_id: int, now: datetime) -> bool:
    """End one of them, if it is still due: it may have been opened again meanwhile."""
    need = lock_need(session, need_id, over=True)
    if need.state is not NeedState.ANSWERED or need.closes_at is None or need.closes_at > now:
        return False
    end(session, need, Action.NEED_LAPSED, by=Actor.system("end needs", need.park_id), now=now)
    return True
