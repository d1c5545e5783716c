"""Give a reservation another end: the same space and start, longer or shorter."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.people.tenancy import check_tenancy
from booking.reservations.booking_context import booking_context_for
from booking.reservations.claim import change_claim, shorten
from booking.reservations.history import Snapshot, lock_for_update, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.queries import is_free
from booking.reservations.refusals import InThePast, NotLonger, NotShorter, Taken
from booking.reservations.rules import check_in_service, check_stretch
from booking.values.money import Money
from booking.values.span import Span

STATES = (ReservationState.BOOKED, ReservationState.IN_USE, ReservationState.REQUESTED)


def set_end(
    session: Session,
    reservation_id: int,
    ends_at: datetime,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Let it end later or earlier, also while it is in use; an earlier end frees the rest at once.

    FAR_FUTURE opens the end of a storage lease, an earlier instant gives it one. Raises CannotChange,
    OutOfDate, NotLonger for the end it has, NotShorter before its start, InThePast, EnterpriseHasLeft,
    EndsAfterLeaving, what the rules refuse, or Taken.
    """
    reservation = lock_for_update(session, reservation_id, version, *STATES)
    old = Snapshot.by(reservation)
    if ends_at == old.ends_at:
        raise NotLonger(old.ends_at)
    if ends_at <= old.starts_at:
        raise NotShorter(old.ends_at)
    if ends_at <= now:
        raise InThePast(ends_at, now, field="ends")
    longer, span = ends_at > old.ends_at, Span(old.starts_at, ends_at)
    (_lengthen if longer else _shorten)(session, reservation, span, now)
    reservation.ends_at, reservation.quote = ends_at, quote
    reservation.version += 1
    log_change(session, reservation, "extended" if longer else "shortened", old, by=by, now=now)
    return reservation


def _lengthen(session: Session, reservation: Reservation, span: Span, now: datetime) -> None:
    space = reservation.space
    at = booking_context_for(session, space, span, now)
    check_tenancy(session, reservation.enterprise_id, span, at.zone)
    check_in_service(space.retired_at, space.code, span)
    check_stretch(span, at)
    if reservation.state is not ReservationState.REQUESTED:
        change_claim(session, space, span, reservation)
    elif not is_free(session, space, span):
        raise Taken(space.id, span)


def _shorten(session: Session, reservation: Reservation, span: Span, now: datetime) -> None:
    """Free the rest; a store is given back on any day, however long it was had with an open end."""
    at = booking_context_for(session, reservation.space, span, now)
    if not at.by_day:
        check_stretch(span, at)
    shorten(session, reservation.space, span.end, reservation)
