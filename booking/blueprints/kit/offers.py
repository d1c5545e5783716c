"""Free spaces with their prices, and the way to book each."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import url_for

from booking.blueprints.kit.filters import area
from booking.blueprints.kit.labels.calendar import local_name, photo_of
from booking.blueprints.kit.labels.prices import price_detail, price_text
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.local_time import wall
from booking.blueprints.kit.signed_in import me, my_park
from booking.blueprints.kit.wish import NOTHING, Wish
from booking.charges.pricing import Quote
from booking.charges.quote import quote_many
from booking.db import db
from booking.language import gettext
from booking.reservations.rules import MINUTE
from booking.reservations.space_queries import SpaceRow, spaces_by_id
from booking.spaces.models import Kind, Space
from booking.values.span import FAR_FUTURE, Span


class Offer(NamedTuple):
    """A free space, its price, and the way to book it."""

    name: str
    kind: str
    meta: Sequence[tuple[str, str]]
    photo_url: str
    price: str
    detail: str
    url: str
    books: bool


class OtherTime(NamedTuple):
    """A space that is free at another time."""

    name: str
    when: str
    url: str


def offers(ids: Sequence[int], span: Span, wish: Wish = NOTHING) -> Sequence[Offer]:
    """Price these spaces, in this order; who has no enterprise sees no prices."""
    spaces = {space.id: space for space in spaces_by_id(db.session(), ids)}
    enterprise = me().enterprise
    quotes: dict[int, Quote] = {}
    if enterprise is not None:
        quotes = quote_many(db.session(), my_park(), enterprise, spaces.values(), span)
    return [_offer(spaces[one], quotes.get(one), span, wish) for one in ids]


def _offer(space: Space, price: Quote | None, span: Span, wish: Wish) -> Offer:
    return Offer(
        local_name(space.name, space.name_en),
        space.kind.value,
        _meta(space),
        photo_of(space.picture_id),
        price_text(price) if price else "",
        price_detail(price) if price else "",
        way_to(space.id, space.kind, span, wish),
        me().enterprise_id is not None,
    )


def _meta(space: Space) -> list[tuple[str, str]]:
    meta = [("place", local_name(space.area.name, space.area.name_en))]
    if space.kind is Kind.STORAGE:
        meta.append(("box", area(space.area_hundredths)))
    else:
        meta.append(("people", gettext("%(count)s 人", count=space.capacity)))
    if space.equipment:
        meta.append(("desk", gettext("、").join(one.name for one in space.equipment)))
    return meta


def place_of(space: Space) -> str:
    """Say in one line where a space is, what it seats and what it has."""
    return " · ".join(text for _, text in _meta(space))


def way_to(space_id: int, kind: Kind, span: Span, wish: Wish) -> str:
    """Lead tenants to the form, everybody else to the week of the space; what is looked for goes along."""
    if me().enterprise_id is None:
        day = span.start.astimezone(my_park().zone).date()
        return url_for("calendar.week", space_id=space_id, **wish.args(day=day))
    return new_url(space_id, kind, span, **wish.args())


def new_url(space_id: int, kind: Kind, span: Span, **more: Any) -> str:  # noqa: ANN401 - fields of the form
    """Write the address of the form with this space and time filled in."""
    zone = my_park().zone
    if kind is Kind.STORAGE:
        last = None if span.end >= FAR_FUTURE else (span.end - MINUTE).astimezone(zone).date()
        day = span.start.astimezone(zone).date()
        return url_for("reservations.new", space=space_id, day=day, until=last, **more)
    start, end = wall(span.start, zone), wall(span.end, zone)
    return url_for("reservations.new", space=space_id, start=start, end=end, **more)


def other_time(row: SpaceRow, span: Span, wish: Wish) -> OtherTime:
    """Offer a space at another time."""
    url = way_to(row.id, row.kind, span, wish)
    return OtherTime(local_name(row.name, row.name_en), times(span.start, span.end, row.kind), url)
