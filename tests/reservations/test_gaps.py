"""The nearest free times."""

from datetime import timedelta

from hypothesis import given, strategies as st

from booking.reservations.nearest import StartGrid, gaps, nearest
from booking.values import Span
from tests.harness.times import TUESDAY

QUARTER = timedelta(minutes=15)
GRID = StartGrid(TUESDAY, QUARTER)


def minutes(start, end):
    return Span(TUESDAY + timedelta(minutes=start), TUESDAY + timedelta(minutes=end))


def test_what_is_left_of_a_window_are_its_gaps():
    window = minutes(0, 600)
    busy = [minutes(120, 180), minutes(60, 120), minutes(90, 100), minutes(-60, 30), minutes(500, 900)]
    assert list(gaps(busy, window)) == [minutes(30, 60), minutes(180, 500)]
    assert list(gaps([], window)) == [window]


def test_the_nearest_place_in_each_gap_comes_first():
    free = [minutes(0, 65), minutes(100, 300), minutes(400, 420)]
    assert nearest(minutes(60, 120), free, GRID, 3) == [minutes(105, 165), minutes(0, 60)]


def test_of_two_equally_near_the_earlier_comes_first():
    free = [minutes(0, 60), minutes(120, 180)]
    assert nearest(minutes(60, 120), free, GRID, 1) == [minutes(0, 60)]


def test_tomorrow_is_offered_at_the_time_that_was_asked_for():
    tomorrow = 24 * 60
    free = [minutes(tomorrow - 60, tomorrow + 600), minutes(tomorrow + 700, tomorrow + 900)]
    found = nearest(minutes(60, 120), free, GRID, 2, same_clock=True)
    assert found == [minutes(tomorrow + 60, tomorrow + 120), minutes(tomorrow + 705, tomorrow + 765)]


@given(
    st.lists(st.tuples(st.integers(-100, 700), st.integers(1, 200)), max_size=8),
    st.integers(0, 40),
    st.integers(1, 12),
)
def test_no_alternative_overlaps_what_is_busy(busy, start, length):
    window = minutes(0, 600)
    taken = [minutes(begin, begin + long) for begin, long in busy]
    wanted = minutes(start * 15, (start + length) * 15)
    for found in nearest(wanted, gaps(taken, window), GRID, 5):
        assert found.length == wanted.length
        assert not any(found.overlaps(span) for span in taken)
        assert window.start <= found.start
        assert found.end <= window.end
        assert (found.start - TUESDAY) % QUARTER == timedelta(0)
