"""How much of a day is free, half hour by half hour: where a search begins, and the strip above it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from booking.blueprints.calendar.timelines import is_within_reach, window_of
from booking.blueprints.kit.labels.spaces import minute_clock
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext, ngettext
from booking.reservations.booking_context import booking_context
from booking.reservations.free_time.queries import TakenTimes, taken_times
from booking.reservations.free_time.rules import HalfHours, first_run, free_counts, free_sets
from booking.reservations.rules import MINUTE, BookingContext, local_instant
from booking.reservations.space_queries import SpaceFilter, fitting_rows
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.spaces.rules import LONGEST_BUFFER, Opening
from booking.values.month import day_span
from booking.values.span import Span

ONE_DAY = timedelta(days=1)
MOST_DAYS = 14
AN_HOUR = 2  # half hours


def first_day(kind: Kind, now: datetime) -> date:
    """Give today, or the next open day where today's last hour has begun."""
    park = my_park()
    today = now.astimezone(park.zone).date()
    rule = rules_for(db.session(), park.id, since=today).kind(kind)
    at = booking_context(db.session(), park, kind, rule, now)
    for number in range(MOST_DAYS):
        opened = at.open_on(today + number * ONE_DAY)
        if opened and max(opened.start, now) + 60 * MINUTE <= opened.end:
            return today + number * ONE_DAY
    return today


@dataclass(frozen=True)
class FreeDay:
    """A day of the spaces of a kind that offer what is wanted; read when it is first asked for."""

    kind: Kind
    day: date
    wanted: SpaceFilter
    now: datetime

    @cached_property
    def taken(self) -> TakenTimes:
        """When spaces of the kind are taken; until after the day, for what is kept free after a use."""
        park = my_park()
        span = day_span(self.day, park.zone)
        looked_at = Span(span.start, span.end + LONGEST_BUFFER * MINUTE)
        return taken_times(db.session(), park.id, self.kind, looked_at)

    @cached_property
    def _rules(self) -> Mapping[Opening, Sequence[int]]:
        park = my_park()
        rows = fitting_rows(db.session(), park.id, self.kind, self.now, self.wanted)
        rules = rules_for(db.session(), park.id, since=self.day)
        return rules.by_rule([row.id for row in rows], self.kind)

    def _at(self, opening: Opening) -> BookingContext:
        return booking_context(db.session(), my_park(), self.kind, opening, self.now)

    @cached_property
    def _window(self) -> tuple[int, int]:
        return window_of(self._rules, [self.day])

    @cached_property
    def _hours(self) -> HalfHours:
        first, last = (local_instant(self.day, minute, my_park().zone) for minute in self._window)
        return HalfHours.over(Span(first, last))

    @cached_property
    def _free(self) -> Mapping[int, int]:
        opened: dict[int, int] = {}
        for rule, ids in self._rules.items():
            at = self._at(rule)
            hours, earliest = at.open_on(self.day), self.now + rule.lead_minutes * MINUTE
            can = is_within_reach(self.day, at) and hours is not None and earliest < hours.end
            span = Span(max(hours.start, earliest), hours.end) if hours and can else None
            opened |= dict.fromkeys(ids, self._hours.within(span) if span else 0)
        return free_sets(opened, self.taken.by_space, self._hours)

    @property
    def next_hour(self) -> int | None:
        """Give the minute from which on some space is free for an hour; None where none is."""
        if not self._rules:
            return None
        first = first_run(self._free.values(), AN_HOUR, self._hours.number)
        return None if first is None else self._window[0] + 30 * first

    def strip(self, span: Span | None, url: Callable[[int], str]) -> Sequence["FreeHalfHour"]:
        """Tell of each half hour to come how many are free; `url` leads to a search from a minute on.

        Nothing where the day cannot be had at all.
        """
        if not self._rules or not any(self._free.values()):
            return ()
        hours, total = self._hours, len(self._free)
        counts = free_counts(self._free.values(), hours.number)
        picked = hours.touched(span) if span else 0
        return [
            _half_hour(self._window[0] + 30 * number, counts[number], total, bool(picked >> number & 1), url)
            for number in range(hours.number)
            if hours.span(number).start >= self.now
        ]


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
        ngettext("%(clock)s，%(num)s 个空闲", "%(clock)s，%(num)s 个空闲", free, clock=clock)
        if free
        else gettext("%(clock)s，没有空闲", clock=clock)
    )
    return FreeHalfHour(clock, free, free and 1 + 3 * free // total, picked, url(minute), str(words))
