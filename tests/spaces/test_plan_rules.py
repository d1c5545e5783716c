"""A plan on a grid: what may lie where, what a tap proposes, and how a space stands at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from booking.spaces import floor_plan
from booking.spaces.floor_plan import (
    Box,
    HeldSpan,
    Layout,
    PlacedSpace,
    Shape,
    ShapeKind,
    SpaceStanding,
    Stand,
    check_layout,
    filled,
    stand,
    to_book,
)
from booking.values import Span
from booking.values.stored import StoredDocumentUnreadable

CODES = {1: "A201", 2: "A202"}
NINE = datetime(2026, 11, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN = Span(NINE - HOUR, NINE + 13 * HOUR)


def plan(*places, shapes=(), columns=10, rows=8):
    return Layout(columns, rows, shapes, tuple(PlacedSpace(at, Box(*box)) for at, *box in places))


def test_two_desks_that_touch_lie_beside_each_other():
    check_layout(plan((1, 0, 0, 5, 8), (2, 5, 0, 5, 8)), CODES)


@pytest.mark.parametrize(
    ("layout", "refusal"),
    [
        (plan((1, 0, 0, 3, 3), (2, 2, 2, 3, 3)), floor_plan.OneOverAnother("A201", "A202")),
        (plan((1, 8, 0, 3, 1)), floor_plan.OutsideThePlan("A201", 10, 8)),
        (plan((1, 0, 6, 1, 3)), floor_plan.OutsideThePlan("A201", 10, 8)),
        (plan((1, -1, 0, 2, 2)), floor_plan.OutsideThePlan("A201", 10, 8)),
        (plan((1, 0, 0, 0, 2)), floor_plan.OutsideThePlan("A201", 10, 8)),
        (
            plan(shapes=(Shape(ShapeKind.ROOM, Box(0, 0, 11, 2), "大厅"),)),
            floor_plan.OutsideThePlan("大厅", 10, 8),
        ),
        (plan((3, 0, 0, 1, 1)), floor_plan.NotOfThisArea()),
        (plan((1, 0, 0, 1, 1), (1, 4, 4, 1, 1)), floor_plan.NotOfThisArea()),
        (plan(columns=3), floor_plan.PlanSizeOutOfRange("columns")),
        (plan(rows=81), floor_plan.PlanSizeOutOfRange("rows")),
        (plan(shapes=(Shape(ShapeKind.ROOM, Box(0, 0, 1, 1)),) * 61), floor_plan.TooManyShapes()),
    ],
)
def test_a_plan_on_which_nobody_could_find_their_way_is_refused(layout, refusal):
    with pytest.raises(type(refusal)) as no:
        check_layout(layout, CODES)
    assert no.value == refusal


def test_what_is_missing_is_laid_row_by_row_with_a_cell_between():
    lift = Shape(ShapeKind.FACILITY, Box(4, 1, 2, 2))
    found = filled(plan((1, 1, 1, 2, 2), shapes=(lift,)), {2: (2, 2), 3: (2, 2), 4: (9, 9)})
    assert found.boxes() == {1: Box(1, 1, 2, 2), 2: Box(6, 1, 2, 2), 3: Box(1, 4, 2, 2)}


sizes = st.tuples(st.integers(1, 6), st.integers(1, 6))


@given(st.dictionaries(st.integers(1, 40), sizes, max_size=30), st.integers(4, 40), st.integers(4, 40))
def test_whatever_is_filled_in_makes_a_plan_that_is_allowed(missing, columns, rows):
    layout = filled(Layout(columns, rows), missing)
    check_layout(layout, {one: str(one) for one in missing})
    assert Layout.read(layout.stored(), of="floor_plan 1") == layout


def test_a_kept_plan_that_is_damaged_or_of_a_later_program_is_not_guessed_at():
    good = plan((1, 0, 0, 1, 1)).stored()
    for bad in (good | {"version": 2}, good | {"columns": "10"}, good | {"doors": []}):
        with pytest.raises(StoredDocumentUnreadable, match="floor_plan 7"):
            Layout.read(bad, of="floor_plan 7")


def taken(start, end, whose=SpaceStanding.BUSY):
    return HeldSpan(Span(NINE + start * HOUR, NINE + end * HOUR), whose)


def test_a_space_is_free_until_somebody_comes_and_soon_taken_within_the_hour():
    later = [taken(3, 4)]
    assert stand(later, OPEN, NINE) == Stand(SpaceStanding.FREE, NINE + 3 * HOUR)
    assert stand(later, OPEN, NINE + 2 * HOUR).standing is SpaceStanding.FREE
    almost = NINE + 2 * HOUR + timedelta(minutes=1)
    assert stand(later, OPEN, almost) == Stand(SpaceStanding.SOON, NINE + 3 * HOUR)
    assert stand(later, OPEN, NINE + 4 * HOUR) == Stand(SpaceStanding.FREE, OPEN.end, closes=True)
    assert stand([], OPEN, OPEN.end - HOUR / 2) == Stand(SpaceStanding.SOON, OPEN.end, closes=True)


def test_it_is_busy_until_nothing_follows_and_mine_is_said_before_anything_else():
    chain = [taken(1, 2), taken(0, 1), taken(2.5, 3)]
    assert stand(chain, OPEN, NINE).until == NINE + 2 * HOUR
    mine = taken(0, 1, SpaceStanding.MINE)
    assert stand([taken(0, 4), mine], OPEN, NINE) == Stand(SpaceStanding.MINE, NINE + HOUR, mine)


def test_what_is_kept_to_tidy_up_is_neither_free_nor_in_use():
    """Used till 11, tidied up till 11:30; from 12:30 on kept for who comes at one."""
    tidy = SpaceStanding.TIDY
    held = [taken(0, 2), taken(2, 2.5, tidy), taken(3.5, 4, tidy), taken(4, 5)]
    assert stand(held, OPEN, NINE).until == NINE + 2 * HOUR
    after = stand(held, OPEN, NINE + 2 * HOUR)
    assert (after.standing, after.until) == (tidy, NINE + 2.5 * HOUR)
    free = stand(held, OPEN, NINE + 2.5 * HOUR)
    assert free == Stand(SpaceStanding.FREE, NINE + 3.5 * HOUR, tidied=True)
    assert to_book(free, NINE + 3 * HOUR, HOUR / 4, HOUR) is None, "the hour would end where it is tidied up"


def test_it_is_closed_before_it_opens_and_on_a_rest_day():
    assert stand([], OPEN, OPEN.start - HOUR) == Stand(SpaceStanding.CLOSED, OPEN.start)
    assert stand([], OPEN, OPEN.end) == Stand(SpaceStanding.CLOSED)
    assert stand([], None, NINE) == Stand(SpaceStanding.CLOSED)


def test_a_tap_proposes_an_hour_or_what_is_left_before_the_next_guest():
    step, least = timedelta(minutes=15), timedelta(minutes=30)
    free, short = Stand(SpaceStanding.FREE, NINE + 3 * HOUR), Stand(SpaceStanding.SOON, NINE + HOUR * 0.8)
    assert to_book(free, NINE, step, least) == Span(NINE, NINE + HOUR)
    assert to_book(free, NINE, step, 2 * HOUR) == Span(NINE, NINE + 2 * HOUR)
    assert to_book(short, NINE, step, least) == Span(NINE, NINE + HOUR * 0.75)
    assert to_book(short, NINE + HOUR / 2, step, least) is None
    assert to_book(Stand(SpaceStanding.BUSY, NINE + HOUR), NINE, step, least) is None


moments = st.integers(0, 48).map(lambda quarter: NINE + quarter * timedelta(minutes=15))
claims = st.lists(
    st.builds(
        lambda at, long: HeldSpan(Span(at, at + long * HOUR / 4), SpaceStanding.BUSY),
        moments,
        st.integers(1, 12),
    ),
    max_size=6,
)


@given(claims, moments)
def test_a_space_is_never_free_while_somebody_has_it_and_what_is_proposed_is_free(held, at):
    found = stand(held, OPEN, at)
    there = any(one.span.contains(at) for one in held)
    assert (found.standing is SpaceStanding.BUSY) == there
    span = to_book(found, at, timedelta(minutes=15), timedelta(minutes=30))
    assert span is None or not any(one.span.overlaps(span) for one in held)
    assert span is None or span.end <= OPEN.end
