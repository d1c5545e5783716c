"""Gathers what the rules look at before they judge a span."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import working_days
from booking.reservations.rules import BookingContext
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for
from booking.spaces.rules import Opening
from booking.values.span import Span

ONE_DAY = timedelta(days=1)
LOOK_AHEAD = 366 * ONE_DAY


def booking_context(
    session: Session, park: Park, kind: Kind, opening: Opening, span: Span, now: datetime
) -> BookingContext:
    """Gather what holds for a kind and its rule; the calendar covers the days of the span, at most a year."""
    first = span.start.date() - ONE_DAY
    last = min(span.end, span.start + LOOK_AHEAD).date() + ONE_DAY
    return BookingContext(
        opening=opening,
        zone=park.zone,
        calendar=working_days(session, park.id, first, last),
        now=now,
        by_day=kind is Kind.STORAGE,
    )


def booking_context_for(session: Session, space: Space, span: Span, now: datetime) -> BookingContext:
    """Gather what holds for a span of a space."""
    park, day = session.get_one(Park, space.park_id), span.start.date() - ONE_DAY
    return booking_context(session, park, space.kind, rule_for(session, space, since=day), span, now)
