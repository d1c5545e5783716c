"""Gathers what the rules look at before they judge a span."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.rules import BookingContext
from booking.spaces.extended.queries import hold_extended_hours
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for
from booking.spaces.rules import Opening
from booking.values.month import local_day
from booking.values.span import Span

ONE_DAY = timedelta(days=1)


def booking_context(
    session: Session, park: Park, kind: Kind, opening: Opening, now: datetime
) -> BookingContext:
    """Gather what holds for a kind and its rule."""
    return BookingContext(
        opening=opening,
        zone=park.zone,
        calendar=park_calendar(session, park.id),
        now=now,
        by_day=kind is Kind.STORAGE,
    )


def booking_context_for(
    session: Session, space: Space, span: Span, now: datetime, *, hold: bool = False
) -> BookingContext:
    """Gather what holds for a span of a space.

    Who books holds the extended hours of the day, if there are any: nobody takes them back meanwhile.
    """
    park = session.get_one(Park, space.park_id)
    day = local_day(span.start, park.zone)
    rule = rule_for(session, space, since=day - ONE_DAY)
    if hold and any(one.day == day for one in rule.extended):
        hold_extended_hours(session, park.id, day)
        rule = rule_for(session, space, since=day - ONE_DAY, anew=True)
    return booking_context(session, park, space.kind, rule, now)
