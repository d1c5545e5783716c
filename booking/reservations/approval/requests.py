"""What becomes of a request: approved, declined with a reason, or expired unanswered."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.db import NO_KEY_UPDATE
from booking.parks.models import Park
from booking.people.tenancy import check_tenancy
from booking.reservations.approval.rules import Answerer, NotYoursToAnswer
from booking.reservations.claim import claim
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import AskedTooLate
from booking.reservations.rules import check_in_service, request_expires_at
from booking.spaces.models import Kind
from booking.values.refusal import ReasonMissing
from booking.values.span import Span


def approve(
    session: Session, reservation_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> Reservation:
    """Book what was asked for, if it is still free. Approving twice changes nothing.

    For the park. Raises Taken where somebody else got it meanwhile, AskedTooLate where its start has passed,
    NotYoursToAnswer while its manager is asked, Retired, EnterpriseHasLeft, EndsAfterLeaving, CannotChange,
    OutOfDate.
    """
    reservation = lock_for_update(session, reservation_id, None, *ReservationState)
    if reservation.state is ReservationState.BOOKED:
        return reservation
    lock_request(session, reservation_id, version, Answerer.PARK)
    return book_request(session, reservation, by=by, now=now)


def lock_request(
    session: Session, reservation_id: int, version: int | None, answerer: Answerer
) -> Reservation:
    """Lock what waits for an answer; raises NotYoursToAnswer, CannotChange, OutOfDate."""
    reservation = lock_for_update(session, reservation_id, version, ReservationState.REQUESTED)
    if reservation.answerer is not answerer:
        raise NotYoursToAnswer(reservation.answerer)
    return reservation


def check_in_time(session: Session, reservation: Reservation, now: datetime) -> None:
    """Refuse a yes that comes when the time has begun; raises AskedTooLate."""
    zone = session.get_one(Park, reservation.park_id).zone
    by_day = reservation.space.kind is Kind.STORAGE
    if request_expires_at(reservation.starts_at, zone, by_day=by_day) <= now:
        raise AskedTooLate(reservation.starts_at)


def book_request(session: Session, reservation: Reservation, *, by: Actor, now: datetime) -> Reservation:
    """Book a locked request, whoever said yes; raises as `approve`."""
    span = Span(reservation.starts_at, reservation.ends_at)
    check_in_time(session, reservation, now)
    zone = session.get_one(Park, reservation.park_id).zone
    check_tenancy(session, reservation.park_id, reservation.enterprise_id, span, zone)
    check_in_service(reservation.space.retired_at, reservation.space.code, span)
    old = ReservationSnapshot.by(reservation)
    reservation.state = ReservationState.BOOKED
    reservation.version += 1
    claim(session, reservation.space, span, reservation)
    log_change(session, reservation, Action.RESERVATION_APPROVED, old, by=by, now=now)
    return reservation


def decline(
    session: Session,
    reservation_id: int,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    answerer: Answerer = Answerer.PARK,
) -> Reservation:
    """Answer a request with no, for the park or as its manager; the reason is shown to who asked.

    Raises ReasonMissing, NotYoursToAnswer where somebody else is asked, CannotChange, OutOfDate.
    """
    if not reason.strip():
        raise ReasonMissing
    reservation = lock_request(session, reservation_id, version, answerer)
    old = ReservationSnapshot.by(reservation)
    reservation.state = ReservationState.DECLINED
    reservation.version += 1
    log_change(session, reservation, Action.RESERVATION_DECLINED, old, by=by, now=now, reason=reason.strip())
    return reservation


def expire(session: Session, reservation_id: int, *, now: datetime) -> bool:
    """Decline a request whose start has passed, in the house's name; tell whether it was due. Safe twice.

    It held nothing, so nothing becomes free and nothing is charged.
    """
    reservation = session.get_one(
        Reservation, reservation_id, with_for_update=NO_KEY_UPDATE, populate_existing=True
    )
    zone = session.get_one(Park, reservation.park_id).zone
    due = (
        request_expires_at(reservation.starts_at, zone, by_day=reservation.space.kind is Kind.STORAGE) <= now
    )
    if reservation.state is not ReservationState.REQUESTED or not due:
        return False
    old = ReservationSnapshot.by(reservation)
    reservation.state = ReservationState.DECLINED
    reservation.version += 1
    by = Actor.system("close requests", reservation.park_id)
    log_change(session, reservation, Action.RESERVATION_EXPIRED, old, by=by, now=now)
    return True
