"""Questions about a park: which days people work there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from booking.parks.models import CalendarDay, CalendarYear
from booking.values.work_calendar import WorkCalendar

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def working_days(session: Session, park_id: int, first: date, last: date) -> WorkCalendar:
    """Give the park's calendar, good for the days `first` to `last`, both included."""
    days = session.execute(
        select(CalendarDay.day, CalendarDay.working)
        .where(CalendarDay.park_id == park_id, CalendarDay.day.between(first, last))
        .order_by(CalendarDay.day)
    ).all()
    return WorkCalendar(
        rest_days=frozenset(day for day, working in days if not working),
        working_days=frozenset(day for day, working in days if working),
    )


def provisional_years(session: Session, park_id: int, first: date, last: date) -> tuple[int, ...]:
    """Name the years between the days whose calendar nobody has published yet, in order."""
    published = session.scalars(
        select(CalendarYear.year)
        .where(CalendarYear.park_id == park_id, CalendarYear.published)
        .order_by(CalendarYear.year)
    ).all()
    return tuple(year for year in range(first.year, last.year + 1) if year not in published)
