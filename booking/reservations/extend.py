"""Extend a reservation: the same space, a later end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.reservations.circumstances import circumstances_for
from booking.reservations.claim import change_claim
from booking.reservations.history import Held, remember, to_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.queries import is_free
from booking.reservations.refusals import InThePast, NotLonger, Taken
from booking.reservations.rules import check_in_service, check_stretch
from booking.values.span import Span

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
    from booking.values.money import Money


def extend(
    session: Session,
    reservation_id: int,
    ends_at: datetime,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Let it end later, also while it is in use; FAR_FUTURE opens the end of a storage lease.

    Raises CannotChange, OutOfDate, NotLonger, InThePast, what the rules refuse, or Taken.
    """
    states = (ReservationState.BOOKED, ReservationState.IN_USE, ReservationState.REQUESTED)
    reservation = to_change(session, reservation_id, version, *states)
    old, space = Held.by(reservation), reservation.space
    if ends_at <= old.ends_at:
        raise NotLonger(old.ends_at)
    if ends_at <= now:
        raise InThePast(ends_at, now, field="ends")
    span = Span(old.starts_at, ends_at)
    check_in_service(space.retired_at, space.code, span)
    check_stretch(span, circumstances_for(session, space, span, now))
    if reservation.state is ReservationState.REQUESTED:
        if not is_free(session, space, span):
            raise Taken(space.id, span)
    else:
        change_claim(session, space, span, reservation)
    reservation.ends_at, reservation.quote = ends_at, quote
    reservation.version += 1
    remember(session, reservation, "extended", old, by=by, now=now)
    return reservation
