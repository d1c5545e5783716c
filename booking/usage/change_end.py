"""Change the agreed end of a reservation, also while somebody is there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.reservations.models import Reservation
from booking.reservations.set_end import set_end
from booking.usage.end_forgotten import left_at
from booking.usage.models import Stay
from booking.usage.rules import TooLate
from booking.values.money import Money


def change_end(
    session: Session,
    reservation_id: int,
    ends_at: datetime,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Set the reservation's end, and let the stay that goes on in it end with it.

    Raises as `set_end`, and TooLate where the stay ended by itself long ago.
    """
    stay = _lock_stay(session, reservation_id)
    if stay is not None and left_at(session, stay, now) is not None:
        raise TooLate(stay.planned_end)
    changed = set_end(session, reservation_id, ends_at, quote=quote, by=by, now=now, version=version)
    if stay is not None:
        stay.held_until = ends_at
        stay.version += 1
        session.flush()
    return changed


def _lock_stay(session: Session, reservation_id: int) -> Stay | None:
    """Take the stay before its reservation, as checking out does, so that neither waits for the other."""
    open_stay = select(Stay).where(Stay.reservation_id == reservation_id, Stay.ended_at.is_(None))
    going_on = open_stay.order_by(Stay.id).with_for_update(key_share=True)
    return session.scalar(going_on.execution_options(populate_existing=True))
