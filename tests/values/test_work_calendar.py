"""Working days follow the State Council's calendar, make-up days included."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.values import (
    WorkCalendar,
    next_working_day,
    working_day_after,
    working_days_since,
    working_time_after,
)

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


def test_a_working_day_is_its_own_next_and_after_a_rest_day_comes_the_make_up_day() -> None:
    friday = date(2026, 10, 9)
    assert next_working_day(PARK, friday) == friday
    assert next_working_day(PARK, date(2026, 10, 11)) == date(2026, 10, 12)
    assert working_day_after(PARK, friday, 1) == date(2026, 10, 10)
    assert working_day_after(PARK, friday, 0) == friday


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 40))
def test_as_many_working_days_lie_between(day: date, count: int) -> None:
    found = working_day_after(PARK, day, count)
    assert PARK.is_working_day(found)
    assert working_days_since(PARK, day, found) == count


def test_where_nobody_ever_works_the_search_ends() -> None:
    first = date(2026, 10, 9)
    never = WorkCalendar(rest_days=frozenset(first + timedelta(days=number) for number in range(400)))
    assert next_working_day(never, first) == working_day_after(never, first, 1) == first + timedelta(days=60)


SHANGHAI = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY = WorkCalendar(
    frozenset(date(2026, 10, day) for day in range(1, 8)), frozenset({date(2026, 10, 10)})
)


def local(words: str) -> datetime:
    return datetime.strptime(f"2026-{words}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("10-09 16:00", 9, "10-10 16:00"),  # Friday, before a make-up Saturday
        ("09-30 16:00", 9, "10-08 16:00"),  # over the National Day
        ("11-06 17:00", 2, "11-09 10:00"),  # over a weekend that rests
        ("11-03 09:00", 9, "11-03 18:00"),
        ("11-03 18:00", 9, "11-04 18:00"),
        ("11-07 12:00", 1, "11-09 10:00"),  # said on a rest day
        ("11-03 10:00", 27, "11-06 10:00"),
    ],
)
def test_working_time_is_counted_on_working_days_from_nine_to_six(since: str, hours: int, until: str) -> None:
    assert working_time_after(NATIONAL_DAY, SHANGHAI, local(since), hours * 60) == local(until)


@given(
    st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1)),  # noqa: DTZ001 - made local below
    st.integers(1, 3000),
    st.integers(0, 3000),
)
def test_working_time_ends_in_working_hours_and_its_parts_add_up(
    since: datetime, first: int, then: int
) -> None:
    start = since.replace(tzinfo=SHANGHAI, second=0, microsecond=0)
    end = working_time_after(NATIONAL_DAY, SHANGHAI, start, first)
    clock = end.astimezone(SHANGHAI)
    assert NATIONAL_DAY.is_working_day(clock.date())
    assert 9 * 60 < clock.hour * 60 + clock.minute <= 18 * 60
    assert end - start >= timedelta(minutes=first)
    whole = working_time_after(NATIONAL_DAY, SHANGHAI, start, first + then)
    assert not then or working_time_after(NATIONAL_DAY, SHANGHAI, end, then) == whole
