"""Where a colleague sits, for who wants to sit near them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.people.models import Member
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind, Space
from booking.values.span import Span

THERE = (ReservationState.BOOKED, ReservationState.IN_USE, ReservationState.REQUESTED)


def place_of_colleague(
    session: Session, enterprise_id: int, name: str, day: Span, at: datetime
) -> Space | None:
    """Find the place that a colleague of this name has on a day, a desk first, else nearest in time.

    Only of one's own enterprise: where others sit is nobody else's business. Two of one name are not guessed
    between: None.
    """
    who = session.scalars(
        select(Member.id).where(
            Member.enterprise_id == enterprise_id,
            Member.active,
            func.lower(Member.name) == name.lower(),
        )
    ).all()
    if len(who) != 1:
        return None
    rows = session.execute(
        select(Space, Reservation.starts_at)
        .join(Reservation, Reservation.space_id == Space.id)
        .where(
            Reservation.enterprise_id == enterprise_id,
            Reservation.member_id == who[0],
            Reservation.state.in_(THERE),
            Reservation.starts_at < day.end,
            Reservation.ends_at > day.start,
            Space.kind != Kind.STORAGE,
        )
    ).all()
    found = sorted(rows, key=lambda row: (row[0].kind is not Kind.WORKSTATION, abs(row[1] - at), row[0].id))
    return found[0][0] if found else None
