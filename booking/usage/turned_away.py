"""Note that somebody wanted a place and none was to be had, so that want of room can be counted."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.db.upsert import insert_into
from booking.people.models import Member
from booking.spaces.models import Kind
from booking.usage.models import TurnedAway
from booking.values.span import FAR_FUTURE, Span

MINUTES_OF_DAY = 24 * 60


def note_turned_away(
    session: Session,
    member: Member,
    kind: Kind,
    span: Span,
    zone: ZoneInfo,
    *,
    now: datetime,
    space_id: int | None = None,
) -> None:
    """Count a wish that found no room once a person, kind and hour wanted, however often it is tried.

    Whoever tries the next room within the same hour is the same want of room. Safe twice.
    """
    local = span.start.astimezone(zone)
    minutes = MINUTES_OF_DAY if span.end >= FAR_FUTURE else span.minutes
    statement = insert_into(session, TurnedAway).values(
        park_id=member.park_id,
        member_id=member.id,
        kind=kind,
        space_id=space_id,
        day=local.date(),
        hour=local.hour,
        minutes=minutes,
        at=now,
    )
    session.execute(
        statement.on_conflict_do_nothing(index_elements=["member_id", "kind", "day", "hour"]),
        execution_options={"synchronize_session": False},
    )
