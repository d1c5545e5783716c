"""Who failed waits, each time twice as long."""

from datetime import timedelta

from hypothesis import given, strategies as st

from booking.values import backoff

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_minute_doubles_until_it_is_an_hour():
    waits = [backoff(attempts, first=MINUTE, longest=HOUR) for attempts in range(1, 9)]
    assert waits == [MINUTE * number for number in (1, 2, 4, 8, 16, 32, 60, 60)]


@given(st.integers(1, 10**6))
def test_no_pause_is_longer_than_the_longest_or_shorter_than_the_one_before(attempts):
    before, after = (backoff(number, first=MINUTE, longest=HOUR) for number in (attempts, attempts + 1))
    assert MINUTE <= before <= after <= HOUR
