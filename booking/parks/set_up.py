"""Set up a park, from the shell or as its administrator: its particulars, and its calendar.

Holidays and make-up working days are put in as published, or day by day by hand.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays, workdays
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import change_row, record
from booking.parks import rules
from booking.parks.models import CalendarDay, CalendarYear, Park
from booking.values.names import check_name, check_names


def known_years() -> list[int]:
    """Years whose holidays the library knows, in order."""
    return sorted({day.year for day in holidays})


HOLIDAYS = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆节")  # as the library names them
SOURCE = f"chinesecalendar {chinese_calendar.__version__}"


def seed_calendar(session: Session, park_id: int, year: int, *, by: Actor, now: datetime) -> int:
    """Replace a year's days by the published list; gives how many there are.

    Raises YearNotKnown. The library's `is_in_lieu` marks days off, so make-up working days come from
    its list of working days (State Council's yearly notice).
    """
    if year not in known_years():
        raise rules.YearNotKnown(year)
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
    record(session, Action.CALENDAR_SEEDED, "calendar", year, by=by, now=now, after=after, park_id=park_id)
    return len(days)


MAKE_UP = "调休上班"


def _published(day: date) -> tuple[bool, str]:
    if day in workdays:
        return True, MAKE_UP
    return False, Holiday(holidays[day]).chinese if day in holidays else ""


def set_day(
    session: Session, park_id: int, day: date, *, working: bool | None, label: str, by: Actor, now: datetime
) -> None:
    """Make one day a working day or a rest day, or (None) what its weekday is.

    Charges already rated keep their price: each has its own copy of what it was rated by.
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
    record(session, Action.CALENDAR_DAY_SET, "calendar", day.year, by=by, now=now, before=before, after=after)


def mark_year(
    session: Session, park_id: int, year: int, *, published: bool, source: str, by: Actor, now: datetime
) -> None:
    """Mark a year's calendar as published, with its source, or as provisional, which the screens then say."""
    row = year_of(session, park_id, year)
    before = {"published": bool(row.published), "source": row.source}
    row.published, row.source = published, source or None
    after = {"published": published, "source": row.source}
    record(session, Action.CALENDAR_MARKED, "calendar", year, by=by, now=now, before=before, after=after)


def year_of(session: Session, park_id: int, year: int) -> CalendarYear:
    """Find the year's row, or add it."""
    wanted = select(CalendarYear).where(CalendarYear.park_id == park_id, CalendarYear.year == year)
    row = session.scalar(wanted)
    if row is None:
        row = CalendarYear(park_id=park_id, year=year, published=False)
        session.add(row)
        session.flush()
    return row


def create_park(session: Session, code: str, name: str, zone_name: str, *, by: Actor, now: datetime) -> Park:
    """Create a park, with the calendars of the years that are known.

    Raises NameHoldsAddress, ParkCodeTaken or NoSuchZone.
    """
    check_name(name)
    rules.check_zone(zone_name)
    if session.scalar(select(Park.id).where(Park.code == code)) is not None:
        raise rules.ParkCodeTaken(code)
    park = Park(code=code, name=name, zone_name=zone_name)
    session.add(park)
    session.flush()
    this_year = now.astimezone(park.zone).year
    for year in known_years():
        if year >= this_year - 1:
            seed_calendar(session, park.id, year, by=by, now=now)
    after = {"code": code, "name": name, "zone_name": zone_name}
    record(session, Action.PARK_CREATED, "park", park.id, by=by, now=now, after=after, park_id=park.id)
    return park


def edit_park(session: Session, park: Park, facts: Mapping[str, Any], *, by: Actor, now: datetime) -> bool:
    """Set the facts (named as the columns); tells whether any changed. Issued invoices keep their own copy.

    Raises NameHoldsAddress, ParkClosesBeforeItOpens, NoSuchZone or BadSellerUscc.
    """
    wanted = dict(facts)
    check_names(wanted, rules.MAILED_NAMES, park)
    rules.check_hours(wanted["opens"], wanted["closes"])
    rules.check_zone(wanted["zone_name"])
    wanted["seller_uscc"] = rules.check_seller(wanted["seller_uscc"])
    before, after = change_row(park, wanted)
    if after:
        record(session, Action.PARK_EDITED, "park", park.id, by=by, now=now, before=before, after=after)
    return bool(after)
