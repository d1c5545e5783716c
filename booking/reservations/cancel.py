"""Cancel a reservation; its time is free at once, its history stays."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.waiting.give_back import release


def cancel(
    session: Session,
    reservation_id: int,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    reason: str | None = None,
) -> Reservation:
    """Give back what has not begun to be used. Cancelling twice changes nothing.

    What a late cancelling costs is the tariff's to say; `charges` charges it. Raises CannotChange, OutOfDate.
    """
    states = (ReservationState.BOOKED, ReservationState.REQUESTED, ReservationState.CANCELLED)
    reservation = lock_for_update(session, reservation_id, None, *states)
    if reservation.state is ReservationState.CANCELLED:
        return reservation
    lock_for_update(session, reservation_id, version, *states)
    old = ReservationSnapshot.by(reservation)
    reservation.state = ReservationState.CANCELLED
    reservation.cancelled_at = now
    reservation.version += 1
    release(session, reservation, now=now)
    log_change(session, reservation, Action.RESERVATION_CANCELLED, old, by=by, now=now, reason=reason)
    return reservation
