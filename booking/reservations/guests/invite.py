"""Who comes along to a booking, colleagues and guests: named by the host, listed, said to have come."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.people.models import Member
from booking.reservations.guests import rules
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.tell_guests import EXPECTED
from booking.reservations.history import ReservationSnapshot, lock_for_update, log_change
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import TooManyPeople
from booking.reservations.rules import check_named
from booking.values import Span
from booking.values.mailbox import bare_address


def invite(
    session: Session,
    reservation_id: int,
    wanted: rules.AskedAlong,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Reservation:
    """Let these come along, and nobody else; the same list again changes nothing.

    The booking is for as many people as are named, at least. Letters to them are a job's (`tell_guests`).
    Raises TooManyGuests, TooManyAddresses, TooManyNamed where there are fewer seats, NotAColleague,
    CannotChange, OutOfDate.
    """
    rules.check_number(wanted)
    reservation = lock_for_update(session, reservation_id, version, *STATES)
    check_named(len(wanted), reservation.space.capacity)
    known = defaultdict[GuestKey, list[BookingGuest]](list)
    for guest in _all_of(session, reservation.id):
        known[_key(guest.member_id, _visitor(guest))].append(guest)
    coming = {_key(one, None) for one in wanted.colleagues} | {_key(None, one) for one in wanted.visitors}
    there = {key for key, rows in known.items() if any(one.removed_at is None for one in rows)}
    if coming == there:
        return reservation
    _check_colleagues(
        session, reservation, [one for one in wanted.colleagues if _key(one, None) not in there]
    )
    _check_addresses(session, reservation.member_id, [one.email for _, one in coming - there if one], now)
    for key in there - coming:
        for one in [one for one in known[key] if one.removed_at is None]:
            _take_off(session, one, now)
    for key in coming & set(known) - there:
        known[key][-1].removed_at = None
    session.add_all(_new(reservation, key, now) for key in sorted(coming - set(known), key=repr))
    reservation.people = max(reservation.people, len(wanted) + 1)
    reservation.version += 1
    old = ReservationSnapshot.by(reservation)
    log_change(session, reservation, Action.RESERVATION_GUESTS_NAMED, old, by=by, now=now)
    return reservation


def come_along(
    session: Session, like_id: int | None, reservation_ids: Iterable[int], *, by: Actor, now: datetime
) -> None:
    """Let who comes along to one booking come along to others too, which are new; who has left does not.

    Where there are too few seats for them a booking stays without: it was made for as many as it says.
    """
    along = asked_along(guests_of(session, like_id)) if like_id is not None else rules.AskedAlong()
    here = select(Member.id).where(Member.id.in_(along.colleagues), Member.active)
    wanted = rules.AskedAlong(frozenset(session.scalars(here)), along.visitors) if along.colleagues else along
    for one in sorted(reservation_ids) if wanted else ():
        with suppress(TooManyPeople), session.begin_nested():
            invite(session, one, wanted, by=by, now=now)


STATES = (ReservationState.REQUESTED, ReservationState.BOOKED, ReservationState.IN_USE)


def _all_of(session: Session, reservation_id: int) -> Iterable[BookingGuest]:
    mine = select(BookingGuest).where(BookingGuest.reservation_id == reservation_id)
    return session.scalars(mine.order_by(BookingGuest.id).with_for_update(of=BookingGuest))


GuestKey = tuple[int | None, rules.Visitor | None]


def _key(member_id: int | None, visitor: rules.Visitor | None) -> GuestKey:
    return (member_id, None) if member_id is not None else (None, visitor)


def _visitor(one: BookingGuest) -> rules.Visitor:
    return rules.Visitor(one.name, bare_address(one.email), one.company)


def _check_colleagues(session: Session, reservation: Reservation, ids: Iterable[int]) -> None:
    """Refuse who is of another enterprise, has left, or is the host."""
    wanted: set[Hashable] = set(ids)
    if not wanted:
        return
    theirs = Member.enterprise_id == reservation.enterprise_id, Member.active, Member.id.in_(wanted)
    found = session.scalar(select(func.count(Member.id)).where(*theirs, Member.id != reservation.member_id))
    if found != len(wanted):
        raise rules.NotAColleague


ONE_DAY = timedelta(days=1)


def _check_addresses(session: Session, host_id: int, more: Collection[str], now: datetime) -> None:
    """Refuse to have letters sent to ever more strangers; who writes to none asks nothing of the database.

    The host's row is locked, and last of all rows: of two lists at once the second counts the first.
    """
    if not any(more):
        return
    lock_row(session, Member, host_id)
    lately = (
        select(BookingGuest.email)
        .join(Reservation, Reservation.id == BookingGuest.reservation_id)
        .where(Reservation.member_id == host_id, BookingGuest.named_at > now - ONE_DAY)
        .where(BookingGuest.email != "")
        .distinct()
    )
    rules.check_addresses(session.scalars(lately).all(), more)


def _take_off(session: Session, one: BookingGuest, now: datetime) -> None:
    """Take them off the list; who was written to stays known until they and their letters are forgotten."""
    if not one.letters and one.told is None:
        session.delete(one)
    else:
        one.removed_at = now


def _new(reservation: Reservation, key: GuestKey, now: datetime) -> BookingGuest:
    member_id, visitor = key
    name, email, company = visitor or rules.Visitor("")
    return BookingGuest(
        reservation_id=reservation.id,
        member_id=member_id,
        name=name,
        email=email,
        company=company,
        named_at=now,
    )


def guests_of(session: Session, reservation_id: int) -> Sequence[BookingGuest]:
    """List who comes along to a booking, in the order in which they were named."""
    mine = select(BookingGuest).where(
        BookingGuest.reservation_id == reservation_id, BookingGuest.removed_at.is_(None)
    )
    return session.scalars(mine.options(joinedload(BookingGuest.member)).order_by(BookingGuest.id)).all()


def along_to(session: Session, reservation_ids: Collection[int]) -> Mapping[int, Sequence[BookingGuest]]:
    """List who comes along to each of these bookings, in one query."""
    found: defaultdict[int, list[BookingGuest]] = defaultdict(list)
    if reservation_ids:
        theirs = BookingGuest.reservation_id.in_(reservation_ids), BookingGuest.removed_at.is_(None)
        wanted = select(BookingGuest).where(*theirs).options(joinedload(BookingGuest.member))
        for one in session.scalars(wanted.order_by(BookingGuest.id)):
            found[one.reservation_id].append(one)
    return found


def asked_along(guests: Sequence[BookingGuest]) -> rules.AskedAlong:
    """Give them as `invite` takes them."""
    return rules.AskedAlong(
        frozenset(one.member_id for one in guests if one.member_id is not None),
        tuple(_visitor(one) for one in guests if one.member_id is None),
    )


def comes_along(member_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """SQL condition: a colleague asked the member along to the reservation of the row."""
    named = select(BookingGuest.reservation_id).where(
        BookingGuest.member_id == member_id, BookingGuest.removed_at.is_(None)
    )
    return Reservation.id.in_(named)


NAMED_AT_THE_DESK = 20


class ExpectedParty(NamedTuple):
    """Who is expected to one booking; `guests` is empty where more than NAMED_AT_THE_DESK are to come."""

    reservation: Reservation
    number: int
    arrived: int
    guests: Sequence[BookingGuest]

    @property
    def opens(self) -> datetime:
        """Tell from when on they may have come."""
        return rules.expected_from(self.reservation.starts_at)


def expected_on(session: Session, park_id: int, day: Span) -> Sequence[ExpectedParty]:
    """List the bookings of a day to which guests come, in order of time; none is left out. Three queries.

    Of what was released, since nobody checked in, too: who comes asks at the desk. Who came for the time that
    a booking had before has not come for this one.
    """
    outside = (BookingGuest.member_id.is_(None), BookingGuest.removed_at.is_(None))
    theirs = BookingGuest.reservation_id
    asked = (
        select(theirs, Reservation.starts_at, BookingGuest.arrived_at)
        .join(BookingGuest.reservation)
        .where(
            Reservation.park_id == park_id,
            Reservation.starts_at >= day.start,
            Reservation.starts_at < day.end,
            Reservation.state.in_(EXPECTED),
            *outside,
        )
    )
    numbers = defaultdict[int, tuple[int, int]](lambda: (0, 0))
    for key, starts_at, came in session.execute(asked.order_by(theirs)):
        number, arrived = numbers[key]
        here = came is not None and came >= rules.expected_from(starts_at)
        numbers[key] = number + 1, arrived + here
    if not numbers:
        return ()
    booked = (
        select(Reservation).where(Reservation.id.in_(numbers)).order_by(Reservation.starts_at, Reservation.id)
    )
    whose = (joinedload(one) for one in (Reservation.space, Reservation.member, Reservation.enterprise))
    small = [key for key, (number, _) in numbers.items() if number <= NAMED_AT_THE_DESK]
    named = defaultdict[int, list[BookingGuest]](list)
    for one in session.scalars(
        select(BookingGuest).where(theirs.in_(small), *outside).order_by(BookingGuest.id)
    ):
        named[one.reservation_id].append(one)
    return [
        ExpectedParty(one, *numbers[one.id], named[one.id]) for one in session.scalars(booked.options(*whose))
    ]


def guest_in(session: Session, park_id: int, guest_id: int) -> BookingGuest | None:
    """Find a guest of the park who is still asked along; another park's is as good as none."""
    found = select(BookingGuest).join(BookingGuest.reservation)
    ours = (BookingGuest.id == guest_id, Reservation.park_id == park_id)
    return session.scalar(
        found.where(*ours, BookingGuest.member_id.is_(None), BookingGuest.removed_at.is_(None))
    )


def say_arrived(session: Session, guest_id: int, *, here: bool, by: Actor, now: datetime) -> BookingGuest:
    """Note that a guest has come, or (not `here`) that it was a mistake; a second time changes nothing.

    Raises NotExpectedYet for more than two hours before the start.

    The trail keeps that, and of which booking, but no name: it is never erased, and guests are forgotten.
    """
    guest = lock_row(session, BookingGuest, guest_id)
    if (guest.here_since is not None) == here:
        return guest
    opens = rules.expected_from(guest.reservation.starts_at)
    if here and now < opens:
        raise rules.NotExpectedYet(opens)
    guest.arrived_at, guest.host_told_at = (now if here else None), None
    session.flush()
    action = Action.GUEST_ARRIVED if here else Action.GUEST_NOT_ARRIVED
    after = {"guest": guest.id}
    record(session, action, "reservation", guest.reservation_id, by=by, now=now, after=after)
    return guest
