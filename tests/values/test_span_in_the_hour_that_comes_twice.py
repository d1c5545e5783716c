"""A span is a stretch of real time, also in the night when the clocks go back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from booking.values import Span


def test_a_stay_across_the_end_of_summer_time_has_its_real_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 25, 2, 50, tzinfo=berlin, fold=0)
    end = datetime(2026, 10, 25, 2, 10, tzinfo=berlin, fold=1)
    assert Span(start, end).minutes == 20
