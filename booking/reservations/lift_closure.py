"""Lift a closure: the space can be had again, the row stays."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.reservations.claim import release
from booking.reservations.refusals import LiftedBefore
from booking.spaces.models import Closure


def lift_closure(session: Session, closure_id: int, *, by: Actor, now: datetime) -> Closure:
    """End a closure before its time; raises LiftedBefore the second time."""
    closure = session.get_one(Closure, closure_id, with_for_update=True, populate_existing=True)
    if closure.lifted_at is not None:
        raise LiftedBefore(closure.lifted_at)
    closure.lifted_at = now
    release(session, closure)
    record(session, "lifted", "closure", closure.id, by=by, now=now, after={"lifted_at": now.isoformat()})
    return closure
