"""When spaces are free: a day in half hours, and the times at which several people can. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from booking.reservations.nearest import StartGrid, gaps
from booking.values import Span

HALF_HOUR = timedelta(minutes=30)
ALL_DAY = 48


class HalfHours(NamedTuple):
    """A stretch of a day in half hours; a set of them is a whole number, the first its lowest bit."""

    start: datetime
    number: int

    @classmethod
    def over(cls, span: Span) -> "HalfHours":
        """Cut a span into whole half hours from its start, at most a day of them."""
        return cls(span.start, min(ALL_DAY, -(-span.length // HALF_HOUR)))

    def touched(self, span: Span) -> int:
        """Give those that share an instant with the span."""
        return _bits(
            max(0, (span.start - self.start) // HALF_HOUR),
            min(self.number, -((self.start - span.end) // HALF_HOUR)),
        )

    def within(self, span: Span) -> int:
        """Give those that lie wholly in the span."""
        return _bits(
            max(0, -((self.start - span.start) // HALF_HOUR)),
            min(self.number, (span.end - self.start) // HALF_HOUR),
        )

    def span(self, nth: int) -> Span:
        """Give one of them, counted from 0."""
        start = self.start + nth * HALF_HOUR
        return Span(start, start + HALF_HOUR)


def _bits(first: int, last: int) -> int:
    return (1 << last) - (1 << first) if last > first else 0


def free_sets(
    opened: Mapping[int, int], taken: Mapping[int, Iterable[Span]], day: HalfHours
) -> Mapping[int, int]:
    """Tell of each space in which half hours it is open and nobody has it.

    `opened` says in which each is open. A half hour of which somebody has a part is not free.
    """
    found = dict(opened)
    for space_id in found.keys() & taken.keys():
        for span in taken[space_id]:
            found[space_id] &= ~day.touched(span)
    return found


def free_counts(free: Iterable[int], count: int) -> Sequence[int]:
    """Count for each half hour the spaces that are free in it."""
    counts = [0] * count
    for bits, spaces in Counter(free).items():  # most spaces are free alike
        for number in range(count):
            if bits >> number & 1:
                counts[number] += spaces
    return counts


def share_free(opened: Iterable[int], free: Iterable[int]) -> tuple[int, int]:
    """Count the half hours of all spaces that are free, and those there are of them.

    What is closed all day counts as long as what is open longest: a day on which one of four can be had is no
    freer than one on which all of them can.
    """
    counts = [bits.bit_count() for bits in opened]
    longest = max(counts, default=0)
    return sum(bits.bit_count() for bits in free), sum(count or longest for count in counts)


def first_run(free: Iterable[int], length: int, count: int) -> int | None:
    """Give the first half hour from which on some one space is free for so many; None where there is none."""
    starts = 0
    for bits in set(free):
        run = bits
        for number in range(1, length):
            run &= bits >> number
        starts |= run
    starts &= (1 << count) - 1
    return (starts & -starts).bit_length() - 1 if starts else None


class RoomDay(NamedTuple):
    """A room on one day: the time in which it can be had, what is taken of it, and where a use may begin."""

    key: int
    window: Span
    taken: Sequence[Span]
    buffer: timedelta  # kept free after a use
    grid: StartGrid


def _starts(room: RoomDay, busy: Sequence[Span], length: timedelta) -> Iterator[datetime]:
    """Walk through where a use of so long can begin, in order."""
    kept = [Span(one.start - room.buffer, one.end) for one in room.taken]
    for gap in gaps([*kept, *busy], room.window):
        start = room.grid.not_before(gap.start)
        while start + length <= gap.end:
            yield start
            start += room.grid.step


def first_start(rooms: Iterable[RoomDay], length: timedelta) -> datetime | None:
    """Give when the earliest use of so long can begin; None where no room has so much left."""
    return min((start for room in rooms for start in islice(_starts(room, (), length), 1)), default=None)


def times_for_all(
    rooms: Iterable[RoomDay], busy: Sequence[Span], length: timedelta
) -> Sequence[tuple[Span, int]]:
    """Give the times of a day at which everybody can and some room is free, with the first such room.

    The earliest first, and none that overlaps one before it. The rooms come in the order of preference; when
    the people are `busy` no room will do.
    """
    found: dict[datetime, int] = {}
    for room in rooms:
        for start in _starts(room, busy, length):
            found.setdefault(start, room.key)
    chosen: list[tuple[Span, int]] = []
    for start in sorted(found):
        if not chosen or start >= chosen[-1][0].end:
            chosen.append((Span(start, start + length), found[start]))
    return chosen
