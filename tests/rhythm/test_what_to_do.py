"""What is said of a space that is little used: by three stated rules, the first that fits."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from booking.rhythm.what_to_do import Measure, SpaceOfMonth, is_judged, measure_for, suggestions

HOUR = 60


def space(number=1, kind="meeting_room", place="A 座", month=(200, 80), evening=(60, 10), before=(200, 80)):
    """Make one; hours open and used."""
    figures = [hours * HOUR for hours in (*month, *evening, *before)]
    return SpaceOfMonth(number, f"A{number}", "", kind, place, *figures)


@pytest.mark.parametrize(
    ("facts", "measure"),
    [
        ({}, None),
        ({"month": (200, 3), "before": (200, 3)}, Measure.TO_STORAGE),
        ({"month": (200, 3), "before": (200, 10)}, Measure.LOWER_PRICE),  # only this month
        ({"month": (200, 3), "before": (0, 0)}, Measure.LOWER_PRICE),  # it is new
        ({"month": (200, 29)}, Measure.LOWER_PRICE),
        ({"month": (200, 30), "evening": (60, 1)}, Measure.CLOSE_EVENINGS),
        ({"month": (200, 30), "evening": (60, 2)}, None),
        ({"evening": (0, 0)}, None),  # it closes at six already
        ({"month": (19, 0), "before": (200, 0)}, None),  # it just opened
        ({"kind": "hall", "month": (200, 0), "before": (200, 0)}, None),
        ({"kind": "storage", "month": (700, 0), "before": (700, 0)}, None),
    ],
)
def test_the_first_rule_that_fits_counts(facts, measure):
    assert measure_for(space(**facts)) is measure


def test_suggestions_join_neighbours_of_a_kind_the_least_used_first():
    little = {"month": (200, 20)}
    empty = {"evening": (60, 0)}
    found = suggestions(
        [space(1, **little), space(2, **empty), space(3, **empty), space(4, place="B 座", **empty), space(5)]
    )
    assert [(one.measure, [each.code for each in one.spaces]) for one in found] == [
        (Measure.CLOSE_EVENINGS, ["A2", "A3"]),
        (Measure.CLOSE_EVENINGS, ["A4"]),
        (Measure.LOWER_PRICE, ["A1"]),
    ]
    assert (found[0].open, found[0].used) == (120 * HOUR, 0)


@pytest.mark.parametrize(
    ("facts", "judged"),
    [
        ({}, True),
        ({"month": (20, 0)}, True),
        ({"month": (19, 19)}, False),
        ({"kind": "hall"}, False),
        ({"kind": "storage"}, False),
    ],
)
def test_stores_halls_and_what_just_opened_do_not_count_as_judged(facts, judged):
    assert is_judged(space(**facts)) is judged


HOURS = st.integers(0, 300).flatmap(lambda opened: st.tuples(st.just(opened), st.integers(0, opened)))


@given(st.lists(st.tuples(HOURS, HOURS, HOURS), max_size=8))
def test_every_space_is_in_one_suggestion_at_most_and_shares_lie_within_one(figures):
    spaces = [
        space(number, month=month, evening=evening, before=before)
        for number, (month, evening, before) in enumerate(figures)
    ]
    named = [one.space_id for found in suggestions(spaces) for one in found.spaces]
    assert sorted(named) == [one.space_id for one in spaces if measure_for(one)]
    assert all(0 <= one.share <= 1 for one in suggestions(spaces))
