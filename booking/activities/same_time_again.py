"""The next day on which a hall is free at the weekday and time of an activity that is copied."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.activities.models import Activity, ActivityState
from booking.activities.rules import MINUTE, outside_hours
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.queries import busy_between
from booking.reservations.rules import local_instant
from booking.spaces.models import Space
from booking.spaces.queries import rule_for
from booking.values.month import local_day
from booking.values.span import Span

WEEK = timedelta(weeks=1)
WEEKS = 26


def same_time_again(
    session: Session, park: Park, hall: Space, like: Span, first: date
) -> tuple[date | None, Sequence[date]]:
    """Give the day, the earliest from `first` on, and the days before it that are taken or at rest.

    What was on a working day is proposed for one; none for a day on which the hall is closed then, or
    something else goes on in the park: nobody is in two halls. None where half a year is taken.
    """
    was = local_day(like.start, park.zone)
    day = first + timedelta(days=(was.weekday() - first.weekday()) % 7)
    days = [day + number * WEEK for number in range(WEEKS)]
    calendar = park_calendar(session, park.id)
    shift = like.start - local_instant(was, 0, park.zone)
    spans = {one: _at(one, shift, like, park) for one in days}
    all_of_it = Span(spans[days[0]].start, spans[days[-1]].end)
    busy = [Span(*taken) for taken in busy_between(session, hall, all_of_it)]
    busy += _activities(session, park, all_of_it)
    opening, minutes = rule_for(session, hall, since=days[0]), like.length // MINUTE
    passed: list[date] = []
    for one in days:
        rests = calendar.is_working_day(was) and not calendar.is_working_day(one)
        closed = outside_hours(shift // MINUTE, shift // MINUTE + minutes, opening.hours_on(one, calendar))
        if not rests and not closed and not any(spans[one].overlaps(taken) for taken in busy):
            return one, passed
        passed.append(one)
    return None, passed


def _activities(session: Session, park: Park, within: Span) -> list[Span]:
    """List when something goes on in any hall of the park, drafts included."""
    there = (Activity.park_id == park.id, Activity.state != ActivityState.CALLED_OFF)
    found = select(Activity.starts_at, Activity.ends_at).where(*there)
    rows = session.execute(found.where(Activity.starts_at < within.end, Activity.ends_at > within.start))
    return [Span(*row) for row in rows]


def _at(day: date, shift: timedelta, like: Span, park: Park) -> Span:
    start = local_instant(day, 0, park.zone) + shift
    return Span(start, start + like.length)
