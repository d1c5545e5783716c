"""The rows of a day: what is taken, what is free, and where it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from booking.blueprints.kit.timeline import Axis, Claim, RowMaker, row_maker
from booking.language import force_locale
from booking.values import Span
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
    maker = RowMaker(axis(), "/reserve?", axis().column_after(bookable_from), **more)
    return maker.row(7, "听雨", taken(*claims))


def taken(*claims):
    return [Claim("busy", Span(*claim)) for claim in claims]


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


def drawn(*claims, name="听雨", free_from=0, **more):
    maker = row_maker(axis(), "/reserve?", free_from, wait_url="/wait?", **more)
    return maker.html(7, name, taken(*claims), detail="8 人")


def test_a_row_of_which_everything_is_as_it_was_is_the_one_drawn_then():
    assert drawn((at(8), at(9))) is drawn((at(8), at(9)))
    assert row_maker(axis(), "/reserve?", 0) is row_maker(axis(), "/reserve?", 0)


@pytest.mark.parametrize(
    "changed",
    [
        lambda: drawn((at(8), at(9, 15))),
        lambda: drawn((at(8), at(9)), (at(10), at(11))),
        lambda: drawn((at(8), at(9)), name="观澜"),
        lambda: drawn((at(8), at(9)), free_from=8),
        lambda: drawn((at(8), at(9)), bookable=False),
        lambda: drawn((at(8), at(9)), shortest=60),
        lambda: drawn((at(8), at(9)), step=3),
    ],
)
def test_whatever_changes_is_drawn_anew(changed):
    before = drawn((at(8), at(9)))
    assert changed() != before
    assert drawn((at(8), at(9))) == before, "what was there is drawn as it was"


def test_a_row_is_kept_in_each_language_by_itself():
    chinese = drawn((at(8), at(9)))
    with force_locale("en"):
        english = drawn((at(8), at(9)))
        assert "+ 候补" not in english
        assert "空闲" not in english
    assert "+ 候补" in chinese
    told = '<span class="visually-hidden">听雨 08:00–09:00 已占用 </span>+ 候补'
    assert told in chinese, "who hears a list of links knows which room and when, and that it is taken"
    assert drawn((at(8), at(9))) == chinese


def test_one_does_not_see_the_row_that_somebody_else_was_drawn():
    maker = row_maker(axis(), "/reserve?", 0)
    span = Span(at(8), at(9))
    mine = maker.html(7, "听雨", [Claim("mine", span, "产品周会", "/reservations/3")])
    theirs = maker.html(7, "听雨", [Claim("busy", span)])
    assert "产品周会" in mine
    assert "产品周会" not in theirs
    assert "/reservations/3" not in theirs
