"""Gathers what the rules look at before they judge a span."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.rules import BookingContext
from booking.spaces.extended.queries import hold_extended_hours
from booking.spaces.models import AnySpace, Kind
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
    session: Session, space: AnySpace, span: Span, now: datetime, *, hold: bool = False
) -> BookingContext:
    """Gather what holds for a span of a space; who books holds the extended hours of the day."""
    park = session.get_one(Park, space.park_id)
    day = local_day(span.start, park.zone)
    since = day - ONE_DAY
    rule = held_rule(session, space, since, day=day) if hold else rule_for(session, space, since=since)
    return booking_context(session, park, space.kind, rule, now)


def held_rule(session: Session, space: AnySpace, since: date, *, day: date | None = None) -> Opening:
    """Give what holds for a space from a day on, for who books; its extended hours are held.

    Those of one day, or of all days: nobody takes them back before the transaction ends.
    """
    rule = rule_for(session, space, since=since)
    days = {one.day for one in rule.extended if day is None or one.day == day}
    if not days:
        return rule
    hold_extended_hours(session, space.park_id, *days)
    return rule_for(session, space, since=since, anew=True)
