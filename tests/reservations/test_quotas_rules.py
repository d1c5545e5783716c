"""What quotas count: by hand, and whatever is booked."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from booking.reservations.quotas.rules import (
    Had,
    Limit,
    LocalTime,
    OverQuota,
    Per,
    QuotaBeyondTime,
    QuotaPeriod,
    check_left,
    check_not_beyond,
    days_counted,
    minutes_counted,
    period_of,
    what_is_left,
)
from booking.values import Span, WorkCalendar
from tests.harness.times import SHANGHAI

AT = LocalTime(SHANGHAI, WorkCalendar(working_days=frozenset({date(2026, 10, 10)})))
A_WEEK = Limit(Per.PERSON, QuotaPeriod.WEEK, 0, 1440, 240)
PEAK = Limit(Per.ENTERPRISE, QuotaPeriod.DAY, 9 * 60, 18 * 60, 120)
ME, OTHER = 1, 2


def span(day, first, last):
    start = datetime(2026, 11, day, tzinfo=SHANGHAI)
    return Span(start + timedelta(hours=first), start + timedelta(hours=last))


def test_days_weeks_and_months_are_the_parks():
    sunday = date(2026, 11, 8)
    assert period_of(sunday, QuotaPeriod.DAY) == (sunday, date(2026, 11, 9))
    assert period_of(sunday, QuotaPeriod.WEEK) == (date(2026, 11, 2), date(2026, 11, 9))
    assert period_of(date(2026, 12, 31), QuotaPeriod.MONTH) == (date(2026, 12, 1), date(2027, 1, 1))


def test_peak_hours_count_on_working_days_alone():
    days = (date(2026, 11, 1), date(2026, 12, 1))
    assert minutes_counted(span(3, 17, 20), PEAK, *days, AT) == 60
    assert minutes_counted(span(3, 18, 20), PEAK, *days, AT) == 0
    assert minutes_counted(span(7, 10, 12), PEAK, *days, AT) == 0, "a Saturday"
    october = (date(2026, 10, 1), date(2026, 11, 1))
    made_up = Span(*(datetime(2026, 10, 10, hour, tzinfo=SHANGHAI) for hour in (10, 12)))
    assert minutes_counted(made_up, PEAK, *october, AT) == 120, "a Saturday that is worked"


def test_what_is_left_is_what_refuses_the_scarcest_first():
    had = [Had(ME, span(2, 9, 12)), Had(OTHER, span(3, 9, 10)), Had(ME, span(9, 9, 12))]
    found = what_is_left(span(3, 16, 18), ME, [A_WEEK, PEAK], had, AT)
    assert [(one.limit, one.minutes, one.wanted) for one in found] == [(PEAK, 60, 120), (A_WEEK, 60, 120)]
    with pytest.raises(OverQuota) as told:
        check_left(found)
    assert (told.value.period, told.value.left, told.value.wanted) == (QuotaPeriod.DAY, 60, 120)
    check_left(what_is_left(span(3, 18, 19), ME, [A_WEEK, PEAK], had, AT))
    check_left(what_is_left(span(9, 12, 13), OTHER, [A_WEEK], had, AT))


HOURS = st.tuples(st.integers(2, 29), st.integers(0, 20), st.integers(1, 3)).map(
    lambda one: span(one[0], one[1], one[1] + one[2])
)


@given(st.lists(HOURS, max_size=12), st.sampled_from(QuotaPeriod), st.integers(0, 1200))
def test_whoever_keeps_to_it_never_has_more_and_each_refused_one_would_have_been_more(wanted, period, most):
    limit = Limit(Per.PERSON, period, 0, 1440, most)
    had = []
    for one in wanted:
        before = sum(x.span.minutes for x in had if within(x.span, one, period))
        try:
            check_left(what_is_left(one, ME, [limit], had, AT))
        except OverQuota:
            assert before + one.minutes > most
        else:
            had.append(Had(ME, one))
            assert before + one.minutes <= most
    if wanted:
        counted = days_counted(wanted, [limit], SHANGHAI)
        assert all(counted.start <= one.start and one.end <= counted.end for one in wanted)


def within(one, other, period):
    day = one.start.astimezone(SHANGHAI).date()
    first, last = period_of(other.start.astimezone(SHANGHAI).date(), period)
    return first <= day < last


@pytest.mark.parametrize(
    ("per", "period", "hours", "places", "most"),
    [
        (Per.PERSON, QuotaPeriod.DAY, (0, 24), 9, 24), (Per.PERSON, QuotaPeriod.WEEK, (0, 24), 9, 168),
        (Per.ENTERPRISE, QuotaPeriod.DAY, (0, 24), 2, 48), (Per.ENTERPRISE, QuotaPeriod.DAY, (0, 24), 0, 24),
        (Per.PERSON, QuotaPeriod.MONTH, (9, 18), 9, 279),
    ],
)  # fmt: skip
def test_no_more_is_set_than_there_is_time_for(per, period, hours, places, most):
    limit = Limit(per, period, hours[0] * 60, hours[1] * 60, most * 60)
    check_not_beyond(limit, places)
    with pytest.raises(QuotaBeyondTime) as refused:
        check_not_beyond(limit._replace(minutes=most * 60 + 30), places)
    assert refused.value.minutes == most * 60
