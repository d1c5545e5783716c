"""Makes reservations and stays through the house's own verbs, at the instants a test names."""

from __future__ import annotations

from datetime import datetime

from booking.audit.actions import Actor
from booking.charges.charge_stay import TariffCharger
from booking.charges.models import Charge
from booking.people.models import Member
from booking.reservations.claim import claim
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Space
from booking.usage.check_in import check_in, walk_in
from booking.usage.check_out import check_out
from booking.usage.models import Stay
from booking.values import Money, Span, day_span, local_day
from tests.harness.times import SHANGHAI

CHARGER = TariffCharger()


def at(day: str, clock: str = "00:00") -> datetime:
    """Read `2026-11-03`, `16:36` on the park's clock."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


def actor(member: Member) -> Actor:
    return Actor(member.name, member.id, member.park_id, member.enterprise_id)


def reserved(
    session,
    space: Space,
    member: Member,
    start: datetime,
    end: datetime,
    quote=0,
    *,
    state=ReservationState.BOOKED,
    created_at: datetime | None = None,
) -> Reservation:
    """Book a space the short way, the row and its claim, with the quote in fen that was shown.

    In any other state than BOOKED it claims nothing.
    """
    reservation = Reservation(
        park_id=space.park_id,
        enterprise_id=member.enterprise_id,
        member_id=member.id,
        space_id=space.id,
        starts_at=start,
        ends_at=end,
        state=state,
        quote=Money(quote),
        created_at=created_at or start,
    )
    reservation.space = space
    assert member.enterprise is not None
    reservation.enterprise = member.enterprise
    session.add(reservation)
    session.flush()
    if state is ReservationState.BOOKED:
        claim(session, space, Span(start, end), reservation)
    session.commit()
    return reservation


def used(session, space: Space, member: Member, start: datetime, end: datetime) -> Stay:
    """Walk in, and check out, however late: whoever is there beyond midnight has said so."""
    until = min(end, day_span(local_day(start, SHANGHAI), SHANGHAI).end)
    stay = walk_in(session, space, member, until, charger=CHARGER, by=actor(member), now=start)
    stay.held_until = max(until, end)
    session.flush()
    check_out(session, stay.id, charger=CHARGER, by=actor(member), now=end)
    session.commit()
    return stay


def used_as_reserved(session, reservation: Reservation, member: Member, start: datetime, end: datetime):
    """Check in to a reservation and out again."""
    stay = check_in(session, reservation.id, park=member.park, charger=CHARGER, by=actor(member), now=start)
    check_out(session, stay.id, charger=CHARGER, by=actor(member), now=end)
    session.commit()
    return stay


def lines_of(session, **facts) -> list[Charge]:
    """Give charge lines as they are in the database, oldest first."""
    rows = session.query(Charge).filter_by(**facts).order_by(Charge.id)
    found = list(rows.execution_options(populate_existing=True))
    session.commit()  # no snapshot is left open, so that requests may write
    return found
