"""Extended hours: a day opened for longer than by rule, of the park or one space; taken back; asked about.

Hours that were granted are taken back as long as nobody counts on them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.spaces.extended import rules
from booking.spaces.models import ExtendedHours, Kind, Space
from booking.spaces.queries import rules_for
from booking.spaces.rules import ExtendedDay, Hours, Opening
from booking.values import ReasonMissing
from booking.values.reading import readable


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
        raise rules.ExtendedBefore(before.opens_minute, before.closes_minute)
    openings = openings_concerned(session, park, space, since=asked.day)
    calendar = park_calendar(session, park.id)
    rules.check_extended_day(asked, list(openings.values()), calendar, now.astimezone(park.zone))
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
        raise rules.ExtendedBefore(asked.opens, asked.closes) from error


class BookedThen(Protocol):
    """Counts who is to be, or is, at places in hours of a day."""

    def __call__(self, session: Session, park: Park, day: date, hours: Mapping[int, Sequence[Hours]]) -> int:
        """Count reservations asked for, booked or in use and stays, by space and hours of it."""
        ...


class ActivitiesThen(Protocol):
    """Names what takes place in hours of a day."""

    def __call__(
        self, session: Session, park: Park, day: date, hours: Mapping[int, Sequence[Hours]]
    ) -> Sequence[str]:
        """Give the titles of the activities that everybody was told of, or will be, by space and hours."""
        ...


def take_back_hours(
    session: Session,
    extended_id: int,
    reason: str,
    *,
    booked_then: BookedThen,
    activities_then: ActivitiesThen,
    by: Actor,
    now: datetime,
) -> ExtendedHours:
    """Let the rule hold again on that day; the grant stays readable. Taken back before, nothing happens.

    Raises ReasonMissing, HoursOver for hours that have begun, and HoursBooked where bookings or activities
    lie in them.
    """
    granted = session.get_one(ExtendedHours, extended_id, with_for_update=True, populate_existing=True)
    if granted.taken_back_at is not None:
        return granted
    reason = readable(reason)
    if not reason:
        raise ReasonMissing
    park = session.get_one(Park, granted.park_id)
    before = kept_facts(granted)
    granted.taken_back_at, granted.taken_back_by_id = now, by.member_id
    granted.taken_back_reason = reason
    session.flush()
    lost = _lost(session, park, granted)
    if rules.has_begun(
        granted.day, [one for hours in lost.values() for one in hours], now.astimezone(park.zone)
    ):
        raise rules.HoursOver(granted.day)
    count = booked_then(session, park, granted.day, lost)
    titles = activities_then(session, park, granted.day, lost)
    if count or titles:
        raise rules.HoursBooked(count, tuple(titles))
    record(
        session, Action.HOURS_TAKEN_BACK, "extended_hours", granted.id,
        by=by, now=now, before=before, reason=reason,
    )  # fmt: skip
    return granted


def _lost(session: Session, park: Park, taken: ExtendedHours) -> dict[int, list[Hours]]:
    """Give what each place loses of its day: what nothing else opens."""
    calendar = park_calendar(session, park.id)
    day = ExtendedDay(taken.day, taken.opens_minute, taken.closes_minute)
    openings = openings_concerned(session, park, taken.space, since=taken.day)
    lost = {space_id: list(rules.gained(opening, day, calendar)) for space_id, opening in openings.items()}
    return {space_id: hours for space_id, hours in lost.items() if hours}


def extended_hours_of(
    session: Session, park_id: int, today: date, *, past: bool, limit: int, offset: int = 0
) -> Sequence[ExtendedHours]:
    """List what is to come, the nearest first; or what is over or was taken back, the latest first."""
    coming = (ExtendedHours.day >= today) & ExtendedHours.taken_back_at.is_(None)
    order = [ExtendedHours.day, ExtendedHours.id]
    return session.scalars(
        select(ExtendedHours)
        .where(ExtendedHours.park_id == park_id, ~coming if past else coming)
        .options(joinedload(ExtendedHours.space), joinedload(ExtendedHours.granted_by))
        .options(joinedload(ExtendedHours.taken_back_by))
        .order_by(*(one.desc() for one in order) if past else order)
        .limit(limit)
        .offset(offset)
    ).all()


def extended_hours_in_park(session: Session, park_id: int, extended_id: int) -> ExtendedHours | None:
    """Find one; None where it is another park's."""
    return session.scalar(
        select(ExtendedHours)
        .where(ExtendedHours.id == extended_id, ExtendedHours.park_id == park_id)
        .options(joinedload(ExtendedHours.space))
    )


def hold_extended_hours(session: Session, park_id: int, *days: date) -> None:
    """Keep the days' extended hours from being taken back until the transaction ends; waits for who does."""
    session.execute(
        select(ExtendedHours.id)
        .where(ExtendedHours.park_id == park_id, ExtendedHours.day.in_(days))
        .where(ExtendedHours.taken_back_at.is_(None))
        .order_by(ExtendedHours.id)
        .with_for_update(read=True)
    ).all()


def extended_for_need(session: Session, need_id: int) -> Sequence[ExtendedHours]:
    """List what was granted for a need, taken back or not."""
    return session.scalars(
        select(ExtendedHours)
        .where(ExtendedHours.need_id == need_id)
        .options(joinedload(ExtendedHours.space))
        .order_by(ExtendedHours.id)
    ).all()


def places_with_hours(session: Session, park_id: int) -> Sequence[Space]:
    """List the spaces in use that are had by the hour, in the order of their lists."""
    return session.scalars(
        select(Space)
        .where(Space.park_id == park_id, Space.retired_at.is_(None), Space.kind != Kind.STORAGE)
        .order_by(Space.kind, Space.position, Space.code)
    ).all()


def openings_concerned(
    session: Session, park: Park, space: Space | None, *, since: date
) -> Mapping[int, Opening]:
    """Give the rules, with their exceptions, of the places that one is for, by space."""
    park_rules = rules_for(session, park.id, since=since)
    places = [space] if space is not None else places_with_hours(session, park.id)
    return {one.id: park_rules.of(one.id, one.kind) for one in places if one.kind is not Kind.STORAGE}


def open_anyhow(session: Session, park: Park, space: Space | None, asked: ExtendedDay) -> Hours | None:
    """Give the hours of a day that is open for as long as asked anyhow; None where it is not.

    Of the park those in which each of its places is open.
    """
    openings = list(openings_concerned(session, park, space, since=asked.day).values())
    calendar = park_calendar(session, park.id)
    return (
        None if rules.adds(asked, openings, calendar) else rules.hours_of_each(openings, asked.day, calendar)
    )


def kept_facts(granted: ExtendedHours) -> dict[str, Any]:
    """Give what the trail keeps."""
    return {
        "space_id": granted.space_id,
        "day": granted.day.isoformat(),
        "opens_minute": granted.opens_minute,
        "closes_minute": granted.closes_minute,
        "reason": granted.reason,
        "need_id": granted.need_id,
    }
