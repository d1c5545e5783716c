"""A drawing says what its figures say."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.blueprints.kit.charts import (
    Part,
    StackedColumn,
    before_and_now,
    percentage,
    sparkline,
    stacked_columns,
    use_bars,
)
from booking.values import Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
fen = st.integers(min_value=0, max_value=10**9)


def savings_of(before, kept, shared):
    before, kept, shared, gap = (
        Part(value, "", "") for value in (before, kept, shared, before - kept - shared)
    )
    return before_and_now(before, kept, shared, gap, ("从前", "现在"))


def bars(chart, tone):
    return [bar for bar in chart.bars if bar.tone == tone]


def at(hour, minute=0, day=3):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_the_saving_is_the_gap_between_the_columns():
    chart = savings_of(1920000, 1008000, 144000)
    before, kept = bars(chart, "kept")
    (shared,), (gap,) = bars(chart, "accent"), bars(chart, "gap")
    assert gap.y == before.y
    assert gap.height + shared.height + kept.height == pytest.approx(before.height, abs=0.05)
    assert gap.height / before.height == pytest.approx(0.4, abs=0.001)


def test_who_pays_more_now_has_no_gap_but_an_excess_over_the_column_of_before():
    chart = savings_of(900000, 800000, 250000)
    assert not bars(chart, "gap")
    (excess,) = bars(chart, "excess")
    before = bars(chart, "kept")[0]
    assert excess.x == before.x
    assert excess.y + excess.height == pytest.approx(before.y, abs=0.05)


def test_a_bar_carries_no_more_text_than_fits():
    chart = savings_of(1920000, 1008000, 144000)
    (shared,), (gap,) = bars(chart, "accent"), bars(chart, "gap")
    assert (shared.has_room, shared.has_line) == (False, True)
    assert (gap.has_room, gap.has_line) == (True, False)
    (sliver,) = bars(savings_of(1920000, 1008000, 10000), "accent")
    assert not sliver.has_room
    assert not sliver.has_line


@given(fen, fen, fen)
def test_no_column_leaves_the_drawing(before, kept, shared):
    chart = savings_of(before, kept, shared)
    for bar in chart.bars:
        assert bar.height >= 0
        assert bar.y >= 0
        assert bar.y + bar.height <= chart.lines[0] + 0.05


def test_nothing_at_all_can_be_drawn():
    assert all(bar.height == 0 for bar in savings_of(0, 0, 0).bars)
    assert stacked_columns([]).bars == ()
    assert stacked_columns([StackedColumn("1", [0])]).bars == ()
    assert sparkline([]).points == ""


def test_columns_stand_on_the_ground_and_stack_upwards():
    chart = stacked_columns([StackedColumn("1", [30, 10], "40"), StackedColumn("2", [20, 0])])
    first, second, third = chart.bars
    assert first.y + first.height == chart.lines[0]
    assert second.y + second.height == pytest.approx(first.y)
    assert first.height == pytest.approx(3 * second.height, abs=0.05)
    assert third.height == pytest.approx(first.height * 2 / 3, abs=0.05)
    assert [mark.text for mark in chart.labels] == ["1", "40", "2"]


def test_a_line_runs_from_edge_to_edge_and_rises_with_its_values():
    assert sparkline([0, 5, 10]).points == "0.0,26.0 50.0,14.0 100.0,2.0"
    assert sparkline([7]).points == "0.0,26.0"


def test_reserved_used_and_billed_lie_on_one_axis_of_whole_hours():
    rows = [
        ("预订", "", Span(at(16, 30), at(18, 30))),
        ("使用", "", Span(at(16, 36), at(18, 17))),
        ("计费", "", Span(at(16, 36), at(18, 21))),
    ]
    picture = use_bars(rows, SHANGHAI)
    assert [tick.text for tick in picture.ticks] == ["16:00", "17:00", "18:00", "19:00"]
    reserved, used, billed = (row.bar for row in picture.rows if row.bar)
    assert (reserved.x, reserved.width) == ("16.67%", "66.67%")
    assert used.x == billed.x == "20.00%"
    assert (used.width, billed.width) == ("56.11%", "58.33%")


def test_what_was_never_used_has_words_but_no_bar():
    picture = use_bars(
        [("预订", "a", Span(at(9), at(10))), ("使用", "未到", None), ("计费", "b", None)], SHANGHAI
    )
    assert [bool(row.bar) for row in picture.rows] == [True, False, False]
    assert use_bars([("预订", "", None)], SHANGHAI).ticks == ()


@pytest.mark.parametrize("days", [1, 3, 9, 31, 365])
def test_a_long_axis_is_not_crowded(days):
    start = at(15)
    picture = use_bars([("计费", "", Span(start, start + timedelta(days=days)))], SHANGHAI)
    assert 2 <= len(picture.ticks) <= 9


def test_a_share_of_nothing_is_nothing():
    assert percentage(1, 0) == "0%"
    assert percentage(1, 3) == "33.33%"
