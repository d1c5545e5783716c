"""Who is expected: what pages ask about it, and the front desk's word that somebody has come."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.rules import AskedAlong, Visitor
from booking.reservations.guests.tell_guests import STANDS
from booking.reservations.models import Reservation
from booking.values.span import Span


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


def asked_along(guests: Sequence[BookingGuest]) -> AskedAlong:
    """Give them as `invite` takes them."""
    return AskedAlong(
        frozenset(one.member_id for one in guests if one.member_id is not None),
        tuple(Visitor(one.name, one.email, one.company) for one in guests if one.member_id is None),
    )


def comes_along(member_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """SQL condition: a colleague asked the member along to the reservation of the row."""
    named = select(BookingGuest.reservation_id).where(
        BookingGuest.member_id == member_id, BookingGuest.removed_at.is_(None)
    )
    return Reservation.id.in_(named)


MOST_EXPECTED = 200


def expected_on(session: Session, park_id: int, day: Span) -> Sequence[BookingGuest]:
    """List the guests whose bookings begin within a day, in order of time; at most MOST_EXPECTED."""
    return session.scalars(
        select(BookingGuest)
        .join(BookingGuest.reservation)
        .where(
            Reservation.park_id == park_id,
            Reservation.starts_at >= day.start,
            Reservation.starts_at < day.end,
            Reservation.state.in_(STANDS),
            BookingGuest.member_id.is_(None),
            BookingGuest.removed_at.is_(None),
        )
        .options(
            joinedload(BookingGuest.reservation).options(
                joinedload(Reservation.space),
                joinedload(Reservation.member),
                joinedload(Reservation.enterprise),
            )
        )
        .order_by(Reservation.starts_at, BookingGuest.id)
        .limit(MOST_EXPECTED)
    ).all()


def guest_in(session: Session, park_id: int, guest_id: int) -> BookingGuest | None:
    """Find a guest of the park who is still asked along; another park's is as good as none."""
    found = select(BookingGuest).join(BookingGuest.reservation)
    ours = (BookingGuest.id == guest_id, Reservation.park_id == park_id)
    return session.scalar(
        found.where(*ours, BookingGuest.member_id.is_(None), BookingGuest.removed_at.is_(None))
    )


def say_arrived(session: Session, guest_id: int, *, here: bool, by: Actor, now: datetime) -> BookingGuest:
    """Note that a guest has come, or (not `here`) that it was a mistake; a second time changes nothing.

    The trail keeps that, and of which booking, but no name: it is never erased, and guests are forgotten.
    """
    guest = lock_row(session, BookingGuest, guest_id)
    if (guest.arrived_at is not None) == here:
        return guest
    guest.arrived_at, guest.host_told_at = (now if here else None), None
    session.flush()
    action = Action.GUEST_ARRIVED if here else Action.GUEST_NOT_ARRIVED
    after = {"guest": guest.id}
    record(session, action, "reservation", guest.reservation_id, by=by, now=now, after=after)
    return guest
