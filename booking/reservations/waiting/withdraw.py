"""Wait no longer, whether something is held by now or not."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.refusals import WaitTaken
from booking.reservations.waiting.settle import OPEN_WAIT, end_wait, lock_wait


def withdraw(session: Session, wait_id: int, *, by: Actor, now: datetime) -> Wait:
    """Leave the line; what was held goes to the next. Safe twice. Raises WaitTaken."""
    wait = lock_wait(session, wait_id)
    if wait.state is WaitState.TAKEN:
        raise WaitTaken
    if wait.state in OPEN_WAIT:
        end_wait(session, wait, WaitState.WITHDRAWN, Action.WAIT_WITHDRAWN, by=by, now=now)
    return wait
