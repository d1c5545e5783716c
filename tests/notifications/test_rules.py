"""When a reminder is due, and which way it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from booking.notifications.rules import (
    LEADS,
    UNLESS_CHOSEN,
    Occasion,
    ReminderPlan,
    Way,
    reminder_due,
    way_at,
)
from tests.harness.times import TUESDAY

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("occasion", "until", "minutes", "due"),
    [
        (Occasion.START, 0, 30, -30),  # 09:00, half an hour before: 08:30
        (Occasion.END, 0, 10, -10),
        (Occasion.MISSED, 15, 5, 10),  # released at 09:15: asked at 09:10
        (Occasion.MISSED, 5, 10, 1),  # a park of little grace: right after the start
    ],
)
def test_worked_times(occasion, until, minutes, due):
    assert reminder_due(occasion, TUESDAY, TUESDAY + until * MINUTE, minutes) == TUESDAY + due * MINUTE


@given(st.sampled_from(Occasion), st.data(), st.integers(2, 60))
def test_it_is_due_before_it_is_of_no_use_and_what_was_missed_after_the_start(occasion, data, grace):
    minutes = data.draw(st.sampled_from(LEADS[occasion]))
    until = TUESDAY + grace * MINUTE if occasion is Occasion.MISSED else TUESDAY
    due = reminder_due(occasion, TUESDAY, until, minutes)
    assert due < until
    assert (due > TUESDAY) is (occasion is Occasion.MISSED)


@pytest.mark.parametrize(
    ("hour", "quiet", "way"),
    [
        (21, (22, 7), Way.PUSH),
        (22, (22, 7), Way.MAIL),
        (6, (22, 7), Way.MAIL),
        (7, (22, 7), Way.PUSH),
        (13, (12, 14), Way.MAIL),
        (3, (7, 7), Way.PUSH),
    ],
)
def test_before_a_start_nothing_rings_in_quiet_hours(hour, quiet, way):
    push = ReminderPlan(Way.PUSH, 15)
    assert way_at(push, Occasion.START, hour, quiet) is way
    assert way_at(push, Occasion.END, hour, quiet) is Way.PUSH, "who stays is awake"
    assert way_at(ReminderPlan(Way.INBOX, 15), Occasion.START, hour, quiet) is Way.INBOX


def test_what_holds_without_a_choice_can_be_chosen():
    assert all(plan.minutes in LEADS[occasion] for occasion, plan in UNLESS_CHOSEN.items())
