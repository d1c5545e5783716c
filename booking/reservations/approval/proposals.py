"""Instead of a yes or a no: the park proposes another place, which its asker takes or does not."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor
from booking.people.enterprises import check_tenancy
from booking.reservations.approval.agree import PricedChange, changes_judged
from booking.reservations.approval.requests import (
    answer_until,
    lock_request,
    over_at,
    proposed_for,
    wait_for_answer,
)
from booking.reservations.approval.rules import Answerer, check_alone
from booking.reservations.claim import claim
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import ProposedPlace, Reservation, ReservationState
from booking.reservations.queries import is_free
from booking.reservations.quotas.quotas import check_quota, hold_own_quota, hold_quota
from booking.reservations.refusals import AnotherKind, AskedTooLate, ProposalOver, ProposesTheSame, Taken
from booking.reservations.reserve import booking_context_for
from booking.reservations.rules import (
    BookingContext,
    check_in_service,
    check_new,
    check_people,
    check_stretch,
)
from booking.spaces.models import Space
from booking.values import Money, Span


def propose(
    session: Session,
    reservation_id: int,
    space: Space,
    span: Span,
    words: str = "",
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> ProposedPlace:
    """Propose another place or time to who asked; it holds nothing. The same once more changes nothing.

    Another one takes the place of what was proposed before. What its asker could not take because of a quota
    or a rule is not proposed. Raises NotYoursToAnswer while the manager is asked, CannotChange, OutOfDate,
    AnotherKind, AskedTooLate, ProposesTheSame, what the rules refuse, OverQuota, or Taken.
    """
    asked = session.get_one(Reservation, reservation_id)
    hold_quota(session, asked.park_id, asked.enterprise_id)  # before its row, as its asker does
    reservation = lock_request(session, reservation_id, None, Answerer.PARK)
    before, words = proposed_for(session, reservation_id), words.strip()
    if before is not None and (_place(before), before.words) == ((space.id, span), words):
        return before
    lock_request(session, reservation_id, version, Answerer.PARK)
    _check(session, reservation, space, span, now)
    old, proposal = ReservationSnapshot.by(reservation), before or ProposedPlace(reservation=reservation)
    proposal.space_id, proposal.space, proposal.quote = space.id, space, quote
    proposal.starts_at, proposal.ends_at = span.start, span.end
    proposal.words, proposal.proposed_at = words, now
    session.add(proposal)
    reservation.version += 1
    # Left unanswered, it is the park's turn again when the proposal is over.
    wait_for_answer(session, reservation, answer_until(reservation, proposal))
    new = old._replace(space_id=space.id, starts_at=span.start, ends_at=span.end)
    what = Action.RESERVATION_PROPOSED
    log_change(session, reservation, what, old, by=by, now=now, reason=words or None, new=new)
    return proposal


def _check(session: Session, reservation: Reservation, space: Space, span: Span, now: datetime) -> None:
    """Judge what is to be proposed."""
    if over_at(reservation) <= now:
        raise AskedTooLate(reservation.starts_at)
    if _place(reservation) == (space.id, span):
        raise ProposesTheSame
    if reservation.space.kind is not space.kind:
        raise AnotherKind(reservation.space.kind.value)
    check_new(span, _judge(session, reservation, space, span, now))
    if not is_free(session, space, span):
        raise Taken(space.id, span)


def accept_proposal(
    session: Session, reservation_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> Reservation:
    """Book what was proposed, if it is still free, at the price that was shown. Safe twice.

    Refused, the request and the proposal stay as they are. Raises ProposalOver where none stands,
    CannotChange, OutOfDate, NeedsManager for more than whoever asks may book alone, which their manager may
    take, what the rules refuse, OverQuota, or Taken.
    """
    hold_own_quota(session, by)
    reservation = lock_for_update(session, reservation_id, None, *ReservationState)
    proposal = proposed_for(session, reservation_id)
    if reservation.state is ReservationState.BOOKED and proposal and _place(proposal) == _place(reservation):
        return reservation
    lock_for_update(session, reservation_id, version, ReservationState.REQUESTED)
    if proposal is None or not stands(reservation, proposal, now):
        raise ProposalOver
    old, space, span = ReservationSnapshot.by(reservation), proposal.space, _place(proposal)[1]
    [(wish, agreed)] = changes_judged(
        session, by.rights, [PricedChange(reservation, space, span, proposal.quote)]
    )
    check_alone(by.rights, wish, agreed=agreed)
    at = _judge(session, reservation, space, span, now)
    check_stretch(span, at)
    reservation.state = ReservationState.BOOKED
    reservation.space_id, reservation.space = space.id, space
    reservation.starts_at, reservation.ends_at = span.start, span.end
    reservation.quote = proposal.quote
    reservation.version += 1
    claim(session, space, span, reservation, buffer_minutes=at.opening.buffer_minutes)
    log_change(session, reservation, Action.RESERVATION_AGREED, old, by=by, now=now)
    return reservation


def refuse_proposal(
    session: Session, reservation_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> Reservation:
    """Say that it does not suit: the request waits for the park again, promised anew from now. Safe twice.

    Raises ProposalOver where none stands any more, CannotChange, OutOfDate.
    """
    reservation = lock_for_update(session, reservation_id, None, ReservationState.REQUESTED)
    proposal = proposed_for(session, reservation_id)
    if proposal is None:
        return reservation
    lock_for_update(session, reservation_id, version, ReservationState.REQUESTED)
    if not stands(reservation, proposal, now):
        raise ProposalOver
    old = ReservationSnapshot.by(reservation)
    session.execute(delete(ProposedPlace).where(ProposedPlace.reservation_id == reservation_id))
    reservation.version += 1
    wait_for_answer(session, reservation, now)
    log_change(session, reservation, Action.RESERVATION_NOT_AGREED, old, by=by, now=now)
    return reservation


def _judge(
    session: Session, reservation: Reservation, space: Space, span: Span, now: datetime
) -> BookingContext:
    """Ask all rules that need no claim, and are the same when it is proposed and when it is taken."""
    at = booking_context_for(session, space, span, now, hold=True)
    check_tenancy(session, reservation.park_id, reservation.enterprise_id, span, at.zone)
    check_in_service(space.retired_at, space.code, span)
    check_people(reservation.people, space.capacity)
    whose = (reservation.enterprise_id, reservation.member_id)
    check_quota(session, space, span, *whose, but=reservation.id)
    return at


def stands(reservation: Reservation, proposal: ProposedPlace, now: datetime) -> bool:
    """Tell whether it can still be taken."""
    waits = reservation.state is ReservationState.REQUESTED and reservation.answerer is Answerer.PARK
    return waits and now < answer_until(reservation, proposal)


def _place(of: Reservation | ProposedPlace) -> tuple[int, Span]:
    return of.space_id, Span(of.starts_at, of.ends_at)


PROPOSALS = (
    select(ProposedPlace)
    .order_by(ProposedPlace.reservation_id)
    .options(
        joinedload(ProposedPlace.space).joinedload(Space.area),
        joinedload(ProposedPlace.reservation).joinedload(Reservation.space),
    )
)


def proposals_of(session: Session, asked: Collection[int], now: datetime) -> Mapping[int, ProposedPlace]:
    """Give the proposals that stand, by the reservation that asks; for none without a query."""
    if not asked:
        return {}
    rows = session.scalars(PROPOSALS.where(ProposedPlace.reservation_id.in_(asked)))
    return {one.reservation_id: one for one in rows if stands(one.reservation, one, now)}


def proposals_to_member(session: Session, member_id: int, now: datetime) -> list[ProposedPlace]:
    """Give the proposals that stand to one person's requests, in one query."""
    theirs = select(Reservation.id).where(
        Reservation.member_id == member_id, Reservation.state == ReservationState.REQUESTED
    )
    rows = session.scalars(PROPOSALS.where(ProposedPlace.reservation_id.in_(theirs)))
    return [one for one in rows if stands(one.reservation, one, now)]
