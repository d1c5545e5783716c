"""How a space stands at a moment: free, free but not for long, taken and by whom, closed. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from booking.values.span import Span


class SpaceStanding(StrEnum):
    """What a plan colours a space by. SOON is free, but not for an hour: somebody comes, or it closes."""

    FREE = "free"
    SOON = "soon"
    BUSY = "busy"
    OURS = "ours"
    MINE = "mine"
    CLOSED = "closed"


class HeldSpan(NamedTuple):
    """What takes a space for a while: whose it is to the reader, in words, and where to read more."""

    span: Span
    whose: SpaceStanding
    words: str = ""
    href: str = ""


class Stand(NamedTuple):
    """How a space stands, until when (None: nobody knows), and what takes it."""

    standing: SpaceStanding
    until: datetime | None = None
    held: HeldSpan | None = None
    closes: bool = False  # it closes then; else somebody comes


SOON_WITHIN: Final = timedelta(hours=1)
FIRST_TO_SAY: Final = (SpaceStanding.MINE, SpaceStanding.OURS, SpaceStanding.CLOSED, SpaceStanding.BUSY)


def stand(held: Sequence[HeldSpan], opened: Span | None, at: datetime) -> Stand:
    """Tell how a space stands at an instant, by what takes it that day, in any order, and when it is open.

    Taken: until nothing follows without a gap. Not open: until it opens, if that is still to come. Free:
    until somebody comes or it closes.
    """
    there = [one for one in held if one.span.contains(at)]
    if there:
        first = min(there, key=lambda one: FIRST_TO_SAY.index(one.whose))
        return Stand(first.whose, _end_of_chain(held, at), first)
    if opened is None or not opened.contains(at):
        return Stand(SpaceStanding.CLOSED, opened.start if opened is not None and at < opened.start else None)
    until = min([opened.end, *(one.span.start for one in held if one.span.start > at)])
    standing = SpaceStanding.SOON if until - at < SOON_WITHIN else SpaceStanding.FREE
    return Stand(standing, until, closes=until == opened.end)


def _end_of_chain(held: Sequence[HeldSpan], at: datetime) -> datetime:
    end = at
    for one in sorted(held):
        if one.span.start <= end:
            end = max(end, one.span.end)
    return end


def to_book(stands: Stand, earliest: datetime, step: timedelta, least: timedelta) -> Span | None:
    """Give what a tap proposes: an hour, or the shortest use there is; less where somebody comes before.

    From `earliest` on, which stands on the grid of `step`. None where nothing that long is free.
    """
    if stands.standing not in {SpaceStanding.FREE, SpaceStanding.SOON} or stands.until is None:
        return None
    wanted = max(least, -(-SOON_WITHIN // step) * step)
    end = min(earliest + wanted, earliest + (stands.until - earliest) // step * step)
    return Span(earliest, end) if end - earliest >= least and end > earliest else None
