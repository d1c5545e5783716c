"""Working days follow the State Council's calendar, make-up days included."""

from __future__ import annotations

from datetime import date

import pytest

from booking.values.work_calendar import WorkCalendar

PARK = WorkCalendar(frozenset({date(2026, 10, 1)}), frozenset({date(2026, 10, 10)}))


def test_a_holiday_on_a_thursday_is_no_working_day() -> None:
    assert not PARK.is_working_day(date(2026, 10, 1))


def test_a_make_up_saturday_is_a_working_day() -> None:
    assert PARK.is_working_day(date(2026, 10, 10))


def test_other_days_are_what_their_weekday_says() -> None:
    friday, saturday, sunday = date(2026, 10, 16), date(2026, 10, 17), date(2026, 10, 18)
    assert [PARK.is_working_day(day) for day in (friday, saturday, sunday)] == [True, False, False]


def test_a_day_cannot_both_rest_and_work() -> None:
    day = frozenset({date(2026, 10, 1)})
    with pytest.raises(ValueError, match="2026-10-01"):
        WorkCalendar(day, day)
