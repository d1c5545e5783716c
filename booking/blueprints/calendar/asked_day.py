"""What the calendar's pages are asked for, and the strip of days that leads from one to the next."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from flask import request, url_for

from booking.blueprints.kit.availability import Criteria
from booking.blueprints.kit.converters import day_or
from booking.blueprints.kit.filters import comma_list, short_month, short_weekday
from booking.blueprints.kit.labels.spaces import KINDS, kind_name, kind_or, thing_name
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.parks.queries import park_calendar
from booking.reservations import space_queries
from booking.spaces.models import Kind


class DayQuery(NamedTuple):
    """What the address asks for."""

    kind: Kind
    day: date
    wish: Criteria

    @classmethod
    def of_request(cls, today: date) -> Self:
        """Read it; nonsense is nothing said: meeting rooms, today."""
        kind = kind_or(request.args.get("kind"), KINDS[0])
        return cls(kind, day_or(request.args.get("day"), today), Criteria.of_request())

    def args(self, **instead: object) -> dict[str, Any]:
        """Write it as parameters of an address, with something else in it; the rest of the filter stays."""
        args = {"kind": self.kind.value, "day": self.day.isoformat(), **self.wish.args()} | instead
        return {name: value for name, value in args.items() if value}

    def url(self, **instead: object) -> str:
        """Write the address of this page with something else in it."""
        return url_for("calendar.day", **self.args(**instead))


def filter_of(asked: DayQuery, spaces: Sequence[space_queries.SpaceRow]) -> space_queries.SpaceFilter:
    """Tell what is wanted of spaces of this kind; equipment that none of them has is of another kind."""
    names = (
        space_queries.equipment_of_kind(db.session(), my_park().id, asked.kind)
        if asked.wish.equipment
        else ()
    )
    return asked.wish.among(asked.kind, names, {space.area_id for space in spaces})


def fitting(
    spaces: Sequence[space_queries.SpaceRow],
    asked: DayQuery,
    wanted: space_queries.SpaceFilter,
    now: datetime,
) -> Sequence[space_queries.SpaceRow]:
    """Keep the spaces that offer what is wanted."""
    if wanted == space_queries.SpaceFilter():
        return spaces
    ids = set(space_queries.fitting_spaces(db.session(), my_park().id, asked.kind, now, wanted))
    return [space for space in spaces if space.id in ids]


def only_those(wanted: space_queries.SpaceFilter) -> str:
    """Say by what the page is narrowed, beside the area, which has links of its own."""
    seats = [gettext("%(count)s 人及以上", count=wanted.people)] if wanted.people > 1 else []
    return comma_list([*seats, *map(thing_name, wanted.equipment)])


def area_choices(
    spaces: Sequence[space_queries.SpaceRow],
    asked: DayQuery,
    wanted: space_queries.SpaceFilter,
    endpoint: str = "calendar.day",
) -> list[tuple[str, str, bool]]:
    """List the areas that have such spaces, as links; none where there is but one."""
    areas = {space.area_id: local_name(space.area, space.area_en) for space in spaces}
    if len(areas) < 2:  # noqa: PLR2004 - one area is no choice
        return []
    everywhere = (gettext("全部区域"), url_for(endpoint, **asked.args(area=None)), wanted.area_id is None)
    there = url_for(endpoint, **asked.args(area="0"))
    return [everywhere] + [
        (name, there.replace("area=0", f"area={area_id}"), area_id == wanted.area_id)
        for area_id, name in areas.items()
    ]


def kind_choices(asked: DayQuery, kinds: Sequence[Kind], endpoint: str) -> list[tuple[str, str, bool]]:
    """List the kinds as links."""
    there = url_for(endpoint, **asked.args(kind="0"))
    return [
        (kind_name(one), there.replace("kind=0", f"kind={one.value}"), one is asked.kind) for one in kinds
    ]


def filter_label(
    asked: DayQuery, areas: Sequence[tuple[str, str, bool]], wanted: space_queries.SpaceFilter
) -> str:
    """Say in one line what is listed: the kind, the area where one is chosen, seats and equipment."""
    area = [name for name, _, chosen in areas[1:] if chosen]
    return " · ".join([kind_name(asked.kind), *area, *filter(None, [only_those(wanted)])])


class StripDay(NamedTuple):
    """A day of the strip that leads from one to the next."""

    day: date
    name: str  # its weekday, 今天, or at a month's beginning the month
    words: str
    url: str
    shown: bool
    rests: bool


ONE_DAY = timedelta(days=1)
AHEAD, AROUND = 20, 4


def day_strip(shown: date, today: date, there: str) -> Sequence[StripDay]:
    """List yesterday and the next three weeks; for who is elsewhere, the days around.

    `there` is the address with `day=0`.
    """
    begins, days = today - ONE_DAY, AHEAD + 2
    if not begins <= shown <= today + AHEAD * ONE_DAY:
        begins, days = shown - AROUND * ONE_DAY, 2 * AROUND + 1
    calendar = park_calendar(db.session(), my_park().id)
    listed = [begins + number * ONE_DAY for number in range(days)]
    weekdays = {one.weekday(): short_weekday(one) for one in listed[:7]}
    months = {one.month: short_month(one) for one in (listed[0], listed[-1])}
    pattern, names = str(gettext("%(month)s%(day)s日 %(weekday)s")), {today: str(gettext("今天"))}
    return [
        StripDay(
            day,
            names.get(day) or (months[day.month] if day.day == 1 else weekdays[day.weekday()]),
            pattern % {"month": months[day.month], "day": day.day, "weekday": weekdays[day.weekday()]},
            there.replace("day=0", f"day={day}"),
            day == shown,
            not calendar.is_working_day(day),
        )
        for day in listed
    ]
