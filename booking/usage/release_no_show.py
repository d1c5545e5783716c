"""Release a reservation that nobody came to."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.parks.models import Park
from booking.reservations.history import keep_untold
from booking.reservations.models import Reservation, ReservationChange, ReservationState
from booking.reservations.waiting.give_back import release
from booking.usage.charger import Charger
from booking.usage.rules import grace_ends


def release_no_show(
    session: Session, reservation_id: int, *, park: Park, charger: Charger, now: datetime
) -> bool:
    """Free the space after the grace period and keep the reservation as `no_show`; tell whether it was due.

    Costs the share of the quote that the tariff names. Safe twice.
    """
    reservation = lock_row(session, Reservation, reservation_id)
    due = now >= grace_ends(reservation.starts_at, park.grace_minutes)
    if reservation.state is not ReservationState.BOOKED or not due:
        return False
    reservation.state = ReservationState.NO_SHOW
    reservation.version += 1
    release(session, reservation, now=now)
    by = Actor.system("release no-shows", reservation.park_id)
    step = ReservationChange(
        reservation_id=reservation.id,
        at=now,
        actor_name=by.name,
        what=Action.RESERVATION_RELEASED,
        old_space_id=reservation.space_id,
        old_starts_at=reservation.starts_at,
        old_ends_at=reservation.ends_at,
    )
    session.add(step)
    record(session, Action.RESERVATION_RELEASED, "reservation", reservation.id, by=by, now=now)
    session.flush()
    keep_untold(session, reservation, step.id)
    charger.not_used(session, reservation, now=now)
    return True
