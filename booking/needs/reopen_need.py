"""Open a need again, because the answer did not help."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.needs.models import Need, NeedState
from booking.needs.steps import count_days, lock_need, take_step
from booking.parks.models import Park


def reopen_need(session: Session, need_id: int, *, by: Actor, now: datetime, words: str = "") -> Need:
    """Open it again; its days are counted anew. The answer of before stays to be read; twice is once."""
    need = lock_need(session, need_id, over=True)
    if need.state is NeedState.OPEN:
        return need
    need.state, need.done_at, need.closes_at, need.opened_at = NeedState.OPEN, None, None, now
    count_days(session, need, need.kind, session.get_one(Park, need.park_id))
    take_step(session, need, Action.NEED_REOPENED, by=by, now=now, words=words.strip())
    return need
