"""Whether the hall is open for all of an activity, dated extended hours counted, and who counts on those."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.activities.models import Activity, ActivityState
from booking.activities.rules import MINUTE, HallClosedThen, outside_hours
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.upcoming import spans_of
from booking.spaces.extended.queries import hold_extended_hours
from booking.spaces.models import Space
from booking.spaces.queries import rule_for
from booking.spaces.rules import Hours
from booking.values.span import Span


def check_hall_open(session: Session, hall: Space, span: Span) -> None:
    """Raise HallClosedThen: who needs more has the hours of that day extended first.

    Those hours are not taken back until the transaction ends.
    """
    start, end = (one.astimezone(hall.park.zone).replace(tzinfo=None) for one in (span.start, span.end))
    midnight, day = start.replace(hour=0, minute=0, second=0, microsecond=0), start.date()
    hold_extended_hours(session, hall.park_id, day)
    hours = rule_for(session, hall, since=day).hours_on(day, park_calendar(session, hall.park_id))
    part = outside_hours((start - midnight) // MINUTE, -((midnight - end) // MINUTE), hours)
    if part:
        raise HallClosedThen(hall.id, day, hours, part)


def activities_then(
    session: Session, park: Park, day: date, hours: Mapping[int, Sequence[Hours]]
) -> Sequence[str]:
    """Name what is published, or is to be by itself, in hours of spaces (`ActivitiesThen`); no draft."""
    spans = spans_of(day, hours, park.zone)
    told = Activity.state.in_([ActivityState.PUBLISHED, ActivityState.SCHEDULED])
    found = session.scalars(
        select(Activity).where(Activity.space_id.in_(list(spans)), told).order_by(Activity.starts_at)
    )
    return [one.title for one in found if any(one.span.overlaps(lost) for lost in spans[one.space_id])]
