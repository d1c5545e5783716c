"""How long to wait after something failed: each time twice as long."""

from datetime import timedelta

MOST_DOUBLINGS = 20


def backoff(attempts: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """Give the pause after so many failed attempts (1, 2, …): `first`, doubling, at most `longest`."""
    return min(first * (1 << min(attempts - 1, MOST_DOUBLINGS)), longest)
