"""A request waits for the park again where its manager wants no proposal; not answered in time it is over."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.db import lock_row
from booking.parks.models import Park
from booking.people.enterprises import check_tenancy
from booking.reservations.approval.requests import (
    answer_until,
    keep_wish_on,
    over_at,
    over_when,
    place_of,
    proposed_for,
    wait_for_answer,
)
from booking.reservations.approval.rules import Answerer
from booking.reservations.history import ReservationSnapshot, log_change
from booking.reservations.models import ProposedPlace, Reservation, ReservationState
from booking.reservations.quotas.quotas import check_quota, hold_quota
from booking.reservations.rules import check_in_service, check_people
from booking.values import Refusal

PROPOSAL_UNANSWERED = "the park's proposal was not answered"


def wait_again(
    session: Session, reservation: Reservation, reason: str | None = None, *, by: Actor, now: datetime
) -> bool:
    """Let the request there was before a manager was asked for a proposal wait again; tell whether it does.

    As if the proposal did not suit, promised anew from now. Where nothing was asked before, or its time is
    over by now, or the park could not say yes to it either, nothing changes: more than a quota leaves, more
    people by now than seats, a space or an enterprise that is gone. The quotas are held, then its row.
    """
    first = first_asked(session, reservation)
    if first is None or over_when(first.space, first.starts_at) <= now:
        return False
    try:
        _check_it_may_wait(session, reservation, first)
    except Refusal:
        return False
    old = ReservationSnapshot.by(reservation)
    go_there(reservation, first)
    reservation.answerer = Answerer.PARK
    forget_proposal(session, reservation)
    wait_for_answer(session, reservation, now)
    log_change(session, reservation, Action.RESERVATION_NOT_AGREED, old, by=by, now=now, reason=reason)
    return True


def _check_it_may_wait(session: Session, reservation: Reservation, first: ProposedPlace) -> None:
    """Raise what of the rules forbids that request now, but for who has the time."""
    space, span = first.space, place_of(first)[1]
    check_people(reservation.people, space.capacity)
    check_in_service(space.retired_at, space.code, span)
    zone = session.get_one(Park, reservation.park_id).zone
    check_tenancy(session, reservation.park_id, reservation.enterprise_id, span, zone)
    check_quota(session, space, span, reservation.enterprise_id, reservation.member_id, but=reservation.id)


def first_asked(session: Session, reservation: Reservation) -> ProposedPlace | None:
    """Give what was asked of the park before its proposal was of the manager; None where they answer no such.

    While they are asked the proposal is the request, and the row of it keeps the request there was.
    """
    if not is_proposal_asked(reservation, kept := proposed_for(session, reservation.id)):
        return None
    return kept if kept is not None and place_of(kept) != place_of(reservation) else None


def is_proposal_asked(reservation: Reservation, kept: ProposedPlace | None) -> bool:
    """Tell whether what the manager is asked for is what the park proposed; anything else leaves no row."""
    waits = reservation.state is ReservationState.REQUESTED and reservation.answerer is Answerer.MANAGER
    return waits and kept is not None


def go_there(reservation: Reservation, place: ProposedPlace) -> None:
    """Let a reservation be for another place, at its price."""
    reservation.space_id, reservation.space = place.space_id, place.space
    reservation.starts_at, reservation.ends_at = place.starts_at, place.ends_at
    reservation.quote = place.quote
    reservation.version += 1


def forget_proposal(session: Session, reservation: Reservation) -> None:
    """Let no proposal stand to it any more."""
    session.execute(delete(ProposedPlace).where(ProposedPlace.reservation_id == reservation.id))


def expire(session: Session, reservation_id: int, *, now: datetime) -> bool:
    """Decline a request whose start has passed, as the system; tell whether it was due. Safe twice.

    It held nothing, so nothing becomes free and nothing is charged. Where what the park had proposed was not
    answered, the step says so; where a manager was asked for it, the request before it waits again.
    """
    asked = session.get_one(Reservation, reservation_id)
    hold_quota(session, asked.park_id, asked.enterprise_id)  # before its row, as its asker does
    reservation = lock_row(session, Reservation, reservation_id)
    if reservation.state is not ReservationState.REQUESTED or over_at(reservation) > now:
        return False
    by = Actor.system("close requests", reservation.park_id)
    if wait_again(session, reservation, PROPOSAL_UNANSWERED, by=by, now=now):
        return True
    old = ReservationSnapshot.by(reservation)
    reservation.state = ReservationState.DECLINED
    reservation.version += 1
    reason = PROPOSAL_UNANSWERED if left_unanswered(session, reservation) else None
    log_change(session, reservation, Action.RESERVATION_EXPIRED, old, by=by, now=now, reason=reason)
    keep_wish_on(session, reservation, now)  # where its own time is later than what was asked for
    return True


def left_unanswered(session: Session, reservation: Reservation) -> bool:
    """Tell of a request that is over whether it was its asker's turn until then."""
    if reservation.answerer is Answerer.MANAGER:
        return False
    proposal = proposed_for(session, reservation.id)
    return proposal is not None and answer_until(reservation, proposal) == over_at(reservation)
