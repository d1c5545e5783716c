"""The rows of a day: what is taken, what is free, and where it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.blueprints.kit.timeline import Axis, Claim, RowMaker
from booking.values.span import Span
from tests.look.gallery_app import make_app

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLY = datetime(2026, 11, 3, 0, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True, scope="module")
def words():
    with make_app().test_request_context("/gallery"):
        yield


def at(hour, minute=0):
    return datetime(2026, 11, 3, hour, minute, tzinfo=SHANGHAI)


def axis(first=8, last=22):
    return Axis(Span(at(first), at(last)), SHANGHAI)


def row(*claims, bookable_from=EARLY, **more):
    maker = RowMaker(axis(), lambda space, start: f"/reserve?space={space}&start={start}", bookable_from)
    return maker.row(7, "听雨", [Claim("busy", Span(*claim)) for claim in claims], **more)


def places(things):
    return [(thing.at, thing.length) for thing in things]


def test_an_empty_day_is_one_free_stretch():
    assert places(row().gaps) == [(0, 56)]


def test_a_free_stretch_is_a_link_to_the_form_with_its_start_filled_in():
    gap = row((at(8), at(9))).gaps[0]
    assert gap.href == "/reserve?space=7&start=2026-11-03T09:00"
    assert gap.label == "听雨 09:00–22:00 空闲，预订"


def test_what_takes_part_of_a_quarter_takes_the_quarter():
    drawn = row((at(9, 7), at(10, 48)))
    assert places(drawn.blocks) == [(4, 8)]
    assert places(drawn.gaps) == [(0, 4), (12, 44)]


def test_touching_claims_leave_no_gap_between_them():
    assert places(row((at(9), at(10)), (at(10), at(11))).gaps) == [(0, 4), (12, 44)]


def test_what_lies_outside_the_opening_hours_is_cut_off():
    drawn = row((at(6), at(7)), (at(7), at(9)), (at(21), at(23)))
    assert places(drawn.blocks) == [(0, 4), (52, 4)]


def test_the_past_is_not_offered():
    assert places(row(bookable_from=at(9, 40)).gaps) == [(7, 49)]
    assert row(bookable_from=at(23)).gaps == []


def test_a_gap_shorter_than_the_shortest_booking_is_not_offered():
    drawn = row((at(8, 15), at(12)), shortest=2)
    assert places(drawn.gaps) == [(16, 40)]


def test_a_space_that_cannot_be_booked_offers_nothing():
    assert row(bookable=False).gaps == []


def test_the_line_of_now_stands_only_inside_the_day():
    assert axis().now(at(9, 40)) == 6
    assert axis().now(at(22)) is None
    assert axis().now(at(7, 59)) is None


def test_the_ruler_names_whole_hours():
    ruler = Axis(Span(at(8, 30), at(10)), SHANGHAI).ticks()
    assert [(tick.at, tick.length, tick.label) for tick in ruler] == [(2, 4, "09:00")]


claims = st.lists(
    st.tuples(st.integers(0, 1380), st.integers(1, 300)).map(
        lambda pair: (EARLY + timedelta(minutes=pair[0]), EARLY + timedelta(minutes=pair[0] + pair[1]))
    ),
    max_size=8,
)


@given(claims)
def test_no_free_stretch_overlaps_anything_taken(taken):
    drawn = row(*taken)
    free = {column for gap in drawn.gaps for column in range(gap.at, gap.at + gap.length)}
    busy = {column for block in drawn.blocks for column in range(block.at, block.at + block.length)}
    assert not free & busy
    assert free | busy == set(range(56))
