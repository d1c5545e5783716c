"""How much of some days is free, half hour by half hour, and which spaces can be had."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from booking.blueprints.kit.occupancy import is_within_reach, window_of
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext, ngettext
from booking.reservations import space_queries
from booking.reservations.free_time.queries import TakenTimes, taken_times
from booking.reservations.free_time.rules import HalfHours, RoomDay, first_run, free_counts, free_sets
from booking.reservations.nearest import StartGrid
from booking.reservations.reserve import booking_context
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, BookingContext, local_instant
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.spaces.rules import LONGEST_BUFFER
from booking.values import Span
from booking.values.writing import minute_clock

AN_HOUR = 2  # half hours
ONE_DAY = timedelta(days=1)


class FreeHours(NamedTuple):
    """A day: its half hours, the minute of the first, in which of them each space is open, and is free."""

    hours: HalfHours
    opens: int
    opened: Mapping[int, int]
    free: Mapping[int, int]

    @property
    def next_hour(self) -> int | None:
        """Give the minute from which on some space is free for an hour; None where none is."""
        first = first_run(self.free.values(), AN_HOUR, self.hours.number)
        return None if first is None else self.opens + 30 * first


@dataclass(frozen=True)
class FreeDays:
    """Local days of the spaces of a kind that offer what is wanted; read when it is first asked for."""

    kind: Kind
    first: date
    wanted: space_queries.SpaceFilter
    now: datetime
    days: int = 1
    known: TakenTimes | None = None  # what was read already, of these days and more

    @cached_property
    def taken(self) -> TakenTimes:
        """When spaces of the kind are taken; until after the days, for what is kept free after a use."""
        if self.known is not None:
            return self.known
        park = my_park()
        start, end = (local_instant(self.first, days * MINUTES_OF_DAY, park.zone) for days in (0, self.days))
        looked_at = Span(start, end + LONGEST_BUFFER * MINUTE)
        return taken_times(db.session(), park.id, self.kind, looked_at)

    @cached_property
    def rules(self) -> Sequence[tuple[BookingContext, Sequence[int]]]:
        """Give what holds under each rule, and the spaces that fit and follow it."""
        session, park = db.session(), my_park()
        rows = space_queries.fitting_rows(session, park.id, self.kind, self.now, self.wanted)
        rules = rules_for(session, park.id, since=self.first).by_rule([row.id for row in rows], self.kind)
        return [
            (booking_context(session, park, self.kind, rule, self.now), ids) for rule, ids in rules.items()
        ]

    @cached_property
    def by_day(self) -> Sequence[Mapping[int, Sequence[Span]]]:
        """Sort what is taken by the days it touches."""
        zone = my_park().zone
        starts = [local_instant(self.first, days * MINUTES_OF_DAY, zone) for days in range(self.days)]
        found: list[defaultdict[int, list[Span]]] = [defaultdict(list) for _ in starts]
        for space_id, spans in self.taken.by_space.items():
            for span in spans:
                number = max(0, bisect_right(starts, span.start) - 1)
                while number < self.days and starts[number] < span.end:
                    found[number][space_id].append(span)
                    number += 1
        return found

    def on(self, day: date) -> FreeHours | None:
        """Tell of one of the days; None where nothing fits, or nothing can be had of it any more, or yet."""
        if not self.rules:
            return None
        window = window_of([at.opening for at, _ in self.rules], [day])
        first, last = (local_instant(day, minute, my_park().zone) for minute in window)
        hours = HalfHours.over(Span(first, last))
        opened: dict[int, int] = {}
        for at, ids in self.rules:
            opened |= dict.fromkeys(ids, _opened(day, at, hours))
        if not any(opened.values()):
            return None
        taken = dict(self.by_day[(day - self.first).days])
        for at, ids in self.rules:
            if buffer := at.opening.buffer_minutes * MINUTE:
                taken |= {
                    one: [Span(span.start - buffer, span.end) for span in taken.get(one, ())] for one in ids
                }
        return FreeHours(hours, window[0], opened, free_sets(opened, taken, hours))

    def strip(self, span: Span | None, url: Callable[[int], str]) -> Sequence["FreeHalfHour"]:
        """Tell of each half hour to come of the first day how many are free; nothing where none can be had.

        `url` leads to a search from a minute on.
        """
        day = self.on(self.first)
        if day is None:
            return ()
        hours, total = day.hours, len(day.free)
        counts = free_counts(day.free.values(), hours.number)
        picked = hours.touched(span) if span else 0
        return [
            _half_hour(day.opens + 30 * number, counts[number], total, bool(picked >> number & 1), url)
            for number in range(hours.number)
            if hours.span(number).start >= self.now
        ]


def _opened(day: date, at: BookingContext, hours: HalfHours) -> int:
    """Tell in which half hours a space under this rule can be had, were it free."""
    opened, earliest = at.open_on(day), at.now + at.opening.lead_minutes * MINUTE
    if opened is None or earliest >= opened.end or not is_within_reach(day, at):
        return 0
    return hours.within(Span(max(opened.start, earliest), opened.end))


class FreeHalfHour(NamedTuple):
    """A half hour of the strip: `level` is how strong it is drawn, 0 for none free."""

    clock: str
    free: int
    level: int
    picked: bool
    url: str
    words: str


def _half_hour(minute: int, free: int, total: int, picked: bool, url: Callable[[int], str]) -> FreeHalfHour:  # noqa: FBT001 - a fact of the row
    clock = minute_clock(minute)
    words = (
        ngettext("%(clock)s %(num)s 个空闲", "%(clock)s %(num)s 个空闲", free, clock=clock)
        if free
        else gettext("%(clock)s 满，没有空闲", clock=clock)
    )
    return FreeHalfHour(clock, free, free and 1 + 3 * free // total, picked, url(minute), str(words))


def rooms_on(day: date, free: FreeDays, between: tuple[int, int], length: int) -> Iterator[RoomDay]:
    """Give the spaces that can be had that day for so many minutes, between two of the day's minutes."""
    zone = my_park().zone
    midnight, (first, last) = local_instant(day, 0, zone), between
    part = Span(local_instant(day, first, zone), local_instant(day, last, zone))
    taken = free.by_day[(day - free.first).days]
    for at, ids in free.rules:
        rule, opened = at.opening, at.open_on(day)
        fits = rule.minimum_minutes <= length <= rule.maximum_minutes
        if not fits or opened is None or length % rule.step_minutes or not is_within_reach(day, at):
            continue
        begins = max(opened.start, part.start, free.now + rule.lead_minutes * MINUTE)
        if begins >= (ends := min(opened.end, part.end)):
            continue
        grid = StartGrid(midnight, rule.step_minutes * MINUTE)
        for one in ids:
            yield RoomDay(one, Span(begins, ends), taken.get(one, ()), rule.buffer_minutes * MINUTE, grid)
