"""When the steps of 11530 are: the 1st, the 15th, the 30th, their mail on working days, caught up once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.rhythm.cycle_days import CycleStep, days_of_month, days_of_step, due_steps, step_day
from booking.values import Month, WorkCalendar, next_working_day

SHANGHAI = ZoneInfo("Asia/Shanghai")
URUMQI = ZoneInfo("Asia/Urumqi")
LIST, FOLLOW_UP, EVALUATION = CycleStep
# As the State Council published it for 2026: National Day from 1 to 7 October, the 10th is worked.
IN_2026 = WorkCalendar(
    rest_days=frozenset(date(2026, 10, day) for day in range(1, 8)),
    working_days=frozenset({date(2026, 2, 28), date(2026, 10, 10)}),  # a Saturday each,
)
WEEKDAYS_ONLY = WorkCalendar()
OCTOBER, FEBRUARY = Month(2026, 10, SHANGHAI), Month(2026, 2, SHANGHAI)


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("step", "month", "calendar", "day", "mail_day", "last_day"),
    [
        (LIST, OCTOBER, IN_2026, "2026-10-01", "2026-10-08", "2026-10-14"),
        (LIST, OCTOBER, WEEKDAYS_ONLY, "2026-10-01", "2026-10-01", "2026-10-14"),  # not published
        (FOLLOW_UP, OCTOBER, IN_2026, "2026-10-15", "2026-10-15", "2026-10-29"),
        (EVALUATION, OCTOBER, IN_2026, "2026-10-30", "2026-10-30", "2026-10-31"),
        (EVALUATION, FEBRUARY, IN_2026, "2026-02-28", "2026-02-28", "2026-02-28"),
        (EVALUATION, FEBRUARY, WEEKDAYS_ONLY, "2026-02-28", "2026-03-02", "2026-03-02"),
        (EVALUATION, Month(2028, 2, SHANGHAI), WEEKDAYS_ONLY, "2028-02-29", "2028-02-29", "2028-02-29"),
    ],
)  # fmt: skip
def test_a_step_has_its_day_and_its_mail_the_next_working_day(step, month, calendar, day, mail_day, last_day):
    found = days_of_step(step, month, calendar)
    assert [str(one) for one in (found.day, found.mail_day, found.last_day)] == [day, mail_day, last_day]


@pytest.mark.parametrize(
    ("now", "steps"),
    [
        ("2026-10-01 09:30", []),  # a holiday: the app shows the list, no mail goes out
        ("2026-10-08 08:59", []),
        ("2026-10-08 09:00", [LIST]),
        ("2026-10-14 23:59", [LIST]),  # the worker stood still: caught up
        ("2026-10-15 08:00", []),  # and no more
        ("2026-10-29 12:00", [FOLLOW_UP]),
        ("2026-10-30 09:00", [EVALUATION]),
        ("2026-11-01 12:00", []),  # a Sunday
        ("2026-11-02 12:00", [LIST]),
    ],
)
def test_what_is_due_at_a_moment(now, steps):
    local = at(now)
    due = due_steps(local, Month.of(local, SHANGHAI), IN_2026)
    assert [days.step for days in due] == steps


def test_two_parks_in_two_zones_are_each_on_their_own_day():
    instant = at("2026-12-01 09:30")
    here, there = (instant.astimezone(zone) for zone in (SHANGHAI, URUMQI))
    assert [one.step for one in due_steps(here, Month.of(here, SHANGHAI), WEEKDAYS_ONLY)] == [LIST]
    assert due_steps(there, Month.of(there, URUMQI), WEEKDAYS_ONLY) == []  # half past seven


@pytest.mark.parametrize(
    ("joined", "step", "had"),
    [
        ("2026-09-20", LIST, True),
        ("2026-09-30", LIST, True),
        ("2026-10-01", LIST, False),  # the list is about September
        ("2026-10-15", FOLLOW_UP, True),
        ("2026-10-20", FOLLOW_UP, False),  # opened on the 20th: the 15th is not caught up
        ("2026-10-20", EVALUATION, True),
    ],
)
def test_nobody_gets_a_list_about_a_month_they_did_not_have(joined, step, had):
    assert days_of_step(step, OCTOBER, IN_2026).had(date.fromisoformat(joined)) is had


@given(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.sets(st.integers(0, 366), max_size=60),
    st.integers(0, 23),
)
def test_each_step_has_days_of_its_own_and_its_mail_never_goes_on_a_rest_day(day, rests, hour):
    rest_days = frozenset(date(day.year, 1, 1) + timedelta(number) for number in rests)
    calendar = WorkCalendar(rest_days=rest_days)
    month = Month.containing(day, SHANGHAI)
    steps = list(days_of_month(month, calendar))
    assert [one.day for one in steps] == [step_day(step, month) for step in CycleStep]
    for one in steps:
        assert one.day <= one.mail_day <= one.last_day
        assert calendar.is_working_day(one.mail_day) or one.mail_day == one.day
        assert one.mail_day == next_working_day(calendar, one.day)
    local = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
    for days in due_steps(local, month, calendar):
        assert days.mail_day <= day <= days.last_day
        assert hour >= 9 or day > days.mail_day
