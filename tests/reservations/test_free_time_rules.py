"""A day in half hours: by hand, and against counting minute by minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.reservations.free_time.rules import HALF_HOUR, HalfHours, first_run, free_counts, free_sets
from booking.values.span import Span

NINE = datetime(2026, 11, 3, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def minutes(first, last):
    return Span(NINE + first * MINUTE, NINE + last * MINUTE)


def test_a_half_hour_of_which_a_part_is_taken_is_not_free():
    day = HalfHours(NINE, 6)  # 9:00 to 12:00
    opened = dict.fromkeys("ABC", day.within(minutes(0, 180))) | {"C": day.within(minutes(45, 180))}
    assert opened["C"] == 0b111100  # from 10:00 on: 9:30 is open for a part alone
    taken = {"A": [minutes(20, 60)], "B": [minutes(60, 90), minutes(170, 300)], "D": [minutes(0, 180)]}
    free = free_sets(opened, taken, day)
    assert free == {"A": 0b111100, "B": 0b011011, "C": 0b111100}
    assert free_counts(free.values(), 6) == [1, 1, 2, 3, 3, 2]
    assert first_run(free.values(), 2, 6) == 0  # B, an hour from 9:00
    assert first_run(free.values(), 4, 6) == 2
    assert first_run(free.values(), 5, 6) is None
    assert first_run([], 1, 6) is None


def test_a_day_is_cut_into_at_most_forty_eight():
    assert HalfHours.over(minutes(0, 91)).number == 4
    assert HalfHours.over(minutes(0, 60 * 40)).number == 48
    assert HalfHours(NINE, 4).span(3) == minutes(90, 120)


starts, lengths = st.integers(-90, 400), st.integers(1, 300)
spans = st.builds(lambda first, length: minutes(first, first + length), starts, lengths)


@given(st.lists(spans, max_size=5), spans)
def test_it_is_free_when_each_of_its_minutes_is(taken, hours):
    day = HalfHours(NINE, 10)
    free = free_sets({1: day.within(hours)}, {1: taken}, day)[1]
    for number in range(10):
        of_it = [NINE + number * HALF_HOUR + minute * MINUTE for minute in range(30)]
        is_free = all(hours.contains(at) and not any(one.contains(at) for one in taken) for at in of_it)
        assert bool(free >> number & 1) == is_free
    runs = [n for n in range(10) if free >> n & 3 == 3]
    assert first_run([free], 2, 10) == (runs[0] if runs else None)
