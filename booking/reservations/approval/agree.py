"""What takes the manager of an enterprise: by what it is judged; and asked for, told of, agreed to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor, BookingRights
from booking.db.rows import insert_into
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import Park
from booking.people.models import Enterprise, Member
from booking.people.queries import managers_of
from booking.reservations.approval.requests import (
    book_request,
    check_in_time,
    check_same,
    decline,
    lock_request,
    place_of,
    proposed_for,
    wait_for_answer,
)
from booking.reservations.approval.rules import Answerer, Booking, NobodyToAsk
from booking.reservations.approval.wait_again import is_proposal_asked, wait_again
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import ProposedPlace, Reservation, ReservationState, UntoldRequest
from booking.reservations.quotas.quotas import hold_quota
from booking.spaces.models import AnySpace, Space
from booking.spaces.queries import rule_for
from booking.values import Money, ReasonMissing, Span, local_day


class ToJudge(NamedTuple):
    """A place and a time that somebody would book at a quote; without one it is priced as it is judged.

    `but` is the reservation that becomes it, which takes no free minutes from itself; `besides` is what would
    be booked of its kind before it.
    """

    space: AnySpace
    span: Span
    quote: Money | None = None
    but: int | None = None
    besides: Sequence[Span] = ()


class LimitPrice(NamedTuple):
    """What a place and time costs as if it came next, and after all that is booked of its month."""

    next: Money
    after: Money


LIMIT_PRICES: Final = "by what prices a limit judges"
LimitPrices = Callable[[Session, int, Sequence[ToJudge], Money, bool], Mapping[int, LimitPrice]]
"""Prices for an enterprise, by its id, those of a list that may be above a sum; by their places in it.

Where there are any it first lets whoever else of the enterprise books finish, if it is told to.
Prices stand above bookings: `booking.app` gives its sessions the function under this name.
"""


def as_judged(
    session: Session,
    rights: BookingRights | None,
    enterprise_id: int | None,
    asked: Sequence[ToJudge],
    *,
    in_turn: bool = False,
    hold: bool = False,
) -> list[Booking]:
    """Give bookings as rights judge them, in this order: at their quote, or at more.

    A quote holds the month's free minutes as if it came next, and so may several. A limit goes by what is
    left of them after what is booked already, or asked for; `in_turn` also after what comes before it here.
    Who has no limit, or asks for what is within it even without free minutes, costs no query. Who books and
    has held no quotas before (`hold_own_quota`) says `hold`: of two at once the second counts the first.
    """
    found = [Booking.at(one.space.id, one.space.kind, one.span, one.quote or Money.zero()) for one in asked]
    if rights is None or rights.up_to is None or enterprise_id is None or LIMIT_PRICES not in session.info:
        return found
    if in_turn:
        asked = [one._replace(besides=[two.span for two in asked if two.span < one.span]) for one in asked]
    prices = cast("LimitPrices", session.info[LIMIT_PRICES])
    for number, price in prices(session, enterprise_id, asked, rights.up_to, hold).items():
        quote = asked[number].quote
        if quote is None or price.after > price.next:
            judged, shared = max(price.after, quote or price.after), price.after > price.next
            found[number] = found[number]._replace(quote=judged, shared=shared)
    return found


class PricedChange(NamedTuple):
    """A reservation, and what it would become at a quote."""

    reservation: Reservation
    space: AnySpace
    span: Span
    quote: Money


def changes_judged(
    session: Session, rights: BookingRights | None, changes: Sequence[PricedChange]
) -> list[tuple[Booking, Booking]]:
    """Give for each change of one enterprise what it would become and what stands, as rights judge both."""
    if not changes:
        return []
    asked = []
    for row, space, span, quote in changes:
        asked.append(ToJudge(space, span, quote, row.id))
        asked.append(ToJudge(row.space, Span(row.starts_at, row.ends_at), row.quote, row.id))
    found = as_judged(session, rights, changes[0].reservation.enterprise_id, asked)
    return list(zip(found[::2], found[1::2], strict=True))


RequestsLetter = Callable[[Member, Sequence[Reservation]], LetterText]
"""Words the letter that asks a manager: what is asked for, by whom, at what price."""


def ask_manager(session: Session, *requests: Reservation) -> None:
    """Let the managers of an enterprise hear of its requests, in one letter; raises NobodyToAsk.

    What was asked before and has changed is asked once more.
    """
    if requests:
        ask_manager_of(session, requests[0].enterprise_id, [one.id for one in requests])


def ask_manager_of(session: Session, enterprise_id: int, reservation_ids: Iterable[int]) -> None:
    """Do so for requests by their ids; raises NobodyToAsk."""
    if not managers_of(session, enterprise_id):
        raise NobodyToAsk
    rows = [{"reservation_id": one, "enterprise_id": enterprise_id} for one in reservation_ids]
    if rows:
        session.execute(insert_into(session, UntoldRequest).values(rows).on_conflict_do_nothing())


def agree(
    session: Session, reservation_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> Reservation:
    """Say yes as manager: it is booked, or the park is asked next. Agreeing twice changes nothing.

    Raises Taken where somebody else got it meanwhile, and what `approve` raises.
    """
    reservation = lock_for_update(session, reservation_id, None, *ReservationState)
    passed_on = reservation.state is ReservationState.REQUESTED and reservation.answerer is Answerer.PARK
    if passed_on or reservation.state is ReservationState.BOOKED:
        check_same(reservation, version)
        return reservation
    lock_request(session, reservation_id, version, Answerer.MANAGER)
    if not park_is_next(session, reservation):
        if kept := proposed_for(session, reservation_id):  # no request is there to go back to any more
            (kept.space_id, span), kept.quote = place_of(reservation), reservation.quote
            kept.starts_at, kept.ends_at = span.start, span.end
        return book_request(session, reservation, by=by, now=now)
    check_in_time(reservation, now)
    old = ReservationSnapshot.by(reservation)
    reservation.answerer = Answerer.PARK
    wait_for_answer(session, reservation, now)
    reservation.version += 1
    log_change(session, reservation, Action.RESERVATION_HANDED_ON, old, by=by, now=now)
    return reservation


def disagree(
    session: Session,
    reservation_id: int,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Say no as manager, and why: it is declined. Of what the park proposed only that is.

    What was asked of the park before goes on waiting for it (`wait_again`). Raises what `decline` raises.
    """
    if not reason.strip():
        raise ReasonMissing
    asked = session.get_one(Reservation, reservation_id)
    hold_quota(session, asked.park_id, asked.enterprise_id)  # before its row, as its asker does
    reservation = lock_request(session, reservation_id, version, Answerer.MANAGER)
    if wait_again(session, reservation, reason.strip(), by=by, now=now):
        return reservation
    return decline(session, reservation_id, reason, by=by, now=now, answerer=Answerer.MANAGER)


def park_is_next(session: Session, reservation: Reservation) -> bool:
    """Tell whether the manager's yes hands a request on to the park; pages say so before.

    What the park itself proposed has its yes.
    """
    day = local_day(reservation.starts_at, session.get_one(Park, reservation.park_id).zone)
    if not rule_for(session, reservation.space, since=day).needs_approval:
        return False
    return not is_proposal_asked(reservation, reservation.proposal)


A_DAY = timedelta(days=1)


def waiting_for_manager(session: Session, enterprise_id: int, now: datetime) -> Sequence[Reservation]:
    """List what a manager can still say yes to, the next to begin first."""
    return session.scalars(
        select(Reservation)
        .options(joinedload(Reservation.space).joinedload(Space.area), joinedload(Reservation.member))
        .options(joinedload(Reservation.proposal).joinedload(ProposedPlace.space))
        .where(
            Reservation.enterprise_id == enterprise_id,
            Reservation.state == ReservationState.REQUESTED,
            Reservation.answerer == Answerer.MANAGER,
            Reservation.starts_at > now - A_DAY,  # a store's first day; what is older is closed by a job
        )
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()


def managers_to_tell(session: Session, now: datetime) -> Sequence[int]:  # noqa: ARG001 - as jobs ask
    """Name the enterprises whose managers have yet to hear of a request."""
    whose = UntoldRequest.enterprise_id
    return session.scalars(select(whose).distinct().order_by(whose)).all()


def tell_managers(session: Session, enterprise_id: int, *, letter: RequestsLetter, now: datetime) -> bool:
    """Write to each manager of what is asked, in one letter; tells whether there was anything. Safe twice.

    What was answered or taken back meanwhile is no longer asked.
    """
    untold = session.scalars(
        select(UntoldRequest)
        .where(UntoldRequest.enterprise_id == enterprise_id)
        .order_by(UntoldRequest.reservation_id)
        .options(joinedload(UntoldRequest.reservation).joinedload(Reservation.space).joinedload(Space.area))
        .with_for_update(of=UntoldRequest)
        .execution_options(populate_existing=True)
    ).all()
    if not untold:
        return False
    asked = [one.reservation for one in untold if _waits(one.reservation)]
    if asked:
        newest = max((one.id, one.version) for one in asked)
        park_id = session.get_one(Enterprise, enterprise_id).park_id
        for manager in managers_of(session, enterprise_id):
            key = f"asked:{newest[0]}:{newest[1]}:{manager.id}"
            write_letter(session, park_id, key, manager.email, letter(manager, asked), now=now)
    ids = [one.reservation_id for one in untold]
    session.execute(delete(UntoldRequest).where(UntoldRequest.reservation_id.in_(ids)))
    return True


def _waits(one: Reservation) -> bool:
    return one.state is ReservationState.REQUESTED and one.answerer is Answerer.MANAGER
