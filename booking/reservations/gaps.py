"""The nearest free times, as arithmetic on spans."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from booking.values.span import Span


class Grid(NamedTuple):
    """Where a use may begin: every `step` counted from `origin`."""

    origin: datetime
    step: timedelta

    def not_before(self, instant: datetime) -> datetime:
        """Give the first grid point at or after the instant."""
        return self.origin - (self.origin - instant) // self.step * self.step

    def not_after(self, instant: datetime) -> datetime:
        """Give the last grid point at or before the instant."""
        return self.origin + (instant - self.origin) // self.step * self.step


def gaps(busy: Iterable[Span], window: Span) -> Iterator[Span]:
    """Walk through what is free of the window, in order; `busy` may overlap and come in any order."""
    reached = window.start
    for span in sorted(busy):
        if span.start > reached:
            if span.start >= window.end:
                break
            yield Span(reached, span.start)
        reached = max(reached, span.end)
    if reached < window.end:
        yield Span(reached, window.end)


ONE_DAY = timedelta(days=1)


def nearest(
    wanted: Span, free: Iterable[Span], grid: Grid, most: int, *, same_clock: bool = False
) -> Sequence[Span]:
    """Give in each free stretch the one place of the wanted length nearest to the wanted start.

    The nearest first; of two equally near the earlier. With `same_clock`, a stretch of a later day gives
    the place nearest to the same time of that day: who asked for ten o'clock means ten o'clock tomorrow.
    """
    found = []
    for stretch in free:
        first, last = grid.not_before(stretch.start), grid.not_after(stretch.end - wanted.length)
        if first <= last:
            days_on = max(0, (last - wanted.start) // ONE_DAY) if same_clock else 0
            start = min(max(grid.not_after(wanted.start + days_on * ONE_DAY), first), last)
            found.append(Span(start, start + wanted.length))
    found.sort(key=lambda span: (abs(span.start - wanted.start), span.start))
    return found[:most]
