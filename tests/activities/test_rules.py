"""The rules of activities by hand, and what is true of every hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.activities.rules import (
    ActivityOver,
    BegunBefore,
    NoticeTooShort,
    check_before_start,
    check_notice,
    free_seat,
    is_open,
    latest_publication,
    notice_minutes,
    outside_hours,
)
from booking.spaces.rules import Hours
from booking.values.names import firm_key, plain

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 6, 14, 0, tzinfo=SHANGHAI)
SECOND = timedelta(seconds=1)


def test_what_begins_on_friday_at_two_is_published_by_tuesday_at_two():
    latest = datetime(2026, 11, 3, 14, 0, tzinfo=SHANGHAI)
    assert latest_publication(FRIDAY) == latest
    assert notice_minutes(latest, FRIDAY) == 4320
    check_notice(latest, FRIDAY, "")
    with pytest.raises(NoticeTooShort) as no:
        check_notice(latest + SECOND, FRIDAY, "  ")
    assert no.value.latest == latest
    assert notice_minutes(latest + SECOND, FRIDAY) == 4319
    check_notice(latest + SECOND, FRIDAY, "政策当日生效")


def test_no_reason_lets_anything_be_published_that_has_begun():
    with pytest.raises(BegunBefore):
        check_notice(FRIDAY, FRIDAY, "政策当日生效")


@given(st.integers(0, 40 * 86_400), st.sampled_from(["", " ", "急"]))
def test_notice_is_kept_or_there_is_a_reason(seconds, reason):
    published = FRIDAY - seconds * SECOND
    try:
        check_notice(published, FRIDAY, reason)
    except (NoticeTooShort, BegunBefore):
        assert not reason.strip() or seconds == 0
        assert notice_minutes(published, FRIDAY) < 4320
    else:
        assert seconds > 0
        assert notice_minutes(published, FRIDAY) >= 4320 or reason.strip()


def test_the_first_free_place_is_given_first():
    assert [free_seat(set(), 2), free_seat({1}, 2), free_seat({2}, 2), free_seat({1, 2}, 2)] == [
        1,
        2,
        1,
        None,
    ]


def test_the_list_is_closed_when_it_begins_and_the_door_opens_half_an_hour_before():
    end = FRIDAY + timedelta(hours=2)
    check_before_start(FRIDAY - SECOND, FRIDAY, end)
    for at, ended in ((FRIDAY, False), (end, True)):
        with pytest.raises(ActivityOver) as no:
            check_before_start(at, FRIDAY, end)
        assert no.value.ended is ended
    half = timedelta(minutes=30)
    asked = [FRIDAY - half - SECOND, FRIDAY - half, end - SECOND, end]
    assert [is_open(at, FRIDAY, end) for at in asked] == [False, True, True, False]


@pytest.mark.parametrize(
    ("first", "last", "part"),
    [
        (540, 1290, ""),
        (539, 600, "starts"),
        (600, 1291, "ends"),
        (1290, 1320, "starts"),
        (300, 360, "starts"),
    ],
)
def test_all_of_it_lies_within_the_hours_of_the_hall(first, last, part):
    assert outside_hours(first, last, Hours(9 * 60, 21 * 60 + 30)) == part
    assert outside_hours(first, last, None) == "day"


def test_a_name_is_the_same_however_it_is_typed():
    assert plain(" ＡＢ 科技 ") == plain("ab科技")
    assert plain("王伟") != plain("王玮")
    assert firm_key(7, "云杉") == "#7" != firm_key(None, " ＃7 ")
