"""What is asked about a park and its calendar."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.parks.edition import kept
from booking.parks.models import CalendarDay, CalendarYear, Park
from booking.values.work_calendar import WorkCalendar


def park_with_code(session: Session, code: str) -> Park | None:
    """Find a park by the code in its invoice numbers."""
    return session.scalar(select(Park).where(Park.code == code))


def only_park(session: Session) -> Park | None:
    """Give the park of an installation that serves one alone."""
    parks = session.scalars(select(Park).order_by(Park.id).limit(2)).all()
    return parks[0] if len(parks) == 1 else None


def all_parks(session: Session) -> Sequence[Park]:
    """List the parks of the installation, for what is done in each."""
    return session.scalars(select(Park).order_by(Park.id)).all()


def park_calendar(session: Session, park_id: int) -> WorkCalendar:
    """Give the park's calendar: what is a rest day or a working day against its weekday, of all years."""
    return kept(session, park_id, "calendar", lambda: _calendar(session, park_id))


def _calendar(session: Session, park_id: int) -> WorkCalendar:
    wanted = select(CalendarDay.day, CalendarDay.working).where(CalendarDay.park_id == park_id)
    days = session.execute(wanted.order_by(CalendarDay.day)).all()
    return WorkCalendar(
        rest_days=frozenset(day for day, working in days if not working),
        working_days=frozenset(day for day, working in days if working),
    )


def provisional_years(session: Session, park_id: int, first: date, last: date) -> tuple[int, ...]:
    """Give the years between the days whose calendar is not published yet, in order."""
    published = kept(session, park_id, "published years", lambda: _published(session, park_id))
    return tuple(year for year in range(first.year, last.year + 1) if year not in published)


def _published(session: Session, park_id: int) -> frozenset[int]:
    wanted = select(CalendarYear.year).where(CalendarYear.park_id == park_id, CalendarYear.published)
    return frozenset(session.scalars(wanted.order_by(CalendarYear.year)))


def named_days(session: Session, park_id: int, year: int) -> dict[date, CalendarDay]:
    """Give the days of a year that are not what their weekday says, or have a name."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    days = select(CalendarDay).where(CalendarDay.park_id == park_id, within).order_by(CalendarDay.day)
    return {row.day: row for row in session.scalars(days)}


def calendar_year(session: Session, park_id: int, year: int) -> CalendarYear | None:
    """Find the row of a year: published or provisional, and its source."""
    wanted = select(CalendarYear).where(CalendarYear.park_id == park_id, CalendarYear.year == year)
    return session.scalar(wanted)
