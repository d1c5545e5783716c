"""Beside what the rules refuse stands the nearest that they allow: worked by hand, and as a property."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from booking.reservations.nearest import nearest_allowed
from booking.reservations.rules import BookingContext, check_new, local_instant
from booking.spaces.rules import Opening
from booking.values import Refusal, Span, WorkCalendar
from tests.harness.times import SHANGHAI

NOW = datetime(2026, 11, 3, 9, 10, tzinfo=SHANGHAI)  # a Tuesday
TODAY, TOMORROW = date(2026, 11, 3), date(2026, 11, 4)
ROOM = Opening(opens_minute=8 * 60, closes_minute=22 * 60)


def at(**facts):
    return BookingContext(replace(ROOM, **facts), SHANGHAI, WorkCalendar(), NOW)


def span(day, start, end):
    minutes = [60 * int(text[:2]) + int(text[3:]) for text in (start, end)]
    return Span(*(local_instant(day, minute, SHANGHAI) for minute in minutes))


FRIDAY, SATURDAY, MONDAY = date(2026, 11, 6), date(2026, 11, 7), date(2026, 11, 9)


@pytest.mark.parametrize(
    ("asked", "rule", "nearest"),
    [
        ((TOMORROW, "10:00", "11:00"), {}, (TOMORROW, "10:00", "11:00")),
        ((TOMORROW, "10:10", "11:10"), {}, (TOMORROW, "10:15", "11:15")),
        ((TOMORROW, "10:05", "11:20"), {}, (TOMORROW, "10:00", "11:15")),
        ((TOMORROW, "10:10", "11:10"), {"step_minutes": 30}, (TOMORROW, "10:00", "11:00")),
        ((TOMORROW, "10:02", "10:06"), {}, (TOMORROW, "10:00", "10:30")),  # too short as well
        ((TOMORROW, "10:00", "10:15"), {"step_minutes": 20}, (TOMORROW, "10:00", "10:40")),
        ((TOMORROW, "08:00", "22:00"), {"maximum_minutes": 480}, (TOMORROW, "08:00", "16:00")),
        ((TOMORROW, "06:30", "07:30"), {}, (TOMORROW, "08:00", "09:00")),
        ((TOMORROW, "21:30", "23:00"), {}, (TOMORROW, "20:30", "22:00")),
        ((TOMORROW, "06:00", "23:00"), {"maximum_minutes": 1440}, (TOMORROW, "08:00", "22:00")),
        ((date(2026, 10, 30), "10:00", "11:00"), {}, (TODAY, "10:00", "11:00")),
        ((date(2026, 10, 30), "08:00", "09:00"), {}, (TOMORROW, "08:00", "09:00")),
        ((TODAY, "08:30", "09:30"), {}, (TODAY, "09:15", "10:15")),
        ((TODAY, "09:30", "10:30"), {"lead_minutes": 60}, (TODAY, "10:15", "11:15")),
        ((TODAY, "06:00", "07:00"), {"closes_minute": 9 * 60}, (TOMORROW, "08:00", "09:00")),
        ((date(2027, 3, 1), "10:00", "11:00"), {}, (date(2027, 1, 2), "10:00", "11:00")),
        ((SATURDAY, "10:00", "11:00"), {"open_on_rest_days": False}, (FRIDAY, "10:00", "11:00")),
        ((date(2026, 11, 8), "10:00", "11:00"), {"open_on_rest_days": False}, (MONDAY, "10:00", "11:00")),
    ],
)
def test_the_nearest_that_the_rule_allows(asked, rule, nearest):
    assert nearest_allowed(span(*asked), at(**rule)) == span(*nearest)


def test_a_store_is_had_from_today_and_for_as_long_as_one_may():
    store = Opening(opens_minute=0, closes_minute=1440, maximum_minutes=10 * 1440)
    booking_context = replace(at(), opening=store, by_day=True)
    asked = Span(NOW, local_instant(date(2026, 12, 24), 0, SHANGHAI))
    found = nearest_allowed(asked, booking_context)
    assert found == Span(NOW, local_instant(date(2026, 11, 13), 0, SHANGHAI))


def test_a_rule_that_allows_nothing_has_no_nearest():
    impossible = at(minimum_minutes=600, closes_minute=9 * 60)
    assert nearest_allowed(span(TOMORROW, "10:00", "11:00"), impossible) is None


openings = st.builds(
    lambda opens, length, step, least, more, lead, rest: Opening(
        opens_minute=opens * 15,
        closes_minute=opens * 15 + length * 60,
        step_minutes=step,
        minimum_minutes=least * step,
        maximum_minutes=(least + more) * step,
        lead_minutes=lead,
        open_on_rest_days=rest,
    ),
    st.integers(0, 40),
    st.integers(5, 14),
    st.sampled_from([5, 15, 20, 30, 60]),
    st.integers(1, 3),
    st.integers(0, 12),
    st.sampled_from([0, 30, 1440]),
    st.booleans(),
)


@given(openings, st.integers(-20 * 96, 80 * 96), st.integers(1, 1400), st.integers(0, 14))
def test_what_is_offered_is_allowed_and_what_is_allowed_stays(opening, quarters, length, minute):
    booking_context = replace(at(), opening=opening)
    start = NOW + timedelta(minutes=15 * quarters + minute)
    asked = Span(start, start + timedelta(minutes=length))
    found = nearest_allowed(asked, booking_context)
    assert found is not None
    check_new(found, booking_context)
    try:
        check_new(asked, booking_context)
    except Refusal:
        assert found != asked
    else:
        assert found == asked
