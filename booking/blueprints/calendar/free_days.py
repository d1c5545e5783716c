"""How much of some days is free: half hour by half hour, where a search begins, and as a month."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.calendar.day import blueprint
from booking.blueprints.calendar.query import DayQuery, area_choices, filter_label, filter_of, kind_choices
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import day as day_text, short_day, short_weekday
from booking.blueprints.kit.labels.spaces import KINDS
from booking.blueprints.kit.occupancy import is_within_reach, window_of
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext, ngettext
from booking.parks.queries import park_calendar
from booking.people.models import Role
from booking.reservations import space_queries
from booking.reservations.free_time.queries import TakenTimes, taken_times
from booking.reservations.free_time.rules import HalfHours, first_run, free_counts, free_sets, share_free
from booking.reservations.reserve import booking_context
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, BookingContext, local_instant
from booking.reservations.upcoming import own_between
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.spaces.rules import LONGEST_BUFFER
from booking.values import Month, Span, local_day
from booking.values.writing import minute_clock


def first_day(kind: Kind, now: datetime) -> date:
    """Give today, or the next day on which some space is open where today's last hour has begun."""
    today = now.astimezone(my_park().zone).date()
    rules = [at for at, _ in FreeDays(kind, today, space_queries.SpaceFilter(), now).rules]
    for day in (today + number * ONE_DAY for number in range(MOST_DAYS)):
        opened = (at.open_on(day) for at in rules)
        if any(one and max(one.start, now) + 60 * MINUTE <= one.end for one in opened):
            return day
    return today


AN_HOUR = 2  # half hours
ONE_DAY = timedelta(days=1)
MOST_DAYS = 14


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

    @cached_property
    def taken(self) -> TakenTimes:
        """When spaces of the kind are taken; until after the days, for what is kept free after a use."""
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


@blueprint.get("/month")
@allow(*Role)
def month() -> ResponseReturnValue:
    """Show a month, Monday to Sunday; each day leads to its page."""
    now, park = clock.now(), my_park()
    today = now.astimezone(park.zone).date()
    asked = DayQuery.of_request(today)
    if asked.kind is Kind.STORAGE:  # is had by the day, and its page says until when
        return redirect(asked.url())
    everywhere = space_queries.spaces_in_service(db.session(), park.id, asked.kind, now)
    wanted = filter_of(asked, everywhere)
    shown = Month.containing(asked.day, park.zone)
    areas = area_choices(everywhere, asked, wanted, "calendar.month")
    monday = asked.day - asked.day.weekday() * ONE_DAY
    return render_template(
        "calendar/month.html",
        asked=asked,
        month=shown,
        weekdays=[short_weekday(monday + number * ONE_DAY) for number in range(7)],
        weeks=weeks_of(shown, asked, wanted, now),
        kinds=kind_choices(asked, [kind for kind in KINDS if kind is not Kind.STORAGE], "calendar.month"),
        areas=areas,
        words=filter_label(asked, areas, wanted),
        previous_url=_url(asked, day=shown.previous.first_day),
        next_url=_url(asked, day=shown.next.first_day),
        today_url="" if shown == Month.of(now, park.zone) else _url(asked, day=today),
        day_url=asked.url(),
        books=me().enterprise_id is not None,
    )


def _url(asked: DayQuery, **instead: object) -> str:
    return url_for("calendar.month", **asked.args(**instead))


class MonthDay(NamedTuple):
    """A day: how much of it is free, in words, and as a strength from 0 to 4; None where it is not told."""

    number: str
    url: str
    words: str
    free: str
    level: int | None
    today: bool
    rests: bool
    mine: bool  # the reader holds something that begins then

    @property
    def begins_month(self) -> bool:
        """Tell whether its number says the month too."""
        return not self.number.isdecimal()


LEAST_WEEKS = 5


def weeks_of(
    shown: Month, asked: DayQuery, wanted: space_queries.SpaceFilter, now: datetime
) -> Sequence[Sequence[MonthDay]]:
    """Lay the days of the month out in weeks, what is past of this month left out; five weeks at least."""
    park = my_park()
    today = now.astimezone(park.zone).date()
    begins = max(shown.first_day, today) if shown == Month.containing(today, park.zone) else shown.first_day
    begins -= begins.weekday() * ONE_DAY
    weeks = max(LEAST_WEEKS, -(-((shown.last_day - begins).days + 1) // 7))
    known = _known(asked.kind, wanted, now, begins, begins + (7 * weeks - 1) * ONE_DAY)
    calendar, there = park_calendar(db.session(), park.id), asked.url(day="0")
    days = [begins + number * ONE_DAY for number in range(7 * weeks)]
    mine, rests = _own_days(days[0], days[-1]), {day for day in days if not calendar.is_working_day(day)}
    cells = [
        _cell(day, known, today, there.replace("day=0", f"day={day}"), day in rests, day in mine)
        for day in days
    ]
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _known(
    kind: Kind, wanted: space_queries.SpaceFilter, now: datetime, begins: date, ends: date
) -> FreeDays | None:
    """Read the days that are still to come, and near enough to be booked; None where none is."""
    park = my_park()
    today = now.astimezone(park.zone).date()
    horizon = rules_for(db.session(), park.id, since=today).kind(kind).horizon_days
    first, last = max(begins, today), min(ends, today + horizon * ONE_DAY)
    return FreeDays(kind, first, wanted, now, (last - first).days + 1) if first <= last else None


def _own_days(first: date, last: date) -> set[date]:
    """Name the days on which something of the reader's begins; one query."""
    zone = my_park().zone
    span = Span(local_instant(first, 0, zone), local_instant(last, MINUTES_OF_DAY, zone))
    return {local_day(one.span.start, zone) for one in own_between(db.session(), me().id, span)}


def _cell(day: date, known: FreeDays | None, today: date, url: str, *told: bool) -> MonthDay:
    free, level = "", None
    if known and 0 <= (day - known.first).days < known.days:
        free, level = _told(known.on(day))
    number = str(day.day) if day.day > 1 else short_day(day)
    return MonthDay(number, url, _day_label(day, free), free, level, day == today, *told)


FULLY, MOST = 100, 4


def _told(day: FreeHours | None) -> tuple[str, int | None]:
    """Say how much of a day is free, at least 1 % where anything is."""
    if day is None:
        return str(gettext("不开放")), None
    free, opened = share_free(day.opened.values(), day.free.values())
    if not free:
        return str(gettext("满")), 0
    return f"{max(1, FULLY * free // opened)}%", max(1, -(-MOST * free // opened))


def _day_label(day: date, free: str) -> str:
    if not free:
        return day_text(day)
    return str(gettext("%(day)s，空闲：%(free)s", day=day_text(day), free=free))
