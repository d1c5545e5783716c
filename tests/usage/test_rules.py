"""The laws of using a place at their edges: the minute before, the minute itself, the minute after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from booking.reservations.models import ReservationState
from booking.reservations.refusals import ClosedThatDay, OutsideOpeningHours
from booking.reservations.rules import BookingContext
from booking.spaces.models import Kind
from booking.spaces.rules import Opening
from booking.usage.rules import (
    NotToCheckIn,
    TooEarly,
    TooLate,
    check_may_check_in,
    end_choices,
    forgotten_end,
    open_until,
    walk_in_end,
)
from booking.values import WorkCalendar
from tests.harness.times import SHANGHAI

MINUTE = timedelta(minutes=1)
CALENDAR = WorkCalendar(rest_days=frozenset({date(2026, 11, 5)}))
ROOM = Opening(opens_minute=8 * 60, closes_minute=22 * 60, open_on_rest_days=False)


def at(hour: int, minute: int = 0, day: int = 3) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def context(now: datetime) -> BookingContext:
    return BookingContext(ROOM, SHANGHAI, CALENDAR, now)


def may_check_in(now: datetime, state=ReservationState.BOOKED, kind=Kind.MEETING_ROOM) -> bool:
    try:
        check_may_check_in(state, at(10), at(12), kind=kind, early_minutes=10, now=now)
    except (TooEarly, TooLate, NotToCheckIn):
        return False
    return True


def test_check_in_opens_to_the_minute_and_ends_with_the_reservation():
    asked = [at(9, 49), at(9, 50), at(11, 59), at(12)]
    assert [may_check_in(now) for now in asked] == [False, True, True, False]


def test_a_store_is_not_opened_early():
    assert [may_check_in(now, kind=Kind.STORAGE) for now in (at(9, 59), at(10))] == [False, True]


def test_only_what_is_booked_is_checked_in_to():
    assert [state for state in ReservationState if may_check_in(at(10), state)] == [ReservationState.BOOKED]


def test_without_a_successor_a_stay_is_forgotten_an_hour_past_its_end():
    ends = [forgotten_end(at(12), now) for now in (at(12), at(12, 59), at(13), at(23))]
    assert ends == [None, None, at(12), at(12)]


@pytest.mark.parametrize(
    ("next_claim", "now", "end"),
    [
        (at(12, 30), at(12, 29), None),
        (at(12, 30), at(12, 30), at(12)),
        (at(11, 30), at(11, 59), None),
        (at(11, 30), at(12), at(11, 30)),
        (at(14), at(12, 59), None),
        (at(14), at(13), at(12)),
    ],
)
def test_a_stay_is_forgotten_from_the_minute_somebody_elses_time_begins(next_claim, now, end):
    assert forgotten_end(at(12), now, next_claim=next_claim) == end


def test_a_space_is_open_from_its_first_minute_to_the_one_before_it_closes():
    assert [open_until(context(now)) for now in (at(8), at(21, 59))] == [at(22), at(22)]
    for now in (at(7, 59), at(22)):
        with pytest.raises(OutsideOpeningHours):
            open_until(context(now))


def test_a_space_that_rests_is_closed_that_day_alone():
    with pytest.raises(ClosedThatDay):
        open_until(context(at(10, day=5)))
    always = replace(context(at(10, day=5)), opening=replace(ROOM, open_on_rest_days=True))
    assert open_until(always) == at(22, day=5)


def test_a_walk_in_may_last_to_the_minute_of_closing():
    assert walk_in_end(at(22), context(at(21))) == at(22)
    with pytest.raises(OutsideOpeningHours):
        walk_in_end(at(22) + MINUTE, context(at(21)))


def test_a_walk_in_lasts_a_quarter_of_an_hour_at_least_but_not_past_closing():
    assert walk_in_end(at(10, 5), context(at(10))) == at(10, 15)
    assert walk_in_end(at(10, 16), context(at(10))) == at(10, 16)
    assert walk_in_end(at(21, 55), context(at(21, 50))) == at(22)


def test_the_latest_end_is_offered_once_and_nothing_before_the_earliest():
    assert end_choices(at(10), at(10, 30), at(11)) == [at(10, 30), at(11)]
    assert end_choices(at(10), at(11), at(11)) == [at(11)]
    assert end_choices(at(10), at(11) + MINUTE, at(11)) == []
    assert end_choices(at(10), at(10), at(18)) == [at(10, 15), at(10, 30), at(11), at(11, 30), at(18)]
