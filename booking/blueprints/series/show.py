"""A series: its occurrences, those that are still wished for, and taking one of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import clock_span, comma_list, money
from booking.blueprints.kit.forms.booking import THE_WHOLE, guests_way
from booking.blueprints.kit.forms.reservation import wanted_space
from booking.blueprints.kit.forms.validators import pressed
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.consent import request_label
from booking.blueprints.kit.labels.prices import in_turn_label
from booking.blueprints.kit.labels.reservations import reservation_mark, times
from booking.blueprints.kit.labels.series import asked_label, ends_when, not_granted_label, series_rule
from booking.blueprints.kit.labels.spaces import made_of
from booking.blueprints.kit.labels.waiting import NO_OFFER, offers_of_wishes, wait_state
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.blueprints.series.forms import chosen_in
from booking.blueprints.series.outlook import offers_instead
from booking.blueprints.series.seen import InsteadOffer
from booking.charges.pricing import quote
from booking.charges.series import SeriesCosts, costs_of
from booking.db import db
from booking.language import gettext, local_name
from booking.letters.calendar_entry import along_of, reservations_file
from booking.parks.queries import provisional_years
from booking.people.models import Role
from booking.reservations.models import OPEN_STATES, Reservation
from booking.reservations.series.foresee import doubtful_of
from booking.reservations.series.instead import Instead, Missed, WhoAsks, free_places_now, instead_of_each
from booking.reservations.series.models import Series, WishedOccurrence
from booking.reservations.series.queries import (
    booked_of,
    goes_on_as,
    not_granted_of,
    series_in,
    wished_in,
    wished_of,
)
from booking.reservations.series.recurrence import read_rule
from booking.reservations.series.take_wished import drop_wished
from booking.reservations.waiting.take_hold import take_wish
from booking.reservations.waiting.wait_for import holds_of_series
from booking.spaces.models import Space
from booking.values import Money, Refusal, Span, local_day

blueprint = Blueprint("series", __name__, url_prefix="/reservations/series")


class SeriesLine(NamedTuple):
    """A reservation of the series, in words."""

    when: str
    place: str  # where it was moved to another space
    cost: str
    state: str
    tone: str
    url: str
    over: bool
    provisional: bool  # of a year whose working days are not published yet


class WishedLine(NamedTuple):
    """An occurrence that is not booked yet; `price` where it can be had now, free or held."""

    id: int
    when: str
    price: str
    asks: str  # who has to agree before it is booked; "" where the press books it
    free: bool
    over: str  # why a quota refuses what nobody has; "" where none does
    held: str  # until when it is held for the reader
    instead: str  # what there is instead, for who only reads it
    offers: Sequence[InsteadOffer]  # the same, with its price, for whose it is
    opens: date | None  # from when on it may be booked, and then is
    doubtful: bool  # its day is closed unless it is made a working day
    provisional: bool
    refused: str  # what became of the last request for it; "" where it was not asked for
    refused_url: str


@blueprint.get("/<int:series_id>")
@allow(*TENANTS, Role.ADMIN)
def show(series_id: int) -> str:
    """Show a series of one's own enterprise; an administrator sees the park's."""
    now, series, mine = clock.now(), series_or_404(series_id), me().enterprise_id is not None
    booked, wished = booked_of(db.session(), series_id), wished_of(db.session(), series_id, now)
    coming = [one for one in booked if one.state in OPEN_STATES and one.ends_at > now]
    waiting, costs = _wished_lines(series, wished, now), costs_of(db.session(), series, coming)
    return render_template(
        "series/show.html",
        series=series,
        ended=series.ended_at is not None and not (coming or wished),
        name=local_name(series.space.name, series.space.name_en),
        rule=series_rule(series),
        facts=_facts(series, coming, costs, wished),
        estimate=in_turn_label() if costs.in_turn else "",
        coming=[_line(one, series, cost) for one, cost in zip(coming, costs.each, strict=True)],
        over=[_line(one, series, one.quote) for one in booked if one not in coming],
        wished=[one for one in waiting if one.free or not one.opens],
        later=[one for one in waiting if one.opens and not one.free],
        mine=mine,
        goes_on=goes_on_as(db.session(), series),
        may_change=mine and bool(coming or wished),
        guests_url=guests_way(coming[0], THE_WHOLE) if mine and coming else "",
        calendar_url=url_for("series.calendar_file", series_id=series_id) if coming else "",
    )


def series_or_404(series_id: int) -> Series:
    """Find a series that the reader may see: their enterprise's; for an administrator the park's."""
    found = series_in(db.session(), my_park().id, series_id)
    if found is None or (me().role != Role.ADMIN and found.enterprise_id != my_enterprise_id()):
        abort(404)
    return found


def _facts(
    series: Series, coming: Sequence[Reservation], costs: SeriesCosts, wished: Sequence[WishedOccurrence]
) -> list[tuple[str, str]]:
    rule = read_rule(series.rule, series.first_day)
    area, space = series.space.area, series.space
    counts = [
        gettext("将来 %(coming)s 次", coming=len(coming)),
        asked_label(coming),
        gettext("还没订上 %(wished)s 次", wished=len(wished)) if wished else "",
    ]
    told = [
        (gettext("位置"), f"{local_name(area.name, area.name_en)} · {space.code}"),
        *made_of(space.id),
        (
            gettext("多久一次"),
            gettext("%(often)s，%(ends)s", often=series_rule(series), ends=ends_when(rule)),
        ),
        (gettext("次数"), gettext("，").join(one for one in counts if one)),
        (gettext("预订人"), f"{series.member.name} · {series.enterprise.short_name}"),
    ]
    if costs.each:
        total = money(costs.total)
        words = gettext("预计 %(total)s", total=total) if costs.in_turn else total
        told.append((gettext("将来的报价合计"), words))
    if series.purpose:
        told.append((gettext("用途"), series.purpose))
    return told


def _line(one: Reservation, series: Series, cost: Money) -> SeriesLine:
    return SeriesLine(
        times(one.starts_at, one.ends_at, one.space.kind),
        local_name(one.space.name, one.space.name_en) if one.space_id != series.space_id else "",
        money(cost),
        *reservation_mark(one),
        _own_page(one.id),
        one.state not in OPEN_STATES,
        is_provisional(one.starts_at),
    )


def is_provisional(at: datetime) -> bool:
    """Tell whether a year's working days are not published yet, from memory."""
    on = local_day(at, my_park().zone)
    return bool(provisional_years(db.session(), my_park().id, on, on))


def _wished_lines(series: Series, wished: Sequence[WishedOccurrence], now: datetime) -> list[WishedLine]:
    if not wished:
        return []
    missed = [Missed(f"{one.id}", one.space_id, Span(one.starts_at, one.ends_at)) for one in wished]
    mine = me().enterprise_id is not None
    held = {f"{wish}": wait for wish, wait in holds_of_series(db.session(), series.id, now).items()}
    who = WhoAsks(series.enterprise_id, me().id if mine else series.member_id)
    kinds = {series.space.kind: missed}
    there = free_places_now(db.session(), series.park_id, kinds, who, now=now, held=held)
    free = {key for key, refusal in there.items() if refusal is None}
    opens = {f"{one.id}": one.opens_on for one in wished}
    others = [one for one in missed if one.key not in there and opens[one.key] is None]
    instead = instead_of_each(db.session(), series.space, others, series.people, now=now, who=who)
    now_free = [one for one in missed if one.key in free]
    own = offers_of_wishes(now_free, {series.space_id: series.space}) if mine and now_free else {}
    later = [one for one in wished if one.opens_on is not None]
    doubtful = {f"{one.id}" for one in doubtful_of(db.session(), series.space, later, now=now)}
    spans = {one.key: one.span for one in others}
    offers = offers_instead(series.space, instead, spans) if mine else {}
    by_day = {day: one for (_, day), one in not_granted_of(db.session(), [series.id]).items()}
    asked = {f"{one.id}": by_day[one.recurrence_id] for one in wished if one.recurrence_id in by_day}
    return [
        WishedLine(
            int(one.key),
            times(one.span.start, one.span.end, series.space.kind),
            *own.get(one.key, NO_OFFER),
            one.key in free,
            _over_label(there.get(one.key), mine=mine),
            wait_state(held[one.key]) if one.key in held else "",
            instead_label(instead[one.key]) if one.key in instead and not mine else "",
            offers.get(one.key, ()),
            opens.get(one.key),
            one.key in doubtful,
            is_provisional(one.span.start),
            not_granted_label(asked.get(one.key)),
            _own_page(asked[one.key].reservation_id) if one.key in asked else "",
        )
        for one in missed
    ]


def _own_page(reservation_id: int) -> str:
    to = "reservations.show" if me().enterprise_id is not None else "front_desk.reservation"
    return url_for(to, reservation_id=reservation_id)


def _over_label(refusal: Refusal | None, *, mine: bool) -> str:
    if refusal is None:
        return ""
    return gettext("空着，但%(why)s", why=wording(refusal)) if mine else gettext("空着，但超出他们的额度")


def instead_label(instead: Instead) -> str:
    """Say what there is instead: another time, other spaces."""
    offered = []
    if instead.time is not None:
        offered.append(gettext("当天 %(when)s 空着", when=clock_span(instead.time)))
    if instead.spaces:
        names = comma_list(local_name(row.name, row.name_en) for row in instead.spaces)
        offered.append(gettext("同一时间 %(names)s 空着", names=names))
    return gettext("；").join(offered)


@blueprint.post("/wished/<int:wished_id>/take")
@allow(*TENANTS)
def take(wished_id: int) -> ResponseReturnValue:
    """Book an occurrence that has come free, or what was chosen instead; the second press finds it done."""
    wished, by, now = wished_or_404(wished_id), actor(), clock.now()
    park, enterprise = my_park(), my_enterprise()
    place, span = _chosen_place(wished)
    space_id = place.id  # as the page shows it, though the series is changed meanwhile

    def do(session: Session) -> Reservation:
        space = session.get_one(Space, space_id)
        price = quote(session, park, enterprise, space, span).total
        return take_wish(session, wished_id, quote=price, by=by, now=now, space=space, span=span)

    def said(made: Reservation) -> str:
        return request_label(made) or gettext("这一次订上了。")

    return pressed(do, said, url_for("series.show", series_id=wished.series_id))


def _chosen_place(wished: WishedOccurrence) -> tuple[Space, Span]:
    """Give where and when it is taken: of the same kind, on the same day, or 404."""
    where = chosen_in(request.form).get(f"{wished.id}")
    if where is None:
        return wished.space, Span(wished.starts_at, wished.ends_at)
    space, span = wanted_space(where.space_id), where.span_of(wished.recurrence_id, my_park().zone)
    if span is None or space.kind is not wished.space.kind:
        abort(404)
    return space, span


@blueprint.post("/wished/<int:wished_id>/drop")
@allow(*TENANTS)
def drop(wished_id: int) -> ResponseReturnValue:
    """Say that an occurrence is not wanted any more."""
    wished, by, now = wished_or_404(wished_id), actor(), clock.now()
    return pressed(
        lambda session: drop_wished(session, wished_id, by=by, now=now),
        gettext("这一次不会再自动订。") if wished.opens_on else gettext("这一次不再候着。"),
        url_for("series.show", series_id=wished.series_id),
    )


def wished_or_404(wished_id: int) -> WishedOccurrence:
    """Find a wish of the reader's enterprise."""
    found = wished_in(db.session(), my_park().id, wished_id)
    if found is None or found.enterprise_id != my_enterprise_id():
        abort(404)
    return found


@blueprint.get("/<int:series_id>/calendar.ics")
@allow(*TENANTS, Role.ADMIN)
def calendar_file(series_id: int) -> ResponseReturnValue:
    """Hand out the entries of all its reservations; taken again, they replace the former ones."""
    series = series_or_404(series_id)
    booked = booked_of(db.session(), series_id)
    along = along_of(booked) if series.member_id == me().id else {}
    file = reservations_file(f"series-{series.id}.ics", booked, along=along)
    return send_bytes(file.content, file.name, file.media_type, look=True)
