"""Move a reservation to another time, another space, or both; or cancel it.

What is cancelled frees its time at once, and its history stays.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.people.enterprises import check_tenancy
from booking.reservations.approval.agree import PricedChange, ask_manager, changes_judged
from booking.reservations.approval.requests import ask_otherwise, keep_wish_on
from booking.reservations.approval.rules import Answerer, Booking, check_alone, who_answers
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.queries import is_free
from booking.reservations.quotas.quotas import check_quota, hold_own_quota
from booking.reservations.refusals import AnotherKind, AsksForApproval, HasBegun, HasLapsed, Taken
from booking.reservations.reserve import booking_context_for, check_asked_once
from booking.reservations.rules import check_in_service, check_new, check_people, check_stretch, grace_ends
from booking.reservations.waiting.give_back import change_claim, release
from booking.spaces.models import Kind, Space
from booking.values import Money, Span


def move(
    session: Session,
    reservation_id: int,
    space: Space,
    span: Span,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    version: int | None = None,
    reason: str | None = None,
) -> Reservation:
    """Give a reservation that has not begun another place; refused, it keeps the one it has.

    A tenant who holds a place does not swap it for a mere request, which may be declined when the old
    place is long gone: AsksForApproval sends them to ask anew beside what they have. The park, which
    approves, moves it there at once, and past any quota. A request stays one where the new space asks for
    approval, too, and so does what whoever asks may not book alone; a booking is not made into one:
    NeedsManager. What waits for a manager the park moves, and does not book. A booking whose start has passed
    is not put off by who holds it, or nobody would pay for not coming: HasBegun.
    Raises CannotChange, OutOfDate, HasLapsed, AnotherKind, NobodyToAsk, AskedAlready, what the rules refuse,
    or Taken.
    """
    hold_own_quota(session, by)
    reservation = lock_for_update(
        session, reservation_id, version, ReservationState.BOOKED, ReservationState.REQUESTED
    )
    old = ReservationSnapshot.by(reservation)
    if (space.id, span.start, span.end) == (old.space_id, old.starts_at, old.ends_at):
        return reservation
    check_not_lapsed(reservation, now)
    if reservation.space.kind is not space.kind:
        raise AnotherKind(reservation.space.kind.value)
    if by.enterprise_id is not None and keeps_its_time(reservation, now) and span.start != old.starts_at:
        raise HasBegun(old.starts_at)
    asked = _check(session, reservation, space, span, quote, by, now)
    reservation.state = ReservationState.BOOKED if asked is None else ReservationState.REQUESTED
    reservation.answerer = asked or reservation.answerer
    _hold(session, reservation, space, span, by, now)
    reservation.space_id, reservation.space = space.id, space
    reservation.starts_at, reservation.ends_at = span.start, span.end
    reservation.quote = quote
    ask_otherwise(session, reservation, by=by, now=now)
    reservation.version += 1
    log_change(session, reservation, Action.RESERVATION_MOVED, old, by=by, now=now, reason=reason)
    if asked is Answerer.MANAGER:
        ask_manager(session, reservation)
    return reservation


def keeps_its_time(reservation: Reservation, now: datetime) -> bool:
    """Tell whether it is booked and its start has passed: who holds it gives it no other."""
    return reservation.state is ReservationState.BOOKED and reservation.starts_at <= now


def lapsed_at(reservation: Reservation, now: datetime) -> datetime | None:
    """Tell when the grace of a booking ended that nobody came to; None where it has not, or somebody has.

    It is given up then, whenever the job comes that releases it. A store begins by itself.
    """
    if not keeps_its_time(reservation, now) or reservation.space.kind is Kind.STORAGE:
        return None
    until = grace_ends(reservation.starts_at, reservation.space.park.grace_minutes)
    return until if until <= now else None


def check_not_lapsed(reservation: Reservation, now: datetime) -> None:
    """Raise HasLapsed where not coming is to be paid for already: nobody changes it into less."""
    if (kept_until := lapsed_at(reservation, now)) is not None:
        raise HasLapsed(kept_until)


def _check(
    session: Session,
    reservation: Reservation,
    space: Space,
    span: Span,
    quote: Money,
    by: Actor,
    now: datetime,
) -> Answerer | None:
    """Judge the new place, and tell who is asked for it; None where the reservation is booked there."""
    at = booking_context_for(session, space, span, now, hold=True)
    check_tenancy(session, reservation.park_id, reservation.enterprise_id, span, at.zone)
    check_in_service(space.retired_at, space.code, span)
    check_people(reservation.people, space.capacity)
    if span.start == reservation.starts_at:
        check_stretch(span, at)
    else:
        check_new(span, at)
    if by.enterprise_id is not None:
        whose = (reservation.enterprise_id, reservation.member_id)
        check_quota(session, space, span, *whose, but=reservation.id)
    [judged] = changes_judged(session, by.rights, [PricedChange(reservation, space, span, quote)])
    return who_is_asked(reservation, space, span, judged, by, park_approves=at.opening.needs_approval)


def who_is_asked(
    reservation: Reservation,
    space: Space,
    span: Span,
    judged: tuple[Booking, Booking],
    by: Actor,
    *,
    park_approves: bool,
) -> Answerer | None:
    """Tell who has to agree to a move there (`changes_judged`); None where it is booked there at once.

    Raises NeedsManager and AsksForApproval, where a booking would have to be given up for a mere request.
    """
    asked = _asked(reservation, *judged, by)
    if asked is None and park_approves:
        return _asked_of_park(reservation, space, span, by)
    return asked


def _asked(reservation: Reservation, wish: Booking, agreed: Booking, by: Actor) -> Answerer | None:
    """Tell whether its manager is asked; raises NeedsManager where it is booked already."""
    if reservation.state is ReservationState.BOOKED:
        check_alone(by.rights, wish, agreed=agreed)
        return None
    waits = reservation.answerer is Answerer.MANAGER
    if by.enterprise_id is None:
        return Answerer.MANAGER if waits else None
    return who_answers(by.rights, wish, park_approves=False, agreed=None if waits else agreed)


def _asked_of_park(reservation: Reservation, space: Space, span: Span, by: Actor) -> Answerer | None:
    if reservation.state is ReservationState.REQUESTED:
        return Answerer.PARK
    if by.enterprise_id == reservation.enterprise_id:
        raise AsksForApproval(space.id, space.name, span)
    return None


def _hold(
    session: Session, reservation: Reservation, space: Space, span: Span, by: Actor, now: datetime
) -> None:
    if reservation.state is ReservationState.BOOKED:
        change_claim(session, space, span, reservation, now=now)
        return
    if reservation.member_id == by.member_id:
        check_asked_once(session, reservation, space, span)
    if not is_free(session, space, span):
        raise Taken(space.id, span)


def cancel(
    session: Session,
    reservation_id: int,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    reason: str | None = None,
    lapsed_too: bool = False,
    alone: bool = False,
) -> Reservation:
    """Give back what has not begun to be used. Cancelling twice changes nothing.

    A day that a series kept is kept on, where only its request is withdrawn, `alone` and not with the rest.
    What a late cancelling costs is the tariff's to say; `charges` charges it. Raises CannotChange, OutOfDate,
    and HasLapsed, but for who ends all that an enterprise has (`lapsed_too`).
    """
    states = (ReservationState.BOOKED, ReservationState.REQUESTED, ReservationState.CANCELLED)
    reservation = lock_for_update(session, reservation_id, None, *states)
    if reservation.state is ReservationState.CANCELLED:
        return reservation
    lock_for_update(session, reservation_id, version, *states)
    if not lapsed_too:
        check_not_lapsed(reservation, now)
    old, asked = ReservationSnapshot.by(reservation), reservation.state is ReservationState.REQUESTED
    reservation.state = ReservationState.CANCELLED
    reservation.cancelled_at = now
    reservation.version += 1
    release(session, reservation, now=now)
    log_change(session, reservation, Action.RESERVATION_CANCELLED, old, by=by, now=now, reason=reason)
    if asked and alone:
        keep_wish_on(session, reservation, now)
    return reservation
