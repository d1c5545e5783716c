"""What was typed, as a person can read it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from booking.values.reading import MOST_MARKS, readable

FAMILY = "👨‍👩‍👧"
TOWER = "灯" + "\u0301" * 500


@pytest.mark.parametrize(
    "text", ["", " \n\u3000", "\u200b", "\u200b\u200d\ufeff", "\u0301" * 9, "\u3164 \u2800", "\u202e"]
)
def test_of_what_nobody_can_see_nothing_is_left(text):
    assert readable(text) == ""


@pytest.mark.parametrize("text", ["灯坏了", "Tiếng Việt", "שָׁלוֹם", FAMILY, "a\n b", "?", "हिन्दी"])
def test_what_can_be_read_stays_as_it_is(text):
    assert readable(f" {text}\n") == text


def test_towers_of_marks_are_cut_and_nobody_turns_the_line_around():
    assert readable(TOWER) == TOWER[: 1 + MOST_MARKS]
    assert readable("a\u202ecba\u2066") == "acba"


@given(st.text())
def test_twice_is_once(text):
    assert readable(readable(text)) == readable(text)
