"""The day page: all spaces of a kind on one day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import render_template, request, url_for

from booking import clock
from booking.blueprints.calendar import blueprint
from booking.blueprints.calendar.plan import axis_of, drawn_claims, window_of
from booking.blueprints.calendar.sheet import NINE, Lane, Sheet, reader
from booking.blueprints.calendar.shelves import shelves
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import Criteria
from booking.blueprints.kit.converters import day_or
from booking.blueprints.kit.filters import day as day_text
from booking.blueprints.kit.labels.spaces import KINDS, kind_name, kind_or
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.parks.queries import provisional_years
from booking.people.models import Role
from booking.reservations.booking_context import booking_context
from booking.reservations.queries import claims_of_kind, parts_of_wholes
from booking.reservations.rules import local_instant
from booking.reservations.space_queries import (
    SpaceFilter,
    SpaceRow,
    equipment_of_kind,
    fitting_spaces,
    spaces_of_kind,
)
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.values.month import day_span


class Asked(NamedTuple):
    """What the address asks for."""

    kind: Kind
    day: date
    wish: Criteria

    def url(self, **instead: object) -> str:
        """Write the address of this page with something else in it; the rest of the filter stays."""
        args = {"kind": self.kind.value, "day": self.day.isoformat(), **self.wish.args()} | instead
        return url_for("calendar.day", **{name: value for name, value in args.items() if value})


ONE_DAY = timedelta(days=1)


@blueprint.get("")
@allow(*Role)
def day() -> str:
    """Show who has what on a day: own reservations named, others' busy, closures hatched."""
    now, park = clock.now(), my_park()
    today = now.astimezone(park.zone).date()
    asked = Asked(
        kind_or(request.args.get("kind"), KINDS[0]),
        day_or(request.args.get("day"), today),
        Criteria.of_request(),
    )
    everywhere = spaces_of_kind(db.session(), park.id, asked.kind, now)
    wanted = meant(asked, everywhere)
    spaces = fitting(everywhere, asked, wanted, now)
    storage = asked.kind is Kind.STORAGE
    return render_template(
        "calendar/storage.html" if storage else "calendar/day.html",
        asked=asked,
        today=today,
        sheet=shelves(spaces, asked) if storage else sheet(spaces, asked, now),
        kinds=[(kind_name(kind), asked.url(kind=kind.value), kind is asked.kind) for kind in KINDS],
        areas=area_choices(everywhere, asked, wanted),
        only=only_those(wanted),
        all_url=asked.url(people=None, equipment=None),
        anything=bool(everywhere),
        previous_url=asked.url(day=(asked.day - ONE_DAY).isoformat()),
        next_url=asked.url(day=(asked.day + ONE_DAY).isoformat()),
        today_url="" if asked.day == today else asked.url(day=today.isoformat()),
        search_url=url_for(
            "calendar.search", kind=asked.kind.value, day=max(asked.day, today), **asked.wish.args()
        ),
        new_url=url_for("reservations.new", **asked.wish.args()),
        provisional=provisional_years(db.session(), park.id, asked.day, asked.day),
        books=me().enterprise_id is not None,
    )


def meant(asked: Asked, spaces: Sequence[SpaceRow]) -> SpaceFilter:
    """Tell what is wanted of spaces of this kind; equipment that none of them has is of another kind."""
    names = equipment_of_kind(db.session(), my_park().id, asked.kind) if asked.wish.equipment else ()
    return asked.wish.among(asked.kind, names, {space.area_id for space in spaces})


def fitting(
    spaces: Sequence[SpaceRow], asked: Asked, wanted: SpaceFilter, now: datetime
) -> Sequence[SpaceRow]:
    """Keep the spaces that offer what is wanted."""
    if wanted == SpaceFilter():
        return spaces
    ids = set(fitting_spaces(db.session(), my_park().id, asked.kind, now, wanted))
    return [space for space in spaces if space.id in ids]


def only_those(wanted: SpaceFilter) -> str:
    """Say by what the page is narrowed, beside the area, which has links of its own."""
    seats = [gettext("%(count)s 人及以上", count=wanted.people)] if wanted.people > 1 else []
    return str(gettext("、")).join([*seats, *wanted.equipment])


def area_choices(
    spaces: Sequence[SpaceRow], asked: Asked, wanted: SpaceFilter
) -> list[tuple[str, str, bool]]:
    """List the areas that have such spaces, as links; none where there is but one."""
    areas = {space.area_id: local_name(space.area, space.area_en) for space in spaces}
    if len(areas) < 2:  # noqa: PLR2004 - one area is no choice
        return []
    everywhere = (gettext("全部区域"), asked.url(area=None), wanted.area_id is None)
    return [everywhere] + [
        (name, asked.url(area=area_id), area_id == wanted.area_id) for area_id, name in areas.items()
    ]


def sheet(spaces: Sequence[SpaceRow], asked: Asked, now: datetime) -> Sheet | None:
    """Draw the day of these spaces; None where there are none."""
    if not spaces:
        return None
    session, park, looks = db.session(), my_park(), reader(asked.wish)
    rules, whole_day = rules_for(session, park.id), day_span(asked.day, park.zone)
    openings = {space.id: rules.of(space.id, asked.kind) for space in spaces}
    at = booking_context(session, park, asked.kind, rules.kind(asked.kind), whole_day, now)
    axis = axis_of(asked.day, window_of(openings.values()), at)
    lanes = {opening: Lane.under(opening, asked.day, axis, at, looks) for opening in set(openings.values())}
    claims = drawn_claims(
        claims_of_kind(session, park.id, asked.kind, whole_day), parts_of_wholes(session, park.id), looks
    )
    week_url = url_for("calendar.week", space_id=0).removesuffix("0")
    carried = url_for("calendar.week", space_id=0, day=asked.day, **asked.wish.args()).partition("?")[2]
    rows = [
        lanes[openings[space.id]].row(
            space.id,
            local_name(space.name, space.name_en),
            claims.get(space.id, ()),
            detail=seats(space),
            href=f"{week_url}{space.id}?{carried}",
        )
        for space in spaces
    ]
    start = axis.column(now if axis.now(now) is not None else local_instant(asked.day, NINE, park.zone))
    label = gettext("%(kind)s，%(day)s", kind=kind_name(asked.kind), day=day_text(asked.day))
    return Sheet(rows, axis.ticks(), axis.columns, axis.now(now), start, label)


def seats(space: SpaceRow) -> str:
    """Say how many it seats, and where it is."""
    area = local_name(space.area, space.area_en)
    if space.kind is Kind.WORKSTATION:
        return area
    return str(gettext("%(count)s 人 · %(area)s", count=space.capacity, area=area))
