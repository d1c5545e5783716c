"""Decline a request, saying why."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.reservations.history import Snapshot, lock_for_update, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.values.refusal import ReasonMissing


def decline(
    session: Session,
    reservation_id: int,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Answer a request with no; the reason is shown to who asked.

    Raises ReasonMissing, CannotChange, OutOfDate.
    """
    if not reason.strip():
        raise ReasonMissing
    reservation = lock_for_update(session, reservation_id, version, ReservationState.REQUESTED)
    old = Snapshot.by(reservation)
    reservation.state = ReservationState.DECLINED
    reservation.version += 1
    log_change(session, reservation, "declined", old, by=by, now=now, reason=reason.strip())
    return reservation
