"""Instead of a yes or a no: the park proposes another place, which its asker takes or does not.

What they may not book alone they have their manager take.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor, BookingRights
from booking.people.enterprises import check_tenancy
from booking.reservations.approval.agree import PricedChange, ask_manager, changes_judged
from booking.reservations.approval.requests import (
    answer_until,
    lock_request,
    over_at,
    place_of,
    proposed_for,
    wait_for_answer,
)
from booking.reservations.approval.rules import Answerer, NeedsManager, check_alone
from booking.reservations.approval.wait_again import forget_proposal, go_there, is_proposal_asked
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
    if before is not None and (place_of(before), before.words) == ((space.id, span), words):
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
    if place_of(reservation) == (space.id, span):
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
    there = proposal is not None and place_of(proposal) == place_of(reservation)
    if there and reservation.state is ReservationState.BOOKED:
        return reservation
    lock_for_update(session, reservation_id, version, ReservationState.REQUESTED)
    proposal = _standing(reservation, proposal, now)
    if refusal := beyond_rights(session, by.rights, [proposal]).get(reservation_id):
        raise refusal
    old, space, span = ReservationSnapshot.by(reservation), proposal.space, place_of(proposal)[1]
    at = _judge(session, reservation, space, span, now)
    check_stretch(span, at)
    reservation.state = ReservationState.BOOKED
    go_there(reservation, proposal)
    claim(session, space, span, reservation, buffer_minutes=at.opening.buffer_minutes)
    log_change(session, reservation, Action.RESERVATION_AGREED, old, by=by, now=now)
    return reservation


def ask_for_proposed(
    session: Session, reservation_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> Reservation:
    """Ask the manager for what was proposed, where its asker may not book it alone. Safe twice.

    It becomes the request, at the price that was shown, holds nothing, and is booked with the manager's yes:
    proposing it was the park's. With their no the request there was waits for the park again. Who may take it
    alone takes it. Raises what `accept_proposal` raises but
    NeedsManager, and NobodyToAsk.
    """
    hold_own_quota(session, by)
    reservation = lock_for_update(session, reservation_id, None, *ReservationState)
    proposal = proposed_for(session, reservation_id)
    if is_proposal_asked(reservation, proposal):
        return reservation
    if proposal is None or not beyond_rights(session, by.rights, [proposal]):
        return accept_proposal(session, reservation_id, by=by, now=now, version=version)
    lock_for_update(session, reservation_id, version, ReservationState.REQUESTED)
    proposal = _standing(reservation, proposal, now)
    old, space, span = ReservationSnapshot.by(reservation), proposal.space, place_of(proposal)[1]
    check_stretch(span, _judge(session, reservation, space, span, now))
    if not is_free(session, space, span):
        raise Taken(space.id, span)
    (first_id, first), quote = place_of(reservation), reservation.quote
    reservation.answerer, reservation.answer_by = Answerer.MANAGER, None
    go_there(reservation, proposal)
    proposal.space_id, proposal.quote = first_id, quote  # kept, for a no (`wait_again`)
    proposal.starts_at, proposal.ends_at = first.start, first.end
    log_change(session, reservation, Action.RESERVATION_ASKED, old, by=by, now=now)
    ask_manager(session, reservation)
    return reservation


def beyond_rights(
    session: Session, rights: BookingRights | None, proposals: Sequence[ProposedPlace]
) -> Mapping[int, NeedsManager]:
    """Tell which proposals to one enterprise one may not take alone, and why, by their requests."""
    changes = [PricedChange(one.reservation, one.space, place_of(one)[1], one.quote) for one in proposals]
    found = {}
    for one, (wish, agreed) in zip(proposals, changes_judged(session, rights, changes), strict=True):
        try:
            check_alone(rights, wish, agreed=agreed)
        except NeedsManager as refusal:
            found[one.reservation_id] = refusal
    return found


def _standing(reservation: Reservation, proposal: ProposedPlace | None, now: datetime) -> ProposedPlace:
    if proposal is None or not stands(reservation, proposal, now):
        raise ProposalOver
    return proposal


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
    forget_proposal(session, reservation)
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
