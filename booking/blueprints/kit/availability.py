"""What is looked for, the free spaces that have it with their prices, and who holds a taken time."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, Self

from flask import request, url_for
from flask_login import current_user

from booking.blueprints.kit.converters import wall, whole
from booking.blueprints.kit.filters import area, duration
from booking.blueprints.kit.labels.prices import price_detail, price_text
from booking.blueprints.kit.labels.reservations import asks_first, times
from booking.blueprints.kit.labels.spaces import (
    closed_label,
    made_of,
    people_label,
    photo_of,
    things_text,
    through,
)
from booking.blueprints.kit.session import favourites, me, my_park
from booking.charges.pricing import Quote, quote_many
from booking.db import db
from booking.language import gettext, local_name
from booking.people.models import Role
from booking.reservations.queries import ClaimRow, claims_between
from booking.reservations.refusals import Own, Taken
from booking.reservations.rules import MINUTE
from booking.reservations.space_queries import SpaceFilter, SpaceRow
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for, rules_for, space_in_park
from booking.spaces.rules import EQUIPMENT_LENGTH, MOST_EQUIPMENT, MOST_SEATS
from booking.values import FAR_FUTURE, Span

SEATED = (Kind.MEETING_ROOM, Kind.HALL)
"""Kinds that are chosen by their seats; a desk and a store are for one, whatever was looked for before."""


class Criteria(NamedTuple):
    """What a space must offer; None and nothing where nobody said."""

    people: int | None = None
    equipment: tuple[str, ...] = ()
    area: int | None = None

    @classmethod
    def of_request(cls) -> Self:
        """Read it from the address, or the form that carries it; nonsense is nothing said."""
        people = request.values.get("people", 0, type=whole)
        area = request.values.get("area", 0, type=whole)
        names = [name for name in request.values.getlist("equipment") if 0 < len(name) <= EQUIPMENT_LENGTH]
        return cls(
            people if 1 < people <= MOST_SEATS else None,
            tuple(dict.fromkeys(names))[:MOST_EQUIPMENT],
            area if area > 0 else None,
        )

    def args(self, **instead: object) -> dict[str, Any]:
        """Write it as parameters of an address, with something else in it; what nobody said is left out."""
        people = self.people if (self.people or 1) > 1 else None
        said = {"people": people, "equipment": list(self.equipment), "area": self.area} | instead
        return {name: value for name, value in said.items() if value}

    def among(self, kind: Kind, equipment: Collection[str], areas: Collection[int]) -> SpaceFilter:
        """Tell what of it can be meant of a kind: seats, where seats are chosen, and what its spaces have."""
        return SpaceFilter(
            (self.people or 1) if kind in SEATED else 1,
            tuple(name for name in self.equipment if name in equipment),
            self.area if self.area in areas else None,
        )


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
    space_id: int = 0
    starred: bool = False
    asks: str = ""  # who has to say yes first, as a badge; "" for nobody
    week_url: str = ""
    plan_url: str = ""


def favourites_first(rows: Sequence[SpaceRow]) -> list[SpaceRow]:
    """Put what the reader marked with a star first, and leave the order as it is else."""
    starred = favourites()
    return sorted(rows, key=lambda row: row.id not in starred) if starred else list(rows)


class OtherTime(NamedTuple):
    """A space that is free at another time."""

    name: str
    when: str
    url: str


ANYTHING = Criteria()


def offers(rows: Sequence[SpaceRow], span: Span, wish: Criteria = ANYTHING) -> Sequence[Offer]:
    """Price these spaces, in this order; who has no enterprise sees no prices."""
    enterprise = me().enterprise
    quotes: dict[int, Quote] = {}
    if enterprise is not None:
        quotes = quote_many(db.session(), my_park(), enterprise, rows, span)
    rules, there = rules_for(db.session(), my_park().id, since=None), {}
    for kind in {row.kind for row in rows}:  # an address takes as long to make as a card to draw
        there[kind] = booking_url(0, kind, span, wish)
    week, plan = url_for("calendar.week", space_id=0).removesuffix("0"), plan_url(0, span)
    return [
        _offer(
            row,
            quotes.get(row.id),
            _of_space(there[row.kind], row.id),
            f"{week}{row.id}",
            asks_first(
                row.kind,
                quotes[row.id].total if row.id in quotes else None,
                park_approves=rules.of(row.id, row.kind).needs_approval,
                open_ended=span.end >= FAR_FUTURE,
                starts_at=span.start,
            ),
        )._replace(meta=_meta(row, wish), plan_url=_of_space(plan, row.id))
        for row in rows
    ]


def _of_space(url: str, space_id: int) -> str:
    """Put a space into an address that was made for number 0."""
    return url.replace("space=0", f"space={space_id}", 1).replace("/spaces/0", f"/spaces/{space_id}", 1)


def _offer(space: SpaceRow, price: Quote | None, url: str, week_url: str, asks: str) -> Offer:
    return Offer(
        local_name(space.name, space.name_en),
        space.kind.value,
        (),
        photo_of(space.picture_id),
        price_text(price) if price else "",
        price_detail(price) if price else "",
        url,
        me().enterprise_id is not None,
        space.id,
        space.id in favourites(),
        asks,
        week_url,
    )


def plan_url(space_id: int, span: Span) -> str:
    """Lead to where a space is, as its floor's plan stands when the time begins."""
    day, _, clock = wall(span.start, my_park().zone).partition("T")
    return url_for("plans.show", space=space_id, day=day, at=clock)


def _meta(space: SpaceRow, wish: Criteria = ANYTHING) -> list[tuple[str, str]]:
    """Say where a space is, what it seats and has, and what of the wish it lacks."""
    store = space.kind is Kind.STORAGE
    size = ("box", area(space.area_hundredths)) if store else ("people", people_label(space.capacity))
    meta = [("place", local_name(space.area, space.area_en)), size]
    if space.equipment:
        meta.append(("desk", things_text(space.equipment)))
    if lacking := [name for name in wish.equipment if name not in space.equipment]:
        meta.append(("close", str(gettext("没有%(things)s", things=things_text(lacking)))))
    return meta + [("box", words) for _, words in made_of(space.id)]


def place_of(space: SpaceRow) -> str:
    """Say in one line where a space is, what it seats and what it has."""
    return " · ".join(text for _, text in _meta(space))


def booking_url(space_id: int, kind: Kind, span: Span, wish: Criteria) -> str:
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


def other_time(row: SpaceRow, span: Span, wish: Criteria) -> OtherTime:
    """Offer a space at another time."""
    url = booking_url(row.id, row.kind, span, wish)
    return OtherTime(local_name(row.name, row.name_en), times(span.start, span.end, row.kind), url)


class TimeHolder(NamedTuple):
    """Who has a time, in words; `url` leads to the reservation where the reader may see it."""

    text: str
    url: str = ""


MOST_IN_A_SENTENCE = 2


def taken_label(taken: Taken) -> str:
    """Say in one sentence why a time cannot be had, as far as the reader may know; a stranger only that."""
    space = None
    if current_user.is_authenticated:
        space = space_in_park(db.session(), my_park().id, taken.space_id)
    if space is None:
        return gettext("这段时间没有空，请另选时间或空间。")
    if others := holders(space, taken.span, taken.own):
        words = gettext("；").join(other.text for other in others[:MOST_IN_A_SENTENCE])
        return gettext("%(whose)s。请另选时间或空间。", whose=words)
    return gettext("这段时间刚才有人占着，现在又空出来了，请再试一次。")


MOST_NAMED = 5


def holders(space: Space, span: Span, but: Own | None = None) -> list[TimeHolder]:
    """Tell who has the space then, the time that is kept free after a use included; `but` is no other's."""
    buffer = rule_for(db.session(), space, since=None).buffer_minutes
    rows = claims_between(db.session(), space, span.widened(timedelta(0), buffer * MINUTE))
    others = list({_key(row): row for row in rows if not _is_of(row, but)}.values())
    named = [time_holder(row, space) for row in others[:MOST_NAMED]]
    if buffer and others and not any(_in_use(row).overlaps(span) for row in others):
        words = gettext("每次使用前后要留 %(length)s整理，所以挨得太近也不行。", length=duration(buffer))
        named.append(TimeHolder(words))
    return named


def _is_of(row: ClaimRow, own: Own | None) -> bool:
    return own is not None and getattr(row, own[0]) == own[1]


def _in_use(row: ClaimRow) -> Span:
    return Span(row.starts_at, row.agreed_end or row.ends_at)


def time_holder(row: ClaimRow, space: Space) -> TimeHolder:
    """Say whose a claim is, as far as the reader may know."""
    if row.closure_id is not None:
        return TimeHolder(closed_label(row, space.id))
    when = times(row.starts_at, row.agreed_end or row.ends_at, space.kind)
    if row.wait_id is not None:
        return _held(row, when)
    if me().enterprise_id is not None and row.enterprise_id == me().enterprise_id:
        return _of_ours(row, when)
    if me().role is Role.ADMIN:
        url = (
            url_for("front_desk.reservation", reservation_id=row.reservation_id) if row.reservation_id else ""
        )
        words = [row.enterprise, row.member, row.purpose]
        return TimeHolder(f"{when} {' · '.join(word for word in words if word)}", url)
    busy, so = (
        gettext("%(when)s 已占用", when=times(row.starts_at, row.ends_at, space.kind)),
        through(row, space.id),
    )
    return TimeHolder(busy + (gettext("（%(why)s）", why=so) if so else ""))


def _held(row: ClaimRow, when: str) -> TimeHolder:
    """Say that it is held for who waited; to others it is busy like anything else."""
    if me().enterprise_id is not None and row.enterprise_id == me().enterprise_id:
        words = gettext("%(when)s 正为你们的候补保留，点这里接受", when=when)
        return TimeHolder(words, url_for("waiting.show", wait_id=row.wait_id))
    if me().role is Role.ADMIN:
        return TimeHolder(gettext("%(when)s 为候补保留 · %(who)s", when=when, who=row.enterprise or ""))
    return TimeHolder(gettext("%(when)s 已占用", when=when))


def _of_ours(row: ClaimRow, when: str) -> TimeHolder:
    if row.reservation_id is None:
        return TimeHolder(gettext("%(when)s 你们公司正在使用", when=when))
    url = url_for("reservations.show", reservation_id=row.reservation_id)
    if row.member_id == me().id:
        words = gettext("%(when)s 是你自己的预订", when=when)
    else:
        words = gettext("%(when)s 是同事%(name)s的预订", when=when, name=row.member or "")
    return TimeHolder(f"{words}{gettext('“%(purpose)s”', purpose=row.purpose) if row.purpose else ''}", url)


def _key(row: ClaimRow) -> tuple[object, ...]:
    """Know one holder by the rows of all parts of a combined space, and of all days of a closure."""
    began = None if row.closure_id else row.starts_at
    return (row.reservation_id, row.closure_id, row.enterprise_id, began)
