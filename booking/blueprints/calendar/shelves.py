"""The day page of storage: leases run for weeks, so each unit says until when it is free or taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import url_for

from booking.blueprints.calendar.sheet import page_of_reservation
from booking.blueprints.kit.filters import full_day
from booking.blueprints.kit.labels.spaces import closure_words
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.queries import ClaimRow, claims_of_kind
from booking.reservations.space_queries import SpaceRow
from booking.spaces.models import Kind
from booking.values.month import day_span, local_day
from booking.values.span import FAR_FUTURE, Span

if TYPE_CHECKING:
    from booking.blueprints.calendar.day import Asked


@dataclass(frozen=True, slots=True)
class Shelf:
    """One unit on the day: its state in words, and where to go from here."""

    space: SpaceRow
    name: str
    area: str
    size: int  # hundredths of a square metre
    tone: str  # "" free, "accent" mine, "warning" busy or closed
    state: str
    url: str = ""
    new_url: str = ""


LOOK_AHEAD = timedelta(days=366)


def shelves(spaces: Sequence[SpaceRow], asked: Asked) -> Sequence[Shelf]:
    """Tell of each unit who has it on the day, and until when."""
    park = my_park()
    day = day_span(asked.day, park.zone)
    ahead = Span(day.start, day.end + LOOK_AHEAD)
    claims: dict[int, list[ClaimRow]] = {}
    for row in claims_of_kind(db.session(), park.id, Kind.STORAGE, ahead):
        claims.setdefault(row.space_id, []).append(row)
    return [_shelf(space, claims.get(space.id, []), day, asked) for space in spaces]


def _shelf(space: SpaceRow, claims: Sequence[ClaimRow], day: Span, asked: Asked) -> Shelf:
    there = next((row for row in claims if row.starts_at < day.end), None)
    if there is not None:
        return _taken(space, there)
    books = me().enterprise_id is not None
    new_url = url_for("reservations.new", space=space.id, day=asked.day) if books else ""
    if not claims:
        return _made(space, "", gettext("空闲"), new_url=new_url)
    until = full_day(local_day(claims[0].starts_at, my_park().zone) - timedelta(days=1))
    return _made(space, "", gettext("空闲至 %(day)s", day=until), new_url=new_url)


def _taken(space: SpaceRow, row: ClaimRow) -> Shelf:
    if row.closure_id is not None:
        return _made(space, "warning", closure_words(row.reason, row.closed_until))
    until = ""
    if row.ends_at < FAR_FUTURE:
        last = local_day(row.ends_at - timedelta(seconds=1), my_park().zone)
        until = gettext("至 %(day)s", day=full_day(last))
    mine = row.enterprise_id == me().enterprise_id and row.enterprise_id is not None
    if mine or (me().role == "admin" and row.reservation_id):
        url = url_for(page_of_reservation(), reservation_id=row.reservation_id) if row.reservation_id else ""
        words = gettext("我方使用") if mine else row.enterprise
        return _made(space, "accent", f"{words} {until}".strip(), url=url)
    return _made(space, "warning", f"{gettext('已占用')} {until}")


def _made(space: SpaceRow, tone: str, state: str, url: str = "", new_url: str = "") -> Shelf:
    name, area = local_name(space.name, space.name_en), local_name(space.area, space.area_en)
    return Shelf(space, name, area, space.area_hundredths, tone, state.strip(), url, new_url)
