"""Change the agreed end of a reservation, also while somebody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from booking.reservations.extend import extend
from booking.reservations.models import Reservation
from booking.reservations.shorten import shorten
from booking.usage.models import Stay

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
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
    """Extend or shorten the reservation, and let the stay that goes on in it end with it.

    Raises what `extend` and `shorten` refuse.
    """
    before = session.get_one(Reservation, reservation_id, with_for_update=True, populate_existing=True)
    verb = extend if ends_at >= before.ends_at else shorten
    changed = verb(session, reservation_id, ends_at, quote=quote, by=by, now=now, version=version)
    stay = session.scalar(select(Stay).where(Stay.reservation_id == reservation_id, Stay.ended_at.is_(None)))
    if stay is not None:
        stay.held_until = ends_at
        stay.version += 1
        session.flush()
    return changed
