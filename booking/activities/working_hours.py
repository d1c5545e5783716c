"""When mail that need not go on a rest day goes out."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.rules import local_instant
from booking.values.month import local_day
from booking.values.work_calendar import next_working_day

MORNING = 8 * 60


def mailed_from(session: Session, park: Park, now: datetime) -> datetime:
    """Give now on a working day, else the morning of the next one (docs/rules.md, Activities)."""
    today = local_day(now, park.zone)
    calendar = park_calendar(session, park.id)
    day = next_working_day(calendar, today)
    return now if day == today else local_instant(day, MORNING, park.zone)
