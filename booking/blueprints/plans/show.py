"""The plan of an area at a chosen time: what is free, soon taken, busy, mine, and who of us sits where.

And the photographs of spaces and floor plans, for members of their park.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit import occupancy
from booking.blueprints.kit.access import SIGNED_IN, STAFF, allow
from booking.blueprints.kit.converters import day_or, whole
from booking.blueprints.kit.http import FOR_EVER, send_document
from booking.blueprints.kit.labels.spaces import KINDS, photo_of
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.plans.drawing import Drawing, OnPlan, drawing_of
from booking.blueprints.plans.spots import At, Spot, spots_of
from booking.db import db
from booking.documents.models import Document
from booking.language import gettext, language_tag, local_name
from booking.parks.queries import provisional_years
from booking.people.models import Role
from booking.reservations.queries import parts_of_wholes
from booking.reservations.rules import local_instant
from booking.reservations.space_queries import SpaceRow, spaces_in_service
from booking.spaces import cells
from booking.spaces.areas import AreaPlan, area_plans
from booking.spaces.floor_plan import SpaceStanding
from booking.spaces.idle.queries import is_idle_picture
from booking.spaces.inventory_queries import picture_in_park
from booking.spaces.models import Kind
from booking.spaces.rules import DAY_MINUTES
from booking.values.writing import minute_clock

blueprint = Blueprint("plans", __name__, url_prefix="/plan")


@blueprint.get("")
@allow(*Role)
def show() -> str:
    """Show an area's plan and the list of its spaces at a day and time; without those, as they are now."""
    now = clock.now()
    asked, spaces = PlanQuery.of_request(now), plan_spaces(now)
    plans = area_plans(db.session(), my_park().id)
    here = chosen(plans, spaces, asked)
    at = At(asked.instant(now), asked.day, now)
    spots = spots_of([one for one in spaces if here and one.area_id == here.area.id], at)
    drawn = drawing(here, spots) if here else None
    return render_template(
        "plans/show.html",
        asked=asked,
        here=here,
        place=local_name(here.area.name, here.area.name_en) if here else "",
        drawn=drawn,
        spots=spots,
        by_id={spot.space.id: spot for spot in spots},
        kept_off=kept_off(spots, on_plan(drawn)) if drawn else {},
        ours=ours_among(spots),
        counts=legend_of(spots),
        areas=area_choices(plans, here, asked),
        steps=asked.steps(now),
        times=asked.times(now),
        unseen=occupancy.unseen_label(asked.day),
        provisional=provisional_years(db.session(), my_park().id, asked.day, asked.day),
        edits=me().role is Role.ADMIN,
        tenant=me().enterprise_id is not None,
    )


HALF_HOUR = 30
ONE_DAY = timedelta(days=1)
FIRST_HOUR, LAST_HOUR = 7, 22


class PlanQuery(NamedTuple):
    """What the address asks for; without a time it is now, or nine o'clock of another day."""

    day: date
    minute: int | None
    area: int | None
    space: int | None
    today: date

    @classmethod
    def of_request(cls, now: datetime) -> Self:
        """Read it; what cannot be read is not said."""
        today = now.astimezone(my_park().zone).date()
        day = day_or(request.args.get("day"), today)
        minute = cells.minute(request.args.get("at", ""))
        if minute is None or minute >= DAY_MINUTES:
            minute = None if day == today else 9 * 60
        return cls(
            day, minute, request.args.get("area", type=whole), request.args.get("space", type=whole), today
        )

    def instant(self, now: datetime) -> datetime:
        """Give the moment."""
        return now if self.minute is None else local_instant(self.day, self.minute, my_park().zone)

    @property
    def clock(self) -> str:
        """The time as it was asked for, 14:30; "" for now."""
        return "" if self.minute is None else minute_clock(self.minute)

    def url(self, **instead: object) -> str:
        """Write the address of this page with something else in it."""
        day = None if self.day == self.today and self.minute is None else self.day.isoformat()
        args: dict[str, Any] = {
            "area": self.area,
            "space": self.space,
            "day": day,
            "at": self.clock,
        } | instead
        return url_for("plans.show", **{name: value for name, value in args.items() if value})

    def steps(self, now: datetime) -> dict[str, str]:
        """Lead to the day before and after, at the same time."""
        at = minute_clock(self._minute(now))
        return {
            "before": self.url(day=(self.day - ONE_DAY).isoformat(), at=at),
            "after": self.url(day=(self.day + ONE_DAY).isoformat(), at=at),
        }

    def times(self, now: datetime) -> list[tuple[str, str, bool]]:
        """List now and the whole hours of the day as links, of today those to come, and which is shown."""
        first = FIRST_HOUR
        if self.day == self.today:  # of what is over others' use is not told: it would look free
            first = max(FIRST_HOUR, now.astimezone(my_park().zone).hour + 1)
        day, shown = self.day.isoformat(), None if self.minute is None else self.minute // 60
        return [
            (str(gettext("现在")), self.url(day=None, at=None), shown is None),
            *(
                (minute_clock(hour * 60), self.url(day=day, at=minute_clock(hour * 60)), shown == hour)
                for hour in range(first, LAST_HOUR)
            ),
        ]

    def _minute(self, now: datetime) -> int:
        local = now.astimezone(my_park().zone)
        return local.hour * 60 + local.minute if self.minute is None else self.minute


def plan_spaces(now: datetime) -> list[SpaceRow]:
    """List what is in service, kind after kind; it is kept in memory."""
    return [row for kind in KINDS for row in spaces_in_service(db.session(), my_park().id, kind, now)]


def chosen(plans: Sequence[AreaPlan], spaces: Sequence[SpaceRow], asked: PlanQuery) -> AreaPlan | None:
    """Choose the area asked for, or that of the space; else the plan with most to see."""
    wanted = asked.area or next((one.area_id for one in spaces if one.id == asked.space), None)
    named = next((one for one in plans if one.area.id == wanted), None)
    return named or max(plans, key=lambda one: _worth_seeing(one, spaces), default=None)


def _worth_seeing(one: AreaPlan, spaces: Sequence[SpaceRow]) -> tuple[bool, int]:
    """Rank a drawn plan before others, and one of many desks and rooms before one of few."""
    rooms = [row for row in spaces if row.area_id == one.area.id and row.kind is not Kind.STORAGE]
    return one.is_drawn, len(rooms)


def area_choices(
    plans: Sequence[AreaPlan], here: AreaPlan | None, asked: PlanQuery
) -> list[tuple[str, str, bool]]:
    """List the areas as links."""
    return [
        (local_name(one.area.name, one.area.name_en), asked.url(area=one.area.id, space=None), one is here)
        for one in plans
    ]


def drawing(here: AreaPlan, spots: Sequence[Spot]) -> Drawing | None:
    """Draw the plan, with who is there written on a space; None where there is none."""
    if here.layout is None:
        return None
    known = {spot.space.id: _written(spot) for spot in spots}
    return drawing_of(here.layout, known, photo_of(here.area.plan_id), english=language_tag() == "en")


def _written(spot: Spot) -> OnPlan:
    name = "" if spot.label == spot.name else spot.name
    return OnPlan(spot.space.kind, spot.space.code, (spot.who, name))


def on_plan(drawn: Drawing) -> set[int]:
    """Name the spaces that lie on it."""
    return {place.space_id for place in drawn.places}


def kept_off(spots: Sequence[Spot], drawn: set[int]) -> dict[int, str]:
    """Say of each space that is not on the plan so; of a combined one by which of its parts it is there."""
    wholes = parts_of_wholes(db.session(), my_park().id)
    names = {spot.space.id: spot.label for spot in spots}
    found = {}
    for spot in spots:
        parts = [part for part in wholes.get(spot.space.id, ()) if part != spot.space.id]
        if spot.space.id in drawn:
            continue
        there = parts and drawn.issuperset(parts) and all(part in names for part in parts)
        found[spot.space.id] = (
            gettext("在图上是 %(parts)s", parts=" + ".join(names[part] for part in parts))
            if there
            else gettext("不在图上")
        )
    return found


def ours_among(spots: Sequence[Spot]) -> list[Spot]:
    """List where our people are: each use once, at the space that it is booked as."""
    ours = [spot for spot in spots if spot.look in {SpaceStanding.MINE, SpaceStanding.OURS}]
    first: dict[str, Spot] = {}
    for spot in sorted(ours, key=lambda one: one.elsewhere):
        first.setdefault(spot.url, spot)
    return [spot for spot in ours if first[spot.url] is spot]


def legend_of(spots: Sequence[Spot]) -> list[tuple[str, str]]:
    """Say what the colours mean, and how many there are of each; what there is none of is left out."""
    names = (
        (SpaceStanding.FREE, gettext("空闲")),
        (SpaceStanding.SOON, gettext("空闲不到一小时")),
        (SpaceStanding.BUSY, gettext("已占用")),
        (SpaceStanding.TIDY, gettext("整理时间")),
        (SpaceStanding.MINE, gettext("我的")),
        (SpaceStanding.OURS, gettext("我们公司的")),
        (SpaceStanding.CLOSED, gettext("停用或未开放")),
    )
    theirs = [spot for spot in spots if spot.look not in {SpaceStanding.MINE, SpaceStanding.OURS}]
    found = [spot.look for spot in [*ours_among(spots), *theirs]]
    return [(look.value, f"{name} {found.count(look)}") for look, name in names if look in found]


pictures_blueprint = Blueprint("pictures", __name__)


@pictures_blueprint.get("/pictures/<int:document_id>", endpoint="show")
@allow(*SIGNED_IN)
def picture(document_id: int) -> ResponseReturnValue:
    """Give the picture; a document never changes, so a browser asks once. Not hung in my park: 404."""
    session = db.session()
    park_id = my_park().id
    hung = picture_in_park(session, park_id, document_id)
    if not (hung or (me().role in STAFF and is_idle_picture(session, park_id, document_id))):
        abort(404)
    document = session.get_one(Document, document_id)
    return send_document(document, plain=f"picture-{document_id}", look=True, keep=FOR_EVER)
