"""The answer to who wanted to move to a taken time: why not, whose it is, and where to move instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from booking.billing.quote import quote, quote_many
from booking.billing.rules import NoTariff
from booking.blueprints.calendar_words import local_name
from booking.blueprints.offers import new_url, place_of
from booking.blueprints.price_words import price_text
from booking.blueprints.reservation_words import times
from booking.blueprints.reservations.asked import end_form, move_form
from booking.blueprints.signed_in import me, my_park
from booking.blueprints.space_words import minute_clock
from booking.blueprints.wall_time import minute_of
from booking.blueprints.whose import Holder, holders
from booking.db import db
from booking.language import gettext
from booking.reservations.alternatives import Asker, alternatives
from booking.reservations.free_ends import latest_end
from booking.reservations.models import ReservationState
from booking.reservations.rules import MINUTE
from booking.reservations.space_queries import spaces_by_id
from booking.spaces.models import Kind
from booking.values.span import FAR_FUTURE, Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from booking.billing.pricing import Quote
    from booking.reservations.models import Reservation
    from booking.reservations.refusals import Taken
    from booking.spaces.models import Space

MOVABLE = (ReservationState.BOOKED, ReservationState.REQUESTED)


class Place(NamedTuple):
    """A free time and space; `fields` are sent to move there, or `url` leads to where it can be booked."""

    text: str
    detail: str
    price: str
    fields: Mapping[str, str] = {}
    url: str = ""


class Answer(NamedTuple):
    """What stands above the form that was refused."""

    wanted: str
    holders: Sequence[Holder]
    ends: Sequence[Place] = ()
    times: Sequence[Place] = ()
    spaces: Sequence[Place] = ()
    rest: Sequence[Place] = ()


def answer_to_move(reservation: Reservation, space: Space, taken: Taken, now: datetime) -> Answer:
    """Offer other times of the space that was wanted, and other spaces at that time."""
    other_times, other_spaces = _places(reservation, space, taken.span, now)
    return Answer(
        f"{local_name(space.name, space.name_en)} {times(taken.span.start, taken.span.end, space.kind)}",
        holders(space, taken.span, reservation.id),
        times=other_times,
        spaces=other_spaces,
    )


def answer_to_end(reservation: Reservation, taken: Taken, now: datetime) -> Answer:
    """Offer the latest end there is, and where all of it would fit; to who is there already, the rest."""
    space, wanted = reservation.space, Span(reservation.starts_at, taken.span.end)
    answer = Answer(
        f"{local_name(space.name, space.name_en)} {times(wanted.start, wanted.end, space.kind)}",
        holders(space, wanted, reservation.id),
        ends=_latest(reservation, wanted, now),
    )
    if reservation.state in MOVABLE:
        other_times, other_spaces = _places(reservation, space, wanted, now)
        return answer._replace(times=other_times, spaces=other_spaces)
    return answer._replace(rest=_rest(reservation, wanted, now))


def move_fields(space: Space, span: Span, drawn_from: str) -> dict[str, str]:
    """Fill in the form that moves a reservation there."""
    zone = my_park().zone
    day = span.start.astimezone(zone).date()
    fields = {"space": str(space.id), "day": f"{day}", "drawn_from": drawn_from}
    if space.kind is Kind.STORAGE:
        return fields | {"until": _last_day(span.end)}
    return fields | {
        "starts": f"{span.start.astimezone(zone):%H:%M}",
        "ends": minute_clock(minute_of(span.end, day, zone)),
    }


def _places(
    reservation: Reservation, space: Space, span: Span, now: datetime
) -> tuple[Sequence[Place], Sequence[Place]]:
    tenant = me().enterprise_id is not None
    asker = Asker(
        reservation.people,
        moves=reservation.id,
        at_once=tenant and reservation.state is ReservationState.BOOKED,
    )
    found = alternatives(db.session(), my_park(), space, span, now, asker)
    present = Span(reservation.starts_at, reservation.ends_at)
    elsewhen = [one for one in found.times if (space.id, one) != (reservation.space_id, present)]
    others = _priced(reservation, [row.id for row in found.spaces], span)
    drawn_from = move_form(reservation, now, sent=False).drawn_from.data or ""
    return (
        [_place(drawn_from, space, one, _price(reservation, space, one)) for one in elsewhen],
        [_place(drawn_from, other, span, price) for other, price in others],
    )


def _place(drawn_from: str, space: Space, span: Span, price: Quote | None) -> Place:
    return Place(
        f"{local_name(space.name, space.name_en)} {times(span.start, span.end, space.kind)}",
        place_of(space),
        price_text(price) if price else "",
        move_fields(space, span, drawn_from),
    )


def _priced(reservation: Reservation, ids: Sequence[int], span: Span) -> list[tuple[Space, Quote | None]]:
    spaces = {space.id: space for space in spaces_by_id(db.session(), ids)}
    prices = quote_many(db.session(), my_park(), reservation.enterprise, spaces.values(), span)
    return [(spaces[one], prices.get(one)) for one in ids]


def _price(reservation: Reservation, space: Space, span: Span) -> Quote | None:
    try:
        return quote(db.session(), my_park(), reservation.enterprise, space, span)
    except NoTariff:
        return None


def _latest(reservation: Reservation, wanted: Span, now: datetime) -> list[Place]:
    end = latest_end(db.session(), reservation, wanted.end, now)
    if end is None:
        return []
    span, space = Span(reservation.starts_at, end), reservation.space
    price = _price(reservation, space, span)
    sent = {"until": _last_day(end)} if space.kind is Kind.STORAGE else {"ends": end.isoformat()}
    return [
        Place(
            times(span.start, span.end, space.kind),
            gettext("不换空间，用到能用的最晚时间"),
            price_text(price) if price else "",
            {**sent, "drawn_from": end_form(reservation, sent=False).drawn_from.data or ""},
        )
    ]


def _rest(reservation: Reservation, wanted: Span, now: datetime) -> list[Place]:
    """Offer other spaces for what comes after the present end, to be booked beside it."""
    if wanted.end >= FAR_FUTURE or reservation.ends_at >= wanted.end:
        return []
    rest = Span(reservation.ends_at, wanted.end)
    found = alternatives(db.session(), my_park(), reservation.space, rest, now, Asker(reservation.people))
    wish = {"people": reservation.people, "purpose": reservation.purpose or None}
    return [
        Place(
            f"{local_name(space.name, space.name_en)} {times(rest.start, rest.end, space.kind)}",
            place_of(space),
            price_text(price) if price else "",
            url=new_url(space.id, space.kind, rest, **wish),
        )
        for space, price in _priced(reservation, [row.id for row in found.spaces], rest)
    ]


def _last_day(end: datetime) -> str:
    return "" if end >= FAR_FUTURE else f"{(end - MINUTE).astimezone(my_park().zone).date()}"
