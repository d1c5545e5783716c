"""Take a year's holidays and make-up working days from the published lists."""

from datetime import date, datetime, timedelta

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays, workdays
from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.mark_year import year_of
from booking.parks.models import CalendarDay
from booking.parks.rules import YearNotKnown

HOLIDAYS = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节")  # as the library names them


def known_years() -> list[int]:
    """Name the years whose lists are at hand, in order."""
    return sorted({day.year for day in holidays})


SOURCE = f"chinesecalendar {chinese_calendar.__version__}"


def seed_calendar(session: Session, park_id: int, year: int, *, by: Actor, now: datetime) -> int:
    """Put the year's days as they were published, instead of what stands there; tells how many.

    Raises YearNotKnown. The library's `is_in_lieu` marks days off, so make-up working days come from
    its list of working days (State Council's yearly notice).
    """
    if year not in known_years():
        raise YearNotKnown(year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    here = (CalendarDay.park_id == park_id, CalendarDay.day.between(first, last))
    session.execute(delete(CalendarDay).where(*here))
    days = [
        CalendarDay(park_id=park_id, day=day, working=working, label=label)
        for day in (first + timedelta(number) for number in range((last - first).days + 1))
        for working, label in [_published(day)]
        if label
    ]
    session.add_all(days)
    row = year_of(session, park_id, year)
    row.published, row.source = True, SOURCE
    after = {"year": year, "days": len(days), "source": SOURCE}
    record(session, "calendar.seeded", "calendar", year, by=by, now=now, after=after, park_id=park_id)
    return len(days)


MAKE_UP = "调休上班"


def _published(day: date) -> tuple[bool, str]:
    if day in workdays:
        return True, MAKE_UP
    return False, Holiday(holidays[day]).chinese if day in holidays else ""
