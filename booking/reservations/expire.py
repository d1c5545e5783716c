"""Close a request that nobody answered in time."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.db import TO_CHANGE
from booking.parks.models import Park
from booking.reservations.history import Snapshot, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.rules import request_expires_at
from booking.spaces.models import Kind


def expire(session: Session, reservation_id: int, *, now: datetime) -> bool:
    """Decline a request whose start has passed, in the house's name; tell whether it was due. Safe twice.

    It held nothing, so nothing becomes free and nothing is charged.
    """
    reservation = session.get_one(
        Reservation, reservation_id, with_for_update=TO_CHANGE, populate_existing=True
    )
    zone = session.get_one(Park, reservation.park_id).zone
    due = (
        request_expires_at(reservation.starts_at, zone, by_day=reservation.space.kind is Kind.STORAGE) <= now
    )
    if reservation.state is not ReservationState.REQUESTED or not due:
        return False
    old = Snapshot.by(reservation)
    reservation.state = ReservationState.DECLINED
    reservation.version += 1
    by = Actor.system("close requests", reservation.park_id)
    log_change(session, reservation, EXPIRED, old, by=by, now=now)
    return True


EXPIRED = "lapsed"
"""What its history says; the words are the reader's language's."""
