"""When and how long a space may be had: hand-worked examples, and properties beside them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.reservations import refusals as no
from booking.reservations.rules import (
    BookingContext,
    check_in_service,
    check_named,
    check_new,
    check_people,
    local_instant,
    next_full_hour,
    span_between,
    storage_span,
)
from booking.spaces.rules import Opening
from booking.values import FAR_FUTURE, Refusal, Span, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 3, 9, 0, 30, tzinfo=SHANGHAI)
DAY = date(2026, 11, 4)
ROOM = Opening(opens_minute=8 * 60, closes_minute=22 * 60)
CALENDAR = WorkCalendar(rest_days=frozenset({date(2026, 11, 5)}), working_days=frozenset({date(2026, 11, 8)}))


def at(**facts):
    return BookingContext(replace(ROOM, **facts), SHANGHAI, CALENDAR, NOW)


def span(start, end, day=DAY):
    def instant(text):
        hour, minute = text.split(":")
        return local_instant(day, int(hour) * 60 + int(minute), SHANGHAI)

    return span_between(instant(start), instant(end))


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        ("08:00", "08:30", DAY),
        ("10:00", "22:00", DAY),
        ("09:00", "10:00", date(2026, 11, 3)),  # this very minute
        ("09:00", "10:00", date(2026, 11, 5)),  # a rest day, and the space is open
        ("09:00", "10:00", date(2027, 1, 2)),  # the last day of sixty
    ],
)
def test_what_the_rule_allows_may_be_had(start, end, day):
    check_new(span(start, end, day), at())


@pytest.mark.parametrize(
    ("start", "end", "facts", "refusal", "part"),
    [
        ("07:45", "09:00", {}, no.OutsideOpeningHours, no.RequestPart.START),
        ("21:00", "22:15", {}, no.OutsideOpeningHours, no.RequestPart.END),
        ("09:05", "10:00", {}, no.OffTheStep, no.RequestPart.START),
        ("09:00", "10:10", {}, no.OffTheStep, no.RequestPart.END),
        ("09:00", "09:15", {}, no.TooShort, None),
        ("08:00", "21:00", {}, no.TooLong, no.RequestPart.END),
        ("09:00", "10:00", {"lead_minutes": 25 * 60}, no.TooSoon, None),
        ("22:00", "25:00", {"closes_minute": 1440}, no.CrossesMidnight, None),
    ],
)
def test_what_the_rule_forbids_is_refused_for_what_it_is_about(start, end, facts, refusal, part):
    with pytest.raises(refusal) as refused:
        check_new(span(start, end), at(**facts))
    assert getattr(refused.value, "part", None) is part


def test_midnight_is_the_end_of_a_day_that_closes_then():
    check_new(span("22:00", "24:00"), at(closes_minute=1440))


def test_a_minute_ago_is_past():
    with pytest.raises(no.InThePast):
        check_new(span("08:45", "10:00", date(2026, 11, 3)), at())


def test_the_day_after_the_last_is_beyond_the_horizon():
    with pytest.raises(no.BeyondHorizon) as refused:
        check_new(span("09:00", "10:00", date(2027, 1, 3)), at())
    assert refused.value.last_day == date(2027, 1, 2)


def test_rest_days_follow_the_calendar_and_not_the_weekday():
    closed = at(open_on_rest_days=False)
    with pytest.raises(no.ClosedThatDay):
        check_new(span("09:00", "10:00", date(2026, 11, 5)), closed)  # a Thursday off
    with pytest.raises(no.ClosedThatDay):
        check_new(span("09:00", "10:00", date(2026, 11, 7)), closed)  # a Saturday
    check_new(span("09:00", "10:00", date(2026, 11, 8)), closed)  # a Sunday that is worked


def test_an_end_before_its_start_is_refused():
    for end in ("10:00", "09:00"):
        with pytest.raises(no.EndsBeforeItStarts):
            span("10:00", end)


def test_no_more_people_than_seats_and_at_least_one():
    check_people(8, 8)
    with pytest.raises(no.TooManyPeople):
        check_people(9, 8)
    with pytest.raises(no.NobodyComes):
        check_people(0, 8)


def test_a_space_out_of_service_is_refused_from_then_on():
    retired_at = span("12:00", "13:00").start
    check_in_service(retired_at, "R1", span("10:00", "12:00"))
    with pytest.raises(no.Retired):
        check_in_service(retired_at, "R1", span("10:00", "12:15"))


def test_storage_goes_by_whole_days_and_may_stay_open():
    days = storage_span(DAY, date(2026, 11, 6), NOW, SHANGHAI)
    assert days == Span(local_instant(DAY, 0, SHANGHAI), local_instant(date(2026, 11, 7), 0, SHANGHAI))
    assert storage_span(DAY, None, NOW, SHANGHAI).end == FAR_FUTURE
    today = storage_span(date(2026, 11, 3), date(2026, 11, 3), NOW, SHANGHAI)
    assert today.start == NOW.replace(second=0)
    with pytest.raises(no.InThePast):
        storage_span(date(2026, 11, 2), None, NOW, SHANGHAI)
    with pytest.raises(no.EndsBeforeItStarts):
        storage_span(date(2026, 11, 6), DAY, NOW, SHANGHAI)


def test_a_store_is_had_no_longer_than_its_rule_says_unless_its_end_is_open():
    store = BookingContext(replace(ROOM, maximum_minutes=3 * 1440), SHANGHAI, CALENDAR, NOW, by_day=True)
    check_new(storage_span(DAY, date(2026, 11, 6), NOW, SHANGHAI), store)
    check_new(storage_span(DAY, None, NOW, SHANGHAI), store)
    with pytest.raises(no.TooLong):
        check_new(storage_span(DAY, date(2026, 11, 7), NOW, SHANGHAI), store)


@given(
    day=st.dates(date(2026, 10, 1), date(2027, 3, 1)),
    first=st.integers(0, 1439),
    length=st.integers(1, 1600),
    opens=st.integers(0, 720),
    open_for=st.integers(1, 720),
    step=st.sampled_from([5, 10, 15, 30, 60]),
)
def test_whatever_is_allowed_keeps_every_rule(day, first, length, opens, open_for, step):
    rule = Opening(opens, opens + open_for, open_on_rest_days=False, step_minutes=step)
    start = local_instant(day, first, SHANGHAI)
    asked = Span(start, start + timedelta(minutes=length))
    try:
        check_new(asked, BookingContext(rule, SHANGHAI, CALENDAR, NOW))
    except Refusal:
        return
    assert asked.start >= NOW.replace(second=0)
    assert opens <= first
    assert first + length <= opens + open_for
    assert first % step == (first + length) % step == 0
    assert 30 <= length <= 720
    assert CALENDAR.is_working_day(day)
    assert day <= date(2027, 1, 2)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-11-03T06:03", (date(2026, 11, 3), 8 * 60)),  # before it opens: when it does
        ("2026-11-03T09:10", (date(2026, 11, 3), 10 * 60)),
        ("2026-11-03T21:30", (date(2026, 11, 4), 8 * 60)),  # less than an hour is left
        ("2026-11-06T21:30", (date(2026, 11, 8), 8 * 60)),  # a Friday evening, and a Sunday that is worked
    ],
)
def test_a_form_begins_where_an_hour_is_open_next(now, found):
    then = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    assert next_full_hour(replace(at(open_on_rest_days=False), now=then)) == found


def test_who_books_takes_a_seat_beside_those_named():
    """Seven named and who books are eight; eight named are nine."""
    check_named(7, 8)
    with pytest.raises(no.TooManyNamed) as refused:
        check_named(8, 8)
    assert (refused.value.people, refused.value.capacity) == (9, 8)
