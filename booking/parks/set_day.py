"""Say of one day whether people work."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import CalendarDay


def set_day(
    session: Session, park_id: int, day: date, *, working: bool | None, label: str, by: Actor, now: datetime
) -> None:
    """Make it a working day or a rest day, or (None) what its weekday says.

    What was rated before keeps its price: a charge has its own copy of what it was rated by.
    """
    row = session.scalar(select(CalendarDay).where(CalendarDay.park_id == park_id, CalendarDay.day == day))
    before = {"working": row.working, "label": row.label} if row else None
    if working is None:
        if row is not None:
            session.delete(row)
    else:
        row = row or CalendarDay(park_id=park_id, day=day)
        row.working, row.label = working, label
        session.add(row)
    after = {"day": day.isoformat(), "working": working, "label": label}
    record(session, "calendar.day_set", "calendar", day.year, by=by, now=now, before=before, after=after)
