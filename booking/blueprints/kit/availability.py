"""What is looked for, the free spaces that have it with their prices and what is in the way of each."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Self, TypedDict

from flask import request, url_for

from booking.blueprints.kit.converters import local_time, whole
from booking.blueprints.kit.filters import area
from booking.blueprints.kit.labels.people import asks_first, judged_for_me
from booking.blueprints.kit.labels.prices import fulls_of, price_detail, price_text
from booking.blueprints.kit.labels.quotas import scarce_label
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.spaces import made_of, people_label, photo_of, things_text
from booking.blueprints.kit.session import favourites, me, my_park
from booking.blueprints.messages import wording
from booking.charges.pricing import Quote, quote_many
from booking.charges.quote_each import quote_each
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.approval.agree import ToJudge
from booking.reservations.quotas.quotas import quotas_left
from booking.reservations.quotas.rules import Left, OverQuota, check_left
from booking.reservations.rules import MINUTE
from booking.reservations.space_queries import SpaceFilter, SpaceRow
from booking.spaces import cells
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.spaces.rules import EQUIPMENT_LENGTH, MOST_EQUIPMENT, MOST_SEATS
from booking.values import FAR_FUTURE, Money, Span

SEATED = (Kind.MEETING_ROOM, Kind.HALL)
"""Kinds that are chosen by their seats; a desk and a store are for one, whatever was looked for before."""
LONGEST_PURPOSE = 120


class Criteria(NamedTuple):
    """What a space must offer, and what for, which decides nothing; None and nothing where nobody said."""

    people: int | None = None
    equipment: tuple[str, ...] = ()
    area: int | None = None
    purpose: str = ""

    @classmethod
    def of_request(cls) -> Self:
        """Read it from the address, or the form that carries it; what cannot be read is not said."""
        people = request.values.get("people", 0, type=whole)
        area = request.values.get("area", 0, type=whole)
        names = [name for name in request.values.getlist("equipment") if 0 < len(name) <= EQUIPMENT_LENGTH]
        return cls(
            people if 1 < people <= MOST_SEATS else None,
            tuple(dict.fromkeys(names))[:MOST_EQUIPMENT],
            area if area > 0 else None,
            cells.tidy(request.values.get("purpose", ""))[:LONGEST_PURPOSE],
        )

    def args(self, **instead: object) -> dict[str, Any]:
        """Write it as parameters of an address, with something else in it; what nobody said is left out."""
        people = self.people if (self.people or 1) > 1 else None
        said: dict[str, Any] = {"people": people, "equipment": list(self.equipment), "area": self.area}
        said |= {"purpose": self.purpose} | instead
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
    doubtful: bool = False  # others may take its free minutes first: the price is a range
    space_id: int = 0
    starred: bool = False
    asks: str = ""  # who has to say yes first, as a badge; "" for nobody
    week_url: str = ""
    plan_url: str = ""
    over: str = ""  # why the quotas leave less than that, in a sentence; nothing could be booked
    left: str = ""  # what they leave before it and after, where there is little


def favourites_first(rows: Sequence[SpaceRow]) -> list[SpaceRow]:
    """Put what the reader marked with a star first, and leave the order as it is else."""
    starred = favourites()
    return sorted(rows, key=lambda row: row.id not in starred) if starred else list(rows)


class OtherTime(NamedTuple):
    """A space that is free at another time; without a price for who has no enterprise, or no tariff."""

    name: str
    when: str
    url: str
    price: str = ""
    span: Span | None = None
    over: str = ""  # why the reader's quotas leave less than that
    asks: str = ""  # who has to say yes first; "" where it is booked at once


ANYTHING = Criteria()


def offers(rows: Sequence[SpaceRow], span: Span, wish: Criteria = ANYTHING) -> Sequence[Offer]:
    """Price these spaces, in this order; who has no enterprise sees no prices."""
    enterprise = me().enterprise
    quotes: dict[int, Quote] = {}
    if enterprise is not None:
        quotes = quote_many(db.session(), my_park(), enterprise, rows, span)
    rules, there, quotas = rules_for(db.session(), my_park().id, since=None), {}, quotas_of_kinds(rows, span)
    for kind in {row.kind for row in rows}:  # an address takes as long to make as a card to draw
        there[kind] = booking_url(0, kind, span, wish)
    prices = {found: quote.total for found, quote in quotes.items()}
    fulls = fulls_of({row.id: (row, span) for row in rows}, quotes)
    wishes = judged_for_me([ToJudge(row, span, prices.get(row.id, Money.zero())) for row in rows])
    week, plan = url_for("calendar.week", space_id=0).removesuffix("0"), plan_url(0, span)
    return [
        _offer(
            row,
            quotes.get(row.id),
            fulls.get(row.id),
            _of_space(there[row.kind], row.id),
            f"{week}{row.id}",
            asks_first(booked, park_approves=rules.of(row.id, row.kind).needs_approval, starts_at=span.start),
        )._replace(meta=_meta(row, wish), plan_url=_of_space(plan, row.id), **quotas[row.kind])
        for row, booked in zip(rows, wishes, strict=True)
    ]


class QuotaText(TypedDict):
    """What the reader's quotas leave of a time, in words: why it is less, or how little it is."""

    over: str
    left: str


def quotas_of_kinds(rows: Sequence[SpaceRow], span: Span) -> dict[Kind, QuotaText]:
    """Say of each kind among these what the reader's quotas leave; two queries a kind at most."""
    return {row.kind: quotas_then(row, [span])[span] for row in {row.kind: row for row in rows}.values()}


def quotas_then(space: SpaceRow, spans: Sequence[Span]) -> dict[Span, QuotaText]:
    """Say it of several times, each as if it alone were booked; two queries at most."""
    enterprise_id, found = me().enterprise_id, {}
    left: Mapping[Span, Sequence[Left]] = {}
    if enterprise_id is not None:
        left = quotas_left(db.session(), space, spans, enterprise_id, me().id)
    for span in spans:
        there = left.get(span, ())
        try:
            check_left(there)
            found[span] = QuotaText(over="", left=scarce_label(there))
        except OverQuota as refusal:
            found[span] = QuotaText(over=wording(refusal), left="")
    return found


def _of_space(url: str, space_id: int) -> str:
    """Put a space into an address that was made for number 0."""
    return url.replace("space=0", f"space={space_id}", 1).replace("/spaces/0", f"/spaces/{space_id}", 1)


def _offer(
    space: SpaceRow, price: Quote | None, full: Money | None, url: str, week_url: str, asks: str
) -> Offer:
    return Offer(
        local_name(space.name, space.name_en),
        space.kind.value,
        (),
        photo_of(space.picture_id),
        price_text(price, full) if price else "",
        price_detail(price, full) if price else "",
        url,
        me().enterprise_id is not None,
        full is not None,
        space.id,
        space.id in favourites(),
        asks,
        week_url,
    )


def plan_url(space_id: int, span: Span) -> str:
    """Lead to where a space is, as its floor's plan stands when the time begins."""
    day, _, clock = local_time(span.start, my_park().zone).partition("T")
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
    start, end = local_time(span.start, zone), local_time(span.end, zone)
    return url_for("reservations.new", space=space_id, start=start, end=end, **more)


def other_times(found: Sequence[tuple[SpaceRow, Span]], wish: Criteria) -> Sequence[OtherTime]:
    """Offer spaces at other times, with their prices and who has to say yes; the queries do not grow."""
    enterprise = me().enterprise
    asked = dict(enumerate(found))
    prices = quote_each(db.session(), my_park(), enterprise, asked) if enterprise else {}
    fulls = fulls_of(asked, prices)
    quotas, rules = _quotas_of_each(found), rules_for(db.session(), my_park().id, since=None)
    totals = {number: quoted.total for number, quoted in prices.items()}
    wishes = judged_for_me([ToJudge(*one, totals.get(number, Money.zero())) for number, one in asked.items()])
    return [
        OtherTime(
            local_name(row.name, row.name_en),
            times(span.start, span.end, row.kind),
            booking_url(row.id, row.kind, span, wish),
            price_text(prices[number], fulls.get(number)) if number in prices else "",
            span,
            quotas[row.kind, span]["over"],
            asks_first(wishes[number], park_approves=rules.of(row.id, row.kind).needs_approval),
        )
        for number, (row, span) in enumerate(found)
    ]


def _quotas_of_each(found: Sequence[tuple[SpaceRow, Span]]) -> dict[tuple[Kind, Span], QuotaText]:
    by_kind = {row.kind: row for row, _ in found}
    spans = {kind: [span for row, span in found if row.kind is kind] for kind in by_kind}
    return {
        (kind, span): text
        for kind, row in by_kind.items()
        for span, text in quotas_then(row, spans[kind]).items()
    }
