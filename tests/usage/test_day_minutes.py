"""How many minutes of a day were open and used, worked by hand, and minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from booking.usage.measuring.day_minutes import (
    BandPiece,
    Minutes,
    OpenPiece,
    UseBand,
    UsedPiece,
    minutes_of,
    open_pieces,
    used_pieces,
)
from booking.values import day_span

PEAK, OFF_PEAK, EXTENDED = UseBand.PEAK, UseBand.OFF_PEAK, UseBand.EXTENDED
EVENING = (BandPiece(18 * 60, 22 * 60, OFF_PEAK),)
DAY = day_span(datetime(2026, 10, 8, tzinfo=UTC).date(), ZoneInfo("Asia/Shanghai"))


def at(hour, minute=0, second=0):
    return DAY.start + timedelta(hours=hour, minutes=minute, seconds=second)


def test_a_day_of_one_room_by_hand():
    """Open 8 to 22, closed 12 to 13:30, till 23 by exception; used 16:36 to 18:17, and 21:50 to 23:20."""
    opened = list(open_pieces(Minutes(480, 1320), Minutes(480, 1380), [Minutes(720, 810)]))
    assert opened == [
        OpenPiece(480, 720, beyond=False),
        OpenPiece(810, 1320, beyond=False),
        OpenPiece(1320, 1380, beyond=True),
    ]
    afternoon = minutes_of(at(16, 36, 59), at(18, 17, 1), DAY)
    assert afternoon == (996, 1097)
    assert list(used_pieces(afternoon, opened, EVENING)) == [(996, 1080, PEAK), (1080, 1097, OFF_PEAK)]
    late = minutes_of(at(21, 50), at(23, 20), DAY)
    assert list(used_pieces(late, opened, EVENING)) == [(1310, 1320, OFF_PEAK), (1320, 1380, EXTENDED)]
    assert list(used_pieces(Minutes(700, 830), opened, EVENING)) == [(700, 720, PEAK), (810, 830, PEAK)]


def test_a_rest_day_is_open_only_where_somebody_granted_it_and_then_all_of_it_is_extended():
    assert list(open_pieces(None, None, [])) == []
    granted = list(open_pieces(None, Minutes(540, 660), []))
    assert granted == [OpenPiece(540, 660, beyond=True)]
    assert list(used_pieces(Minutes(500, 600), granted, EVENING)) == [UsedPiece(540, 600, EXTENDED)]


def test_what_lies_on_other_days_has_no_minutes_here():
    assert minutes_of(at(-3), at(0), DAY) is None
    assert minutes_of(at(9, 0, 1), at(9, 0, 59), DAY) is None
    assert minutes_of(at(-3), at(30), DAY) == (0, 1440)


minute = st.integers(0, 1440)
stretch = st.sets(minute, min_size=2, max_size=2).map(lambda pair: Minutes(*sorted(pair)))


@st.composite
def disjoint(draw, most=4):
    marks = sorted(draw(st.sets(minute, max_size=2 * most)))
    return [Minutes(*pair) for pair in zip(marks[::2], marks[1::2], strict=False)]


@given(
    usual=st.none() | stretch,
    added=st.none() | stretch,
    closed=st.lists(stretch, max_size=3),
    uses=disjoint(),
    bands=disjoint(),
    sorts=st.lists(st.sampled_from([OFF_PEAK, EXTENDED, PEAK]), min_size=4, max_size=4),
)
def test_minute_by_minute_it_comes_to_the_same_and_never_to_more_than_was_open(
    usual, added, closed, uses, bands, sorts
):
    hours = usual
    if added is not None:
        hours = added if usual is None else Minutes(min(usual[0], added[0]), max(usual[1], added[1]))
    bands = [BandPiece(*band, sort) for band, sort in zip(bands, sorts, strict=False)]
    opened = list(open_pieces(usual, hours, closed))
    pieces = [piece for use in uses for piece in used_pieces(use, opened, bands)]

    def is_open(m):
        return hours is not None and hours[0] <= m < hours[1] and not any(a <= m < b for a, b in closed)

    def band_of(m):
        if usual is None or not usual[0] <= m < usual[1]:
            return EXTENDED
        return next((band for first, last, band in bands if first <= m < last), PEAK)

    expected_open = {m for m in range(1440) if is_open(m)}
    assert sorted(m for piece in opened for m in range(piece.first, piece.last)) == sorted(expected_open)
    expected = {m: band_of(m) for m in range(1440) if m in expected_open and any(a <= m < b for a, b in uses)}
    found = [(m, piece.band) for piece in pieces for m in range(piece.first, piece.last)]
    assert len(found) == len(expected)
    assert dict(found) == expected
    assert len(found) <= sum(piece.last - piece.first for piece in opened)


@given(st.lists(st.integers(0, 4000), min_size=2, max_size=8, unique=True).map(sorted))
def test_uses_that_follow_each_other_to_the_second_share_no_minute(seconds):
    stays = [
        minutes_of(DAY.start + timedelta(seconds=a), DAY.start + timedelta(seconds=b), DAY)
        for a, b in pairwise(seconds)
    ]
    covered = [m for stay in stays if stay for m in range(*stay)]
    assert len(covered) == len(set(covered))
