"""A line that somebody typed stays one line, wherever it goes."""

from __future__ import annotations

import pytest

from booking.values.reading import one_line


@pytest.mark.parametrize(
    "typed", ["周会\r\nATTENDEE:x", "周会\x00ATTENDEE:x", "周会\u2028ATTENDEE:x", " 周会\x85ATTENDEE:x\n"]
)
def test_nothing_begins_a_new_line(typed):
    assert one_line(typed) == "周会 ATTENDEE:x"
