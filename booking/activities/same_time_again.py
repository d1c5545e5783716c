"""The next day on which a hall is free at the weekday and time of an activity that is copied."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.queries import busy_between
from booking.reservations.rules import local_instant
from booking.spaces.models import Space
from booking.values.month import local_day
from booking.values.span import Span

WEEK = timedelta(weeks=1)
WEEKS = 26


def same_time_again(
    session: Session, park: Park, hall: Space, like: Span, first: date
) -> tuple[date | None, Sequence[date]]:
    """Give the day, the earliest from `first` on, and the days before it that are taken or at rest.

    What was on a working day is proposed for one. None where half a year is taken.
    """
    was = local_day(like.start, park.zone)
    day = first + timedelta(days=(was.weekday() - first.weekday()) % 7)
    days = [day + number * WEEK for number in range(WEEKS)]
    calendar = park_calendar(session, park.id)
    shift = like.start - local_instant(was, 0, park.zone)
    spans = {one: _at(one, shift, like, park) for one in days}
    busy = busy_between(session, hall, Span(spans[days[0]].start, spans[days[-1]].end))
    passed: list[date] = []
    for one in days:
        rests = calendar.is_working_day(was) and not calendar.is_working_day(one)
        if not rests and not any(spans[one].overlaps(Span(*taken)) for taken in busy):
            return one, passed
        passed.append(one)
    return None, passed


def _at(day: date, shift: timedelta, like: Span, park: Park) -> Span:
    start = local_instant(day, 0, park.zone) + shift
    return Span(start, start + like.length)
