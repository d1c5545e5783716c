"""Open a day for longer than the rule does: the whole park, or one space."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.spaces.extended.models import ExtendedHours
from booking.spaces.extended.queries import kept_facts, openings_concerned
from booking.spaces.extended.rules import ExtendedBefore, check_extended_day
from booking.spaces.models import Space
from booking.spaces.rules import ExtendedDay
from booking.values.readable import readable
from booking.values.refusal import ReasonMissing


def grant_hours(
    session: Session,
    park: Park,
    space: Space | None,
    asked: ExtendedDay,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    need_id: int | None = None,
) -> ExtendedHours:
    """Open a day of the park, or of a space, for longer; `need_id` is the need that asked for it.

    Raises ReasonMissing, NoHourNamed, ClosesTooEarly, ExtendedInPast, NothingLonger, and ExtendedBefore where
    the day has its exception already. The same one for the same need twice is one.
    """
    reason = readable(reason)
    if not reason:
        raise ReasonMissing
    if (before := _standing(session, park, space, asked)) is not None:
        if need_id is not None and before.need_id == need_id and _is_same(before, asked):
            return before
        raise ExtendedBefore(before.opens_minute, before.closes_minute)
    openings = openings_concerned(session, park, space, since=asked.day)
    calendar = park_calendar(session, park.id)
    check_extended_day(asked, list(openings.values()), calendar, now.astimezone(park.zone))
    granted = ExtendedHours(
        park_id=park.id,
        space_id=space.id if space else None,
        day=asked.day,
        opens_minute=asked.opens,
        closes_minute=asked.closes,
        reason=reason,
        need_id=need_id,
        granted_at=now,
        granted_by_id=by.member_id,
    )
    session.add(granted)
    _keep_once(session, asked)
    facts = kept_facts(granted)
    record(session, Action.HOURS_EXTENDED, "extended_hours", granted.id, by=by, now=now, after=facts)
    return granted


def _standing(session: Session, park: Park, space: Space | None, asked: ExtendedDay) -> ExtendedHours | None:
    mine = ExtendedHours.space_id == space.id if space else ExtendedHours.space_id.is_(None)
    return session.scalar(
        select(ExtendedHours)
        .where(ExtendedHours.park_id == park.id, mine, ExtendedHours.day == asked.day)
        .where(ExtendedHours.taken_back_at.is_(None))
    )


def _is_same(before: ExtendedHours, asked: ExtendedDay) -> bool:
    return (before.opens_minute, before.closes_minute) == (asked.opens, asked.closes)


def _keep_once(session: Session, asked: ExtendedDay) -> None:
    """Flush; the database judges who was first where two open one day at once."""
    try:
        session.flush()
    except IntegrityError as error:
        raise ExtendedBefore(asked.opens, asked.closes) from error
