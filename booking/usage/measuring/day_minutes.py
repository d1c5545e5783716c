"""The minutes of a local day: when a place is open, and what of a use lies in that (docs/rules.md)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from booking.values import Span


class UseBand(StrEnum):
    """In which part of the day a place was used, as utilisation counts it."""

    PEAK = "peak"  # at the standard price or a higher one
    OFF_PEAK = "off_peak"  # 错时: in a band that is cheaper
    EXTENDED = "extended"  # 延时: in the band of that name, or in hours a dated exception added


class Minutes(NamedTuple):
    """A stretch of a local day, `[first, last)`, in minutes passed since its midnight."""

    first: int
    last: int


class OpenPiece(NamedTuple):
    """When a place is open, without a gap; `beyond` its own rule, where only an exception opens it."""

    first: int
    last: int
    beyond: bool


class BandPiece(NamedTuple):
    """A part of the day that is not peak."""

    first: int
    last: int
    band: UseBand


class UsedPiece(NamedTuple):
    """Minutes used, all of them open and in one band."""

    first: int
    last: int
    band: UseBand


class BandPlan(NamedTuple):
    """The bands of a tariff version on a rest day and on a working day; what is in none is peak."""

    rest: tuple[BandPiece, ...]
    working: tuple[BandPiece, ...]


NO_BANDS = BandPlan((), ())


SECONDS = 60


def minutes_of(start: datetime, end: datetime, day: Span) -> Minutes | None:
    """Tell which minutes of a local day a stretch of time covers; None where it covers none.

    Seconds are dropped at both ends, so what did not overlap does not overlap in minutes either.
    """
    first, last = (
        int((min(max(at, day.start), day.end) - day.start).total_seconds()) // SECONDS for at in (start, end)
    )
    return Minutes(first, last) if first < last else None


def open_pieces(
    usual: Minutes | None, hours: Minutes | None, closed: Sequence[Minutes]
) -> Iterator[OpenPiece]:
    """Give when a place is open on a day: its hours less its closures, cut where its usual hours end."""
    if hours is None:
        return
    marks = sorted({hours.first, hours.last, *(usual or ()), *(mark for one in closed for mark in one)})
    for first, last in _between(marks, hours):
        if not any(one.first <= first < one.last for one in closed):
            yield OpenPiece(first, last, beyond=usual is None or not usual.first <= first < usual.last)


def _between(marks: Sequence[int], hours: Minutes) -> Iterator[Minutes]:
    within = [mark for mark in marks if hours.first <= mark <= hours.last]
    for first, last in pairwise(within):
        yield Minutes(first, last)


def used_pieces(use: Minutes, opened: Iterable[OpenPiece], bands: Sequence[BandPiece]) -> Iterator[UsedPiece]:
    """Cut a use to what is open, and at the bands' borders: never a minute more than was open."""
    for piece in opened:
        first, last = max(use.first, piece.first), min(use.last, piece.last)
        if first >= last:
            continue
        if piece.beyond:
            yield UsedPiece(first, last, UseBand.EXTENDED)
        else:
            yield from _by_band(first, last, bands)


def _by_band(first: int, last: int, bands: Sequence[BandPiece]) -> Iterator[UsedPiece]:
    reached = first
    for band in sorted(bands):
        start, end = max(reached, band.first), min(last, band.last)
        if start >= end:
            continue
        if reached < start:
            yield UsedPiece(reached, start, UseBand.PEAK)
        yield UsedPiece(start, end, band.band)
        reached = end
    if reached < last:
        yield UsedPiece(reached, last, UseBand.PEAK)
