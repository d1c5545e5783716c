"""A day in half hours: by hand, and against counting minute by minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from booking.reservations.free_time.rules import (
    HALF_HOUR,
    HalfHours,
    RoomDay,
    first_run,
    first_start,
    free_counts,
    free_sets,
    share_free,
    times_for_all,
)
from booking.reservations.nearest import StartGrid
from booking.values import Span

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


GRID = StartGrid(NINE, 15 * MINUTE)
HOUR = 60 * MINUTE


def room(key, *taken, window=(0, 180), buffer=0):
    return RoomDay(key, minutes(*window), [minutes(*one) for one in taken], buffer * MINUTE, GRID)


def test_a_time_for_all_is_when_everybody_can_and_a_room_is_free():
    first, second = room(1, (0, 90)), room(2, (60, 120))
    # From 9:00 the second is free, from 10:30 the first; the people meet from 9:30 to 9:45.
    assert times_for_all([first, second], [], HOUR) == [(minutes(0, 60), 2), (minutes(90, 150), 1)]
    assert times_for_all([first, second], [minutes(30, 45)], HOUR) == [(minutes(90, 150), 1)]
    assert times_for_all([second, first], [minutes(30, 45)], HOUR) == [(minutes(90, 150), 1)]
    assert times_for_all([room(1), room(2)], [], HOUR) == [(minutes(n, n + 60), 1) for n in (0, 60, 120)]
    assert times_for_all([room(1, (60, 120), buffer=15)], [], HOUR) == [(minutes(120, 180), 1)]
    assert times_for_all([room(1, window=(10, 180))], [], HOUR)[0] == (minutes(15, 75), 1)
    assert times_for_all([], [], HOUR) == []
    assert first_start([first, second], HOUR) == NINE
    assert first_start([room(1, (10, 180)), room(2, (75, 90), buffer=20)], HOUR) == NINE + 90 * MINUTE
    assert first_start([room(1, (30, 150))], HOUR) is None
    assert share_free([0b1101, 0b11], [0b1111, 0b11]) == (6, 5)
    assert share_free([0b1111, 0, 0b1], [0b1111, 0, 0b1]) == (5, 9), (
        "closed all day counts as the longest day"
    )
    assert share_free([], []) == (0, 0)


@given(st.lists(spans, max_size=4), st.lists(spans, max_size=4), st.lists(spans, max_size=3))
def test_times_for_all_are_free_apart_and_leave_no_earlier_one_out(one, other, busy):
    rooms = {
        key: RoomDay(key, minutes(0, 300), taken, 0 * MINUTE, GRID) for key, taken in ((1, one), (2, other))
    }
    found = times_for_all(rooms.values(), busy, HOUR)

    def free(span):
        return [key for key, at in rooms.items() if not any(s.overlaps(span) for s in [*at.taken, *busy])]

    possible = [span for n in range(0, 241, 15) if free(span := minutes(n, n + 60))]
    expected = []
    for span in possible:
        if not expected or span.start >= expected[-1].end:
            expected.append(span)
    assert [span for span, _ in found] == expected
    assert all(key == free(span)[0] for span, key in found)
