"""A month of a kind of space: how much of each day is free."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.calendar.day import blueprint
from booking.blueprints.calendar.query import DayQuery, area_choices, filter_label, filter_of, kind_choices
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import day as day_text, short_day, short_weekday
from booking.blueprints.kit.free_time.days import ONE_DAY, FreeDays, FreeHours
from booking.blueprints.kit.labels.spaces import KINDS
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext
from booking.parks.queries import park_calendar, provisional_years
from booking.people.models import Role
from booking.reservations import space_queries
from booking.reservations.free_time.rules import share_free
from booking.reservations.rules import MINUTES_OF_DAY, local_instant
from booking.reservations.upcoming import own_between
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.values import Month, Span, local_day


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
    shown = month_of_page(asked.day, today)
    days = days_shown(shown, today)
    areas = area_choices(everywhere, asked, wanted, "calendar.month")
    monday = days[0]
    return render_template(
        "calendar/month.html",
        asked=asked,
        month=shown,
        weekdays=[short_weekday(monday + number * ONE_DAY) for number in range(7)],
        weeks=weeks_of(days, asked, wanted, now),
        kinds=kind_choices(asked, [kind for kind in KINDS if kind is not Kind.STORAGE], "calendar.month"),
        areas=areas,
        words=filter_label(asked, areas, wanted),
        provisional=provisional_years(db.session(), park.id, days[0], days[-1]),
        previous_url=_url(asked, day=shown.previous.first_day),
        next_url=_url(asked, day=shown.next.first_day),
        today_url="" if today in days else _url(asked, day=today),
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


def month_of_page(day: date, today: date) -> Month:
    """Give the month of a day; in the last week of this one, which the next begins with, the next."""
    sunday = _monday_of(day) + 6 * ONE_DAY
    return Month.containing(sunday if sunday == _monday_of(today) + 6 * ONE_DAY else day, my_park().zone)


def _monday_of(day: date) -> date:
    return day - day.weekday() * ONE_DAY


def days_shown(shown: Month, today: date) -> Sequence[date]:
    """List the days of a month's weeks, what is past of this month left out; five weeks at least.

    Where nothing of this month is left but the week that the next begins with, it is shown whole.
    """
    zone, begins = my_park().zone, _monday_of(shown.first_day)
    if shown == Month.containing(today, zone) == Month.containing(_monday_of(today) + 6 * ONE_DAY, zone):
        begins = max(begins, _monday_of(today))
    weeks = max(LEAST_WEEKS, -(-((shown.last_day - begins).days + 1) // 7))
    return [begins + number * ONE_DAY for number in range(7 * weeks)]


def weeks_of(
    days: Sequence[date], asked: DayQuery, wanted: space_queries.SpaceFilter, now: datetime
) -> Sequence[Sequence[MonthDay]]:
    """Lay days out in weeks."""
    park = my_park()
    today = now.astimezone(park.zone).date()
    known = _known(asked.kind, wanted, now, days[0], days[-1])
    calendar, there = park_calendar(db.session(), park.id), asked.url(day="0")
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
