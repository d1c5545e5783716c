"""Whether the hall is open for all of an activity, dated extended hours counted."""

from sqlalchemy.orm import Session

from booking.activities.rules import MINUTE, HallClosedThen, outside_hours
from booking.parks.queries import park_calendar
from booking.spaces.models import Space
from booking.spaces.queries import rule_for
from booking.values.span import Span


def check_hall_open(session: Session, hall: Space, span: Span) -> None:
    """Raise HallClosedThen: who needs more has the hours of that day extended first."""
    start, end = (one.astimezone(hall.park.zone).replace(tzinfo=None) for one in (span.start, span.end))
    midnight, day = start.replace(hour=0, minute=0, second=0, microsecond=0), start.date()
    hours = rule_for(session, hall, since=day).hours_on(day, park_calendar(session, hall.park_id))
    part = outside_hours((start - midnight) // MINUTE, -((midnight - end) // MINUTE), hours)
    if part:
        raise HallClosedThen(hall.id, day, hours, part)
