"""Take back hours that were granted, as long as nobody counts on them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.spaces.extended.models import ExtendedHours
from booking.spaces.extended.queries import kept_facts, openings_concerned
from booking.spaces.extended.rules import HoursBooked, HoursOver, gained, has_begun
from booking.spaces.rules import ExtendedDay, Hours
from booking.values.readable import readable
from booking.values.refusal import ReasonMissing


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
    if has_begun(granted.day, [one for hours in lost.values() for one in hours], now.astimezone(park.zone)):
        raise HoursOver(granted.day)
    count = booked_then(session, park, granted.day, lost)
    titles = activities_then(session, park, granted.day, lost)
    if count or titles:
        raise HoursBooked(count, tuple(titles))
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
    lost = {space_id: list(gained(opening, day, calendar)) for space_id, opening in openings.items()}
    return {space_id: hours for space_id, hours in lost.items() if hours}
