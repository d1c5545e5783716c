"""What becomes of a request: approved, declined with a reason, or expired unanswered."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.db import lock_row
from booking.parks.models import Park
from booking.people.tenancy import check_tenancy
from booking.reservations.approval.promise import left_unanswered, over_at
from booking.reservations.approval.rules import Answerer, NotYoursToAnswer
from booking.reservations.claim import claim
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import AskedTooLate, OutOfDate
from booking.reservations.rules import check_in_service
from booking.values.refusal import ReasonMissing, Refusal
from booking.values.span import Span

PROPOSAL_UNANSWERED = "the park's proposal was not answered"


def approve(
    session: Session, reservation_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> Reservation:
    """Book what was asked for, if it is still free. Approving twice changes nothing.

    For the park. Raises Taken where somebody else got it meanwhile, AskedTooLate where its start has passed,
    NotYoursToAnswer while its manager is asked, Retired, EnterpriseHasLeft, EndsAfterLeaving, CannotChange,
    OutOfDate, also where it was booked as something else than the page shows.
    """
    reservation = lock_for_update(session, reservation_id, None, *ReservationState)
    if reservation.state is ReservationState.BOOKED:
        check_same(reservation, version)
        return reservation
    lock_request(session, reservation_id, version, Answerer.PARK)
    return book_request(session, reservation, by=by, now=now)


def check_same(reservation: Reservation, version: int | None) -> None:
    """Let a yes be said again to what that very yes made of a request; raises OutOfDate for anything else."""
    if version is not None and reservation.version > version + 1:
        raise OutOfDate(reservation.version)


def lock_request(
    session: Session, reservation_id: int, version: int | None, answerer: Answerer
) -> Reservation:
    """Lock what waits for an answer; raises NotYoursToAnswer, CannotChange, OutOfDate."""
    reservation = lock_for_update(session, reservation_id, version, ReservationState.REQUESTED)
    if reservation.answerer is not answerer:
        raise NotYoursToAnswer(reservation.answerer)
    return reservation


def check_in_time(reservation: Reservation, now: datetime) -> None:
    """Refuse a yes that comes when the time has begun; raises AskedTooLate."""
    if over_at(reservation) <= now:
        raise AskedTooLate(reservation.starts_at)


def book_request(session: Session, reservation: Reservation, *, by: Actor, now: datetime) -> Reservation:
    """Book a locked request, whoever said yes; raises as `approve`."""
    span = Span(reservation.starts_at, reservation.ends_at)
    check_in_time(reservation, now)
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
    """Decline a request whose start has passed, as the system; tell whether it was due. Safe twice.

    It held nothing, so nothing becomes free and nothing is charged. Where what the park had proposed was not
    answered, the step says so.
    """
    reservation = lock_row(session, Reservation, reservation_id)
    if reservation.state is not ReservationState.REQUESTED or over_at(reservation) > now:
        return False
    old = ReservationSnapshot.by(reservation)
    reservation.state = ReservationState.DECLINED
    reservation.version += 1
    by = Actor.system("close requests", reservation.park_id)
    reason = PROPOSAL_UNANSWERED if left_unanswered(session, reservation) else None
    log_change(session, reservation, Action.RESERVATION_EXPIRED, old, by=by, now=now, reason=reason)
    return True


class SeriesAnswered(NamedTuple):
    """Of how many requests of a series it was done, and how many it could not be."""

    done: int
    left: int


def approve_series(session: Session, series_id: int, *, by: Actor, now: datetime) -> SeriesAnswered:
    """Book all that is asked for of a series, but for what is taken by now, or what a rule forbids.

    That stays a request. One act, of which one letter tells; the second time nothing is left to do.
    """
    asked = asked_of_series(session, series_id)
    done = 0
    for reservation_id in asked:
        with suppress(Refusal), session.begin_nested():
            approve(session, reservation_id, by=by, now=now)
            done += 1
    return SeriesAnswered(done, len(asked) - done)


def decline_series(
    session: Session, series_id: int, reason: str, *, by: Actor, now: datetime
) -> SeriesAnswered:
    """Answer all that is asked for of a series with no. One act; safe twice. Raises ReasonMissing."""
    asked = asked_of_series(session, series_id)
    for reservation_id in asked:
        decline(session, reservation_id, reason, by=by, now=now)
    return SeriesAnswered(len(asked), 0)


def asked_of_series(session: Session, series_id: int) -> Sequence[int]:
    """Name the requests of a series that wait for the park, in order of time; locked to be answered."""
    waiting = (Reservation.state == ReservationState.REQUESTED, Reservation.answerer == Answerer.PARK)
    return session.scalars(
        select(Reservation.id)
        .where(Reservation.series_id == series_id, *waiting)
        .order_by(Reservation.starts_at, Reservation.id)
        .with_for_update(key_share=True)
    ).all()
