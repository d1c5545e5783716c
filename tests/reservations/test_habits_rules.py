"""What of one's own stands at the same time: by hand and by property."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from booking.reservations.rules import OwnPlace, held_too
from booking.values.span import Span
from tests.harness.times import SHANGHAI

NINE = datetime(2026, 11, 3, 9, tzinfo=SHANGHAI)


def span(first, last):
    return Span(NINE + timedelta(minutes=first), NINE + timedelta(minutes=last))


def own(*spans):
    return [OwnPlace(span(*one), f"{number}号", None, number) for number, one in enumerate(spans, 1)]


def test_what_only_touches_is_no_second_place():
    beside = held_too(span(60, 120), own((0, 60), (120, 180), (119, 121), (0, 61), (70, 80), (0, 300)))
    assert [one.reservation_id for one in beside] == [4, 6, 5, 3], "in order of time"


MINUTES = st.integers(0, 600)
STRETCHES = st.tuples(MINUTES, st.integers(1, 200)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(STRETCHES, st.lists(STRETCHES, max_size=6))
def test_it_is_held_too_where_they_share_a_minute(wanted, others):
    found = {one.reservation_id for one in held_too(span(*wanted), own(*others))}
    shared = {number for number, one in enumerate(others, 1) if set(range(*one)) & set(range(*wanted))}
    assert found == shared
