"""What is asked of extended hours: which are to come, which there were, for whom one is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.spaces.extended.models import ExtendedHours
from booking.spaces.extended.rules import adds, hours_of_each
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rules_for
from booking.spaces.rules import ExtendedDay, Hours, Opening


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
    rules = rules_for(session, park.id, since=since)
    places = [space] if space is not None else places_with_hours(session, park.id)
    return {one.id: rules.of(one.id, one.kind) for one in places if one.kind is not Kind.STORAGE}


def open_anyhow(session: Session, park: Park, space: Space | None, asked: ExtendedDay) -> Hours | None:
    """Give the hours of a day that is open for as long as asked anyhow; None where it is not.

    Of the park those in which each of its places is open.
    """
    openings = list(openings_concerned(session, park, space, since=asked.day).values())
    calendar = park_calendar(session, park.id)
    return None if adds(asked, openings, calendar) else hours_of_each(openings, asked.day, calendar)


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
