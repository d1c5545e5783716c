"""Say that a year's calendar is published, or still provisional."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import CalendarYear


def mark_year(
    session: Session, park_id: int, year: int, *, published: bool, source: str, by: Actor, now: datetime
) -> None:
    """Keep it with the source of the list; while it is provisional, the screens that use it say so."""
    row = year_of(session, park_id, year)
    before = {"published": bool(row.published), "source": row.source}
    row.published, row.source = published, source or None
    after = {"published": published, "source": row.source}
    record(session, "calendar.marked", "calendar", year, by=by, now=now, before=before, after=after)


def year_of(session: Session, park_id: int, year: int) -> CalendarYear:
    """Find the row of a year, or add it."""
    wanted = select(CalendarYear).where(CalendarYear.park_id == park_id, CalendarYear.year == year)
    row = session.scalar(wanted)
    if row is None:
        row = CalendarYear(park_id=park_id, year=year, published=False)
        session.add(row)
        session.flush()
    return row
