"""A wait ends: locked, settled once, and what was held for it given to the next in line."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.reservations.waiting.give_back import release
from booking.reservations.waiting.models import Wait, WaitState

OPEN_WAIT = (WaitState.WAITING, WaitState.OFFERED)


def lock_wait(session: Session, wait_id: int) -> Wait:
    """Lock a wait: who takes what is held, gives it up or lets it lapse does so one after the other."""
    return lock_row(session, Wait, wait_id)


def end_wait(
    session: Session, wait: Wait, state: WaitState, action: Action, *, by: Actor, now: datetime
) -> None:
    """Let a wait, locked by the caller, end; what was held for it is offered on."""
    held = wait.state is WaitState.OFFERED
    wait.state, wait.settled_at = state, now
    session.flush()
    record(session, action, "wait", wait.id, by=by, now=now, park_id=wait.park_id)
    if held:
        release(session, wait, now=now)
