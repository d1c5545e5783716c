"""When mail that need not go on a rest day goes out."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import working_days
from booking.reservations.rules import local_instant
from booking.values.month import local_day

MORNING = 8 * 60
LONGEST_HOLIDAY = timedelta(days=31)
ONE_DAY = timedelta(days=1)


def mailed_from(session: Session, park: Park, now: datetime) -> datetime:
    """Give now on a working day, else the morning of the next one (docs/rules.md, Activities)."""
    today = local_day(now, park.zone)
    calendar = working_days(session, park.id, today, today + LONGEST_HOLIDAY)
    day = today
    while not calendar.is_working_day(day) and day < today + LONGEST_HOLIDAY:
        day += ONE_DAY
    return now if day == today else local_instant(day, MORNING, park.zone)
