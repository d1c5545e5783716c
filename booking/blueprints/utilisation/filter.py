"""What the pages of utilisation are asked about: months, a kind, an area or a space."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, request, url_for

from booking import clock
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.labels.spaces import kind_or
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext
from booking.spaces.inventory_queries import area_in_park
from booking.spaces.models import Area, Kind, Space
from booking.spaces.queries import space_in_park
from booking.usage.measuring.heat_map import Places
from booking.usage.telling import Knowing, Telling, telling_of
from booking.values import Month

blueprint = Blueprint("utilisation", __name__, url_prefix="/utilisation")


@dataclass(frozen=True, slots=True)
class UtilisationFilter:
    """Which months, which kind, and which area or space of it."""

    first: Month
    last: Month
    kind: Kind
    area: Area | None
    space: Space | None

    @property
    def places(self) -> Places:
        """Say it to the queries."""
        return Places(
            my_park().id,
            self.first.first_day,
            self.last.last_day,
            self.kind,
            self.area.id if self.area else None,
            self.space.id if self.space else None,
        )

    def telling(self, known: Knowing | None) -> Telling:
        """Read how its use may be told."""
        return telling_of(db.session(), known, self.first.first_day, self.last.last_day)

    def url(self, endpoint: str = "utilisation.show", **changed: object) -> str:
        """Give the address of the same with something else in it; None drops it."""
        held: dict[str, object] = {
            "from": str(self.first),
            "to": str(self.last),
            "kind": self.kind.value,
            "area": self.area.id if self.area else None,
            "space": self.space.id if self.space else None,
        }
        kept = {name: value for name, value in {**held, **changed}.items() if value is not None}
        return url_for(endpoint, **kept)  # type: ignore[arg-type]  # names of ours, never the reader's


MOST_MONTHS = 24


def read_filter(now: datetime | None = None) -> UtilisationFilter:
    """Read the address; what is no month is the last one, another park's space or area is not found."""
    this = Month.of(now or clock.now(), my_park().zone)
    last = min(_month(request.args.get("to"), this.previous), this)
    first = min(_month(request.args.get("from"), last), last)
    space = _space(request.args.get("space", 0, type=whole))
    return UtilisationFilter(
        first=max(first, last.later(1 - MOST_MONTHS)),
        last=last,
        kind=space.kind if space else kind_or(request.args.get("kind"), Kind.WORKSTATION),
        area=_area(request.args.get("area", 0, type=whole)),
        space=space,
    )


def _month(text: str | None, otherwise: Month) -> Month:
    try:
        return Month.parse(text or "", my_park().zone)
    except ValueError:
        return otherwise


def _space(space_id: int) -> Space | None:
    return (space_in_park(db.session(), my_park().id, space_id) or abort(404)) if space_id else None


def _area(area_id: int) -> Area | None:
    return (area_in_park(db.session(), my_park().id, area_id) or abort(404)) if area_id else None


A_QUARTER, A_YEAR = 3, 12


def ranges(wanted: UtilisationFilter, now: datetime) -> Iterator[tuple[str, str, bool]]:
    """Offer the usual stretches of months: label, address, whether it is shown."""
    this = Month.of(now, my_park().zone)
    last = this.previous
    for label, first, until in (
        (gettext("本月至昨日"), this, this),
        (gettext("上月"), last, last),
        (gettext("近 3 个月"), last.later(1 - A_QUARTER), last),
        (gettext("近 12 个月"), last.later(1 - A_YEAR), last),
    ):
        url = wanted.url(**{"from": str(first), "to": str(until)})
        yield label, url, (first, until) == (wanted.first, wanted.last)
