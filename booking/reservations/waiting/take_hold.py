"""What is held is taken: booked at the price in force, or asked for where the manager has to agree by now.

A hold that somebody asks their manager for stays held until it runs out, so that a yes in time books it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.reservations import claim
from booking.reservations.approval.agree import ToJudge, agree, as_judged, park_is_next
from booking.reservations.approval.rules import Answerer, check_alone
from booking.reservations.history import lock_for_update
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.move_or_cancel import cancel
from booking.reservations.quotas.quotas import hold_own_quota
from booking.reservations.refusals import Taken
from booking.reservations.reserve import booking_context_for, reserve
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.series.refusals import NotOfSeries
from booking.reservations.series.take_wished import take_wished
from booking.reservations.waiting.begun import their_only_wait
from booking.reservations.waiting.end_wait import (
    SettledLetter,
    end_wait,
    lock_wait,
    tell_who_waited,
    withdraw,
)
from booking.reservations.waiting.give_back import lock_around
from booking.reservations.waiting.models import HELD, Wait, WaitState
from booking.reservations.waiting.own_waits import OF_ITS_ASKER, own_waiting
from booking.reservations.waiting.rules import HoldOver, ParkIsAsked
from booking.spaces.models import Space
from booking.values import Money, Span


def check_hold(session: Session, space: Space, span: Span, quote: Money, *, by: Actor, now: datetime) -> None:
    """Refuse what would only be asked for, as its page says before; raises ParkIsAsked, NeedsManager."""
    if booking_context_for(session, space, span, now).opening.needs_approval:
        raise ParkIsAsked
    [wish] = as_judged(session, by.rights, by.enterprise_id, [ToJudge(space, span, quote)])
    check_alone(by.rights, wish)


def take_hold(
    session: Session, wait_id: int, *, quote: Money, letter: SettledLetter, by: Actor, now: datetime
) -> Reservation:
    """Book what is held, as whoever books it anew would; taken twice it gives the reservation it became.

    The claim passes within one transaction, so that nobody comes between. Who waited hears of it, where a
    colleague takes it. Raises HoldOver, NeedsManager and ParkIsAsked, since a request would hold nothing, and
    what `reserve` raises; then it is held as before.
    """
    wait = _lock_hold(session, wait_id, by)
    if wait.reservation_id is not None:
        return session.get_one(Reservation, wait.reservation_id)
    space = _held_space(session, wait, now)
    check_hold(session, space, wait.span, quote, by=by, now=now)
    lock_around(session, wait.park_id, [space.id])
    with session.begin_nested():
        claim.release(session, wait)
        made = _book(session, wait, space, quote, by, now)
        _settle(session, wait, made, by, now)
    tell_who_waited(session, wait, letter, by, now)
    return made


def _lock_hold(session: Session, wait_id: int, by: Actor) -> Wait:
    hold_own_quota(session, by)
    wished_id = session.scalar(select(Wait.wished_id).where(Wait.id == wait_id))
    if wished_id is not None:  # before the hold, as who takes the wish itself, or changes its series
        lock_row(session, WishedOccurrence, wished_id)
    return lock_wait(session, wait_id)


def _held_space(session: Session, wait: Wait, now: datetime) -> Space:
    if wait.state is not WaitState.OFFERED or wait.held_until is None or wait.held_until <= now:
        raise HoldOver
    return session.get_one(Space, wait.offered_space_id)


def _settle(session: Session, wait: Wait, made: Reservation, by: Actor, now: datetime) -> None:
    wait.state, wait.settled_at, wait.reservation_id = WaitState.TAKEN, now, made.id
    session.flush()
    after = {"reservation_id": made.id}
    record(session, Action.WAIT_TAKEN, "wait", wait.id, by=by, now=now, after=after, park_id=wait.park_id)
    _end_within(session, made, by, now)


def _end_within(session: Session, made: Reservation, by: Actor, now: datetime) -> None:
    for one in own_waiting(session, made, lock=True):
        end_wait(session, one, WaitState.LAPSED, Action.WAIT_ENDED, by=by, now=now)


def _book(session: Session, wait: Wait, space: Space, quote: Money, by: Actor, now: datetime) -> Reservation:
    if wait.wished_id is None:
        return reserve(
            session, space, wait.span, quote=quote, by=by, now=now, people=wait.people, purpose=wait.purpose
        )
    try:
        return take_wished(session, wait.wished_id, quote=quote, by=by, now=now, space=space, span=wait.span)
    except NotOfSeries as gone:
        raise HoldOver from gone


def ask_for_hold(session: Session, wait_id: int, *, quote: Money, by: Actor, now: datetime) -> Reservation:
    """Ask the manager for what is held for who asks; asked twice it gives that request.

    It stays held as long as it was, for the manager's yes (`agree_to_held`). Where by now they may take it
    alone, it is booked. Raises HoldOver, ParkIsAsked and what `reserve` raises, NobodyToAsk among it.
    """
    wait = _lock_hold(session, wait_id, by)
    if wait.reservation_id is not None:
        return session.get_one(Reservation, wait.reservation_id)
    space = _held_space(session, wait, now)
    if wait.member_id != by.member_id:
        raise HoldOver
    if asked := asked_for_hold(session, wait):
        return asked
    if booking_context_for(session, space, wait.span, now).opening.needs_approval:
        raise ParkIsAsked
    lock_around(session, wait.park_id, [space.id])
    with their_only_wait(session, Taken(space.id, wait.span)):
        claim.release(session, wait)
        made = _book(session, wait, space, quote, by, now)
        if made.state is ReservationState.BOOKED:
            _settle(session, wait, made, by, now)
        else:
            wait.wished_id = None  # its series has its request now, and would let go of what is held
            claim.claim(session, space, wait.span, wait)
    return made


def take_wish(
    session: Session,
    wished_id: int,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    space: Space,
    span: Span,
) -> Reservation:
    """Book a day that a series kept (`take_wished`); just what is held of it for who asks, as held.

    So that what takes the manager stays held as long as it was (`ask_for_hold`). Raises what those raise.
    """
    held = session.scalar(
        select(Wait.id)
        .where(Wait.wished_id == wished_id, HELD, Wait.held_until > now, Wait.member_id == by.member_id)
        .where(Wait.offered_space_id == space.id, Wait.starts_at == span.start, Wait.ends_at == span.end)
    )
    if held is not None:
        return ask_for_hold(session, held, quote=quote, by=by, now=now)
    return take_wished(session, wished_id, quote=quote, by=by, now=now, space=space, span=span)


def give_up(session: Session, wait_id: int, *, letter: SettledLetter, by: Actor, now: datetime) -> Wait:
    """Give a wait up (`withdraw`), and with what is held what its manager was asked for of it."""
    wait = session.get_one(Wait, wait_id)
    asked = asked_for_hold(session, wait) if wait.state is WaitState.OFFERED else None
    if asked is not None:  # before the wait, as who agrees
        held = lock_row(session, Reservation, asked.id)
        if held.state is ReservationState.REQUESTED:
            cancel(session, asked.id, by=by, now=now)
    return withdraw(session, wait_id, letter=letter, by=by, now=now)


def asked_for_hold(session: Session, wait: Wait) -> Reservation | None:
    """Find what its manager was asked for of what is held, and has not answered."""
    asked = (Reservation.state == ReservationState.REQUESTED, Reservation.answerer == Answerer.MANAGER)
    return session.scalar(
        select(Reservation)
        .where(Reservation.member_id == wait.member_id, Reservation.space_id == wait.offered_space_id)
        .where(Reservation.starts_at == wait.starts_at, Reservation.ends_at == wait.ends_at, *asked)
        .order_by(Reservation.id)
        .limit(1)
    )


class AskedHold(NamedTuple):
    """What is held for somebody who has asked their manager for it, who has not answered."""

    wait_id: int
    reservation_id: int
    held_until: datetime


def asked_holds(session: Session, of: ColumnElement[bool], now: datetime) -> Sequence[AskedHold]:
    """List them among some waits or reservations; one query."""
    asked = (Reservation.state == ReservationState.REQUESTED, Reservation.answerer == Answerer.MANAGER)
    rows = session.execute(
        select(Wait.id, Reservation.id, Wait.held_until)
        .join(Reservation, and_(*OF_ITS_ASKER))
        .where(of, *asked, Wait.state == WaitState.OFFERED, Wait.held_until > now)
        .order_by(Reservation.id)
    )
    return [AskedHold(wait_id, asked, until) for wait_id, asked, until in rows if until is not None]


def agree_to_held(
    session: Session, reservation_id: int, *, by: Actor, now: datetime, version: int | None = None
) -> Reservation:
    """Say yes as manager (`agree`): of what is held for its asker the claim passes to it.

    With it end their own waits for that, or a part of it.
    """
    reservation = lock_for_update(session, reservation_id, None, *ReservationState)
    with _let_go_for(session, reservation, by, now):
        return agree(session, reservation_id, by=by, now=now, version=version)


@contextmanager
def _let_go_for(session: Session, reservation: Reservation, by: Actor, now: datetime) -> Iterator[None]:
    """Free what is held for who asked, if a yes books it within; refused, it is held as before."""
    asked = reservation.state is ReservationState.REQUESTED and reservation.answerer is Answerer.MANAGER
    wait = _held_for(session, reservation, now) if asked and not park_is_next(session, reservation) else None
    if wait is None:
        waits = asked and own_waiting(session, reservation)
        if waits:  # spaces before waits, as whoever serves the line
            lock_around(session, reservation.park_id, [reservation.space_id])
        yield
        if waits and reservation.state is ReservationState.BOOKED:
            _end_within(session, reservation, by, now)
        return
    lock_around(session, wait.park_id, [reservation.space_id])
    with session.begin_nested():
        claim.release(session, wait)
        yield
        _settle(session, wait, reservation, by, now)


def _held_for(session: Session, reservation: Reservation, now: datetime) -> Wait | None:
    same = (Wait.starts_at == reservation.starts_at, Wait.ends_at == reservation.ends_at)
    return session.scalar(
        select(Wait)
        .where(HELD, Wait.held_until > now, Wait.member_id == reservation.member_id)
        .where(Wait.offered_space_id == reservation.space_id, *same)
        .order_by(Wait.id)
        .limit(1)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
