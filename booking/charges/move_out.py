"""An enterprise leaves the park, and what it has booked for after its last day ends."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.charges.charge_stay import TariffCharger
from booking.charges.pricing import quote
from booking.parks.models import Park
from booking.people.enterprises import leave_park
from booking.people.models import Enterprise
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.move_or_cancel import cancel
from booking.reservations.upcoming import reservations_beyond
from booking.reservations.waiting.give_back import freed_together
from booking.spaces.models import Kind
from booking.tariffs.rules import NoTariff
from booking.usage.check_out import check_out
from booking.usage.models import Stay
from booking.usage.queries import stay_of
from booking.usage.stay_longer import change_end
from booking.values import Money, Span, day_span


class EndedByMoveOut(NamedTuple):
    """What ends with a last day in the park: reservations that are cancelled, leases that are cut there."""

    reservations: tuple[Reservation, ...] = ()
    leases: tuple[Reservation, ...] = ()


def move_out(
    session: Session, enterprise: Enterprise, left_on: date, *, by: Actor, now: datetime
) -> EndedByMoveOut:
    """Keep its last day and end what it has for later, telling what; raises LeavesBeforeItJoined."""
    lock_what_ends(session, enterprise, left_on)
    leave_park(session, enterprise, left_on, by=by, now=now)
    session.flush()
    return end_after_move_out(session, enterprise, by=by, now=now)


def what_ends(session: Session, enterprise: Enterprise, left_on: date) -> EndedByMoveOut:
    """Tell what would end, earliest first; a metered use that is going on ends by itself."""
    end = _end_of(session, enterprise, left_on)
    beyond = reservations_beyond(session, enterprise.id, end)
    leases = [one for one in beyond if one.space.kind is Kind.STORAGE and one.starts_at < end]
    others = [one for one in beyond if one.starts_at >= end and one.state is not ReservationState.IN_USE]
    return EndedByMoveOut(tuple(others), tuple(leases))


LEFT = "enterprise left"
"""Why, as histories and the trail keep it; the words are the reader's language's."""


def end_after_move_out(
    session: Session, enterprise: Enterprise, *, by: Actor, now: datetime
) -> EndedByMoveOut:
    """Cancel what begins after the last day, without a fee, and end leases with that day; safe twice.

    A last day that is over ends a lease now: until then the place was held. Its stay is then ended and
    charged at once, and can be corrected like any other.
    """
    if enterprise.left_on is None:
        return EndedByMoveOut()
    end = _end_of(session, enterprise, enterprise.left_on)
    lock_what_ends(session, enterprise, enterprise.left_on)
    ending = what_ends(session, enterprise, enterprise.left_on)
    there = {one.space_id for one in (*ending.reservations, *ending.leases)}
    with freed_together(session, enterprise.park_id, there, now=now):
        for reservation in ending.reservations:
            cancel(session, reservation.id, by=by, now=now, reason=LEFT, lapsed_too=True)
        for lease in ending.leases:
            _end_lease(session, enterprise, lease, end, by=by, now=now)
    return ending


def lock_what_ends(session: Session, enterprise: Enterprise, left_on: date) -> None:
    """Lock what ends before the enterprise, stays before reservations, as whoever checks out does."""
    ending = what_ends(session, enterprise, left_on)
    leases = [one.id for one in ending.leases]
    stays = select(Stay).where(Stay.reservation_id.in_(leases), Stay.ended_at.is_(None)).order_by(Stay.id)
    all_of_them = Reservation.id.in_([*leases, *(one.id for one in ending.reservations)])
    reservations = select(Reservation).where(all_of_them).order_by(Reservation.id)
    for found in (stays, reservations):
        locked = found.with_for_update(key_share=True).execution_options(populate_existing=True)
        session.scalars(locked).all()


def _end_lease(
    session: Session, enterprise: Enterprise, lease: Reservation, end: datetime, *, by: Actor, now: datetime
) -> None:
    if end > now:
        price = _price(session, enterprise, lease, Span(lease.starts_at, end))
        change_end(session, lease.id, end, quote=price, by=by, now=now)
    elif stay := stay_of(session, lease.id):
        check_out(session, stay.id, charger=TariffCharger(), by=by, now=now)
    else:
        cancel(session, lease.id, by=by, now=now, reason=LEFT)


def _price(session: Session, enterprise: Enterprise, lease: Reservation, span: Span) -> Money:
    park = session.get_one(Park, lease.park_id)
    try:
        return quote(session, park, enterprise, lease.space, span).total
    except NoTariff:
        return lease.quote


def _end_of(session: Session, enterprise: Enterprise, left_on: date) -> datetime:
    return day_span(left_on, session.get_one(Park, enterprise.park_id).zone).end
