"""Note that somebody wanted a place and none was to be had, so that want of room can be counted."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.db.rows import insert_into
from booking.people.models import Member
from booking.spaces.models import Kind
from booking.usage.models import TurnedAway
from booking.values import FAR_FUTURE, Month, Span

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


WantsByHour = Mapping[int, int]
"""How many were turned away, by the hour they wanted."""


def turned_away_in(session: Session, park_id: int, month: Month) -> Mapping[Kind, Mapping[date, WantsByHour]]:
    """Tell of each kind and day of a month how many found no room, in one query; stores are not counted."""
    rows = session.execute(
        select(TurnedAway.kind, TurnedAway.day, TurnedAway.hour, func.count())
        .where(TurnedAway.park_id == park_id, TurnedAway.kind != Kind.STORAGE)
        .where(TurnedAway.day.between(month.first_day, month.last_day))
        .group_by(TurnedAway.kind, TurnedAway.day, TurnedAway.hour)
        .order_by(TurnedAway.day, TurnedAway.hour)
    )
    found: defaultdict[Kind, defaultdict[date, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for kind, day, hour, count in rows:
        found[kind][day][hour] = count
    return found
