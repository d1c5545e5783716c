"""Begin a storage lease: its use starts with its first day, nobody checks in to a shelf."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import TO_CHANGE
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind
from booking.usage.models import Stay


def begin_lease(session: Session, reservation_id: int, *, now: datetime) -> Stay | None:
    """Start the stay of a storage reservation at its own start; None where it is not due. Safe twice."""
    reservation = session.get_one(
        Reservation, reservation_id, with_for_update=TO_CHANGE, populate_existing=True
    )
    due = reservation.state is ReservationState.BOOKED and reservation.starts_at <= now
    if not due or reservation.space.kind is not Kind.STORAGE:
        return None
    stay = Stay(
        park_id=reservation.park_id,
        enterprise_id=reservation.enterprise_id,
        member_id=reservation.member_id,
        space_id=reservation.space_id,
        space_kind=Kind.STORAGE,
        reservation_id=reservation.id,
        started_at=reservation.starts_at,
        held_until=reservation.ends_at,
    )
    stay.space = reservation.space
    stay.reservation = reservation
    session.add(stay)
    reservation.state = ReservationState.IN_USE
    reservation.version += 1
    session.flush()
    by = Actor.system("begin leases", reservation.park_id)
    record(session, "lease began", "stay", stay.id, by=by, now=now)
    return stay
