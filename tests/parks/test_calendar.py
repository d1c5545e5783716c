"""The park's calendar follows the published lists, make-up days included, and can be put right by hand."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from booking.audit.actions import Actor
from booking.audit.models import AuditEntry
from booking.parks.models import CalendarDay
from booking.parks.queries import calendar_year, park_calendar, provisional_years
from booking.parks.rules import NoSuchZone, ParkCodeTaken, YearNotKnown
from booking.parks.set_up import create_park, known_years, seed_calendar, set_day

HOUSE = Actor.system("test")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
MAKE_UP_DAYS_2026 = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]


def test_2026_has_its_six_make_up_working_days_and_its_holidays(session, world, now):
    park = world.park()
    seed_calendar(session, park.id, 2026, by=HOUSE, now=now)
    session.commit()
    calendar = park_calendar(session, park.id)
    assert sorted(calendar.working_days) == MAKE_UP_DAYS_2026
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert not calendar.is_working_day(date(2026, 2, 16))
    assert calendar.is_working_day(date(2026, 2, 28))
    assert not calendar.is_working_day(date(2026, 11, 7))
    assert provisional_years(session, park.id, *YEAR) == ()


def test_filling_a_year_twice_changes_nothing(session, world, now):
    park = world.park()
    first = seed_calendar(session, park.id, 2026, by=HOUSE, now=now)
    session.commit()
    assert seed_calendar(session, park.id, 2026, by=HOUSE, now=now) == first
    session.commit()
    assert len(session.scalars(select(CalendarDay).where(CalendarDay.park_id == park.id)).all()) == first


def test_a_year_without_a_list_is_put_in_by_hand(session, world, now):
    with pytest.raises(YearNotKnown):
        seed_calendar(session, world.park().id, known_years()[-1] + 1, by=HOUSE, now=now)


def test_one_day_can_be_made_a_working_day_and_back(session, world, now):
    park = world.park()
    saturday = date(2026, 11, 7)
    set_day(session, park.id, saturday, working=True, label="补班", by=HOUSE, now=now)
    session.commit()
    assert park_calendar(session, park.id).is_working_day(saturday)
    set_day(session, park.id, saturday, working=None, label="", by=HOUSE, now=now)
    session.commit()
    assert not park_calendar(session, park.id).is_working_day(saturday)
    trail = session.scalars(select(AuditEntry).where(AuditEntry.action == "calendar.day_set")).all()
    assert [entry.after["working"] for entry in trail if entry.after] == [True, None]


def test_a_new_park_has_this_years_calendar(session, now):
    park = create_park(session, "QX", "清溪示例园区", "Asia/Shanghai", by=HOUSE, now=now)
    session.commit()
    known = calendar_year(session, park.id, 2026)
    assert known is not None
    assert known.published
    with pytest.raises(ParkCodeTaken):
        create_park(session, "QX", "又一个", "Asia/Shanghai", by=HOUSE, now=now)
    with pytest.raises(NoSuchZone):
        create_park(session, "Q2", "又一个", "Asia/Shanghigh", by=HOUSE, now=now)
