"""What enterprises that leave the park have booked for afterwards."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.reservations.models import Reservation
from booking.reservations.queries import STILL_COMING
from booking.values.month import day_span


def reservations_beyond(session: Session, enterprise_id: int, instant: datetime) -> Sequence[Reservation]:
    """List what an enterprise has asked for, booked or in use that goes on after an instant."""
    return session.scalars(
        select(Reservation)
        .where(Reservation.enterprise_id == enterprise_id, STILL_COMING, Reservation.ends_at > instant)
        .options(joinedload(Reservation.space))
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()


def leavers_to_wind_up(session: Session) -> list[int]:
    """Name the enterprises that have something left that goes on after their last day in the park."""
    rows = session.execute(
        select(Enterprise.id, Enterprise.left_on, Park.zone_name, func.max(Reservation.ends_at))
        .join(Park, Park.id == Enterprise.park_id)
        .join(Reservation, and_(Reservation.enterprise_id == Enterprise.id, STILL_COMING))
        .where(Enterprise.left_on.is_not(None))
        .group_by(Enterprise.id, Enterprise.left_on, Park.zone_name)
        .order_by(Enterprise.id)
    )
    return [
        enterprise_id
        for enterprise_id, left_on, zone, latest in rows
        if left_on is not None and latest > day_span(left_on, ZoneInfo(zone)).end
    ]
