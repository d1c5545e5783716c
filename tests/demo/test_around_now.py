"""Whoever makes a demo, at whatever hour, finds a park in use, and nobody there outside the opening hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest

from booking.demo import planned_bookings
from tests.harness.times import SHANGHAI

MIDNIGHT = datetime(2026, 11, 26, tzinfo=SHANGHAI)
IN_USE = [MIDNIGHT + timedelta(minutes=minutes) for minutes in range(9 * 60, 20 * 60 + 46, 5)]


@pytest.mark.parametrize("hour", range(9, 21))
def test_who_is_there_now_is_there_while_it_is_open(hour):
    households = [SimpleNamespace(members=[1])] * 8
    for now in (one for one in IN_USE if one.hour == hour):
        wishes = list(planned_bookings._there_now(households, now))
        assert len(wishes) == 5
        for wish in wishes:
            assert time(8) <= wish.start.time() < wish.end.time() <= time(22), now
            assert wish.end > now, "they are there now"


def test_in_the_evening_a_use_is_shorter():
    evening = MIDNIGHT + timedelta(hours=20)
    assert planned_bookings._while_open(evening - timedelta(hours=1), 240) == (
        evening - timedelta(hours=1),
        180,
    )
    morning = MIDNIGHT + timedelta(hours=9)
    assert planned_bookings._while_open(morning - timedelta(minutes=90), 300) == (
        morning - timedelta(hours=1),
        300,
    )
