"""A day that a series kept as wished and that was asked for: with a no to the request it is kept on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.reservations.models import Reservation
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.series.rules import planned_day, span_on


def keep_wish_on(session: Session, declined: Reservation, now: datetime) -> None:
    """Let the series wish for it again, as it has that day by now; the request is a booking of its own.

    In their old turn, where that is the same time and place still. What was no wish, and what is over, is
    left. Safe twice: the wish is found by the request that it became.
    """
    if declined.series_id is None:
        return
    wished = session.scalar(
        select(WishedOccurrence)
        .where(WishedOccurrence.reservation_id == declined.id)
        .with_for_update(key_share=True)
    )
    if wished is None:
        return
    series, zone = wished.series, session.get_one(Park, wished.park_id).zone
    span = span_on(planned_day(wished.recurrence_id), series.starts_minute, series.ends_minute, zone)
    if span is None or span.start <= now or series.ended_at is not None:
        return
    declined.series_id = declined.recurrence_id = None  # an occurrence of it is booked once
    if (wished.space_id, wished.starts_at, wished.ends_at) != (series.space_id, span.start, span.end):
        wished.created_at = now
    wished.space_id, wished.starts_at, wished.ends_at = series.space_id, span.start, span.end
    wished.outcome = wished.settled_at = wished.reservation_id = wished.opens_on = None
    session.flush()
