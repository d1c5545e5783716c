"""Reads what a door is told of its space: when it is taken and open, and nothing of anybody."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.activities.models import Activity, ActivityState
from booking.parks.models import Park
from booking.reservations.booking_context import booking_context_for
from booking.reservations.queries import ClaimRow, claims_between
from booking.spaces.models import Space, space_part
from booking.usage.door.rules import DoorClaim, DoorDay
from booking.usage.door_queries import at_the_door
from booking.usage.models import Stay
from booking.values.month import local_day
from booking.values.span import Span

AHEAD = timedelta(hours=36)
"""So far a door is told ahead: a night and a day without network, and the morning after."""
ONE_DAY = timedelta(days=1)


def door_day(session: Session, park: Park, space: Space, now: datetime) -> DoorDay:
    """Gather a space's claims and hours of the coming 36 hours, in a number of queries that does not grow."""
    ahead = Span(now, now + AHEAD)
    at = booking_context_for(session, space, ahead, now)
    rows = {(one.starts_at, one.ends_at): one for one in claims_between(session, space, ahead)}  # parts alike
    booked = [one.reservation_id for one in rows.values() if one.reservation_id is not None]
    came = set(session.scalars(select(Stay.reservation_id).where(Stay.reservation_id.in_(booked))))
    days = {local_day(now + days * ONE_DAY, park.zone) for days in range(3)}
    opened = [span for span in map(at.open_on, sorted(days)) if span is not None]
    door = at_the_door(session, park, space, None, now)
    return DoorDay(
        [_claim(row, came) for _, row in sorted(rows.items())],
        () if space.retired_at is not None else opened,
        timedelta(minutes=park.early_minutes),
        timedelta(minutes=park.grace_minutes),
        stays_over=door.busy and door.busy_until is None,
    )


def _claim(row: ClaimRow, came: set[int | None]) -> DoorClaim:
    span = Span(row.starts_at, row.ends_at)
    ends = row.agreed_end if row.agreed_end and span.start < row.agreed_end < span.end else span.end
    expected = row.reservation_id is not None and row.reservation_id not in came
    return DoorClaim(span, Span(span.start, ends), expected, closed=row.closure_id is not None)


MOST_ACTIVITIES = 4


def activities_at(session: Session, space: Space, now: datetime) -> list[Activity]:
    """List what is published and happens in a hall, or a whole that it is a part of, from now on."""
    wholes = select(space_part.c.whole_id).where(space_part.c.part_id == space.id)
    there = (Activity.space_id == space.id) | Activity.space_id.in_(wholes)
    coming = (Activity.state == ActivityState.PUBLISHED, Activity.ends_at > now)
    found = select(Activity).where(there, *coming).order_by(Activity.starts_at, Activity.id)
    return list(session.scalars(found.limit(MOST_ACTIVITIES)))
