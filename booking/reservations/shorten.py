"""Shorten a reservation: the same space, an earlier end; the rest is free at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.reservations import claim
from booking.reservations.circumstances import circumstances_for
from booking.reservations.history import Held, remember, to_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import InThePast, NotShorter
from booking.reservations.rules import check_stretch
from booking.values.span import Span

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
    from booking.values.money import Money


def shorten(
    session: Session,
    reservation_id: int,
    ends_at: datetime,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Let it end earlier, also while it is in use; this is how an open storage lease gets its end.

    Raises CannotChange, OutOfDate, NotShorter, InThePast, or what the rules refuse.
    """
    states = (ReservationState.BOOKED, ReservationState.IN_USE, ReservationState.REQUESTED)
    reservation = to_change(session, reservation_id, version, *states)
    old = Held.by(reservation)
    if not old.starts_at < ends_at < old.ends_at:
        raise NotShorter(old.ends_at)
    if ends_at <= now:
        raise InThePast(ends_at, now, field="ends")
    span = Span(old.starts_at, ends_at)
    check_stretch(span, circumstances_for(session, reservation.space, span, now))
    claim.shorten(session, reservation.space, ends_at, reservation)
    reservation.ends_at, reservation.quote = ends_at, quote
    reservation.version += 1
    remember(session, reservation, "shortened", old, by=by, now=now)
    return reservation
