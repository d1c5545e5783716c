"""What to look for rather, where a search cannot be: the nearest that can, as addresses of that search."""

from datetime import datetime
from typing import Any

from booking.blueprints.calendar.asked_for import address, asked_span, wanted_of
from booking.blueprints.calendar.forms import SearchForm
from booking.blueprints.calendar.found import nearest_for
from booking.blueprints.kit.availability import SEATED, Criteria
from booking.blueprints.kit.converters import minute_of
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.spaces import kind_name, minute_clock
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.language import gettext
from booking.reservations.refusals import EndsBeforeItStarts, InThePast, NoSuchSpace, TooManyPeople
from booking.reservations.rules import MINUTE, storage_span
from booking.reservations.space_queries import largest_of_kinds
from booking.spaces.models import Kind
from booking.values.refusal import Refusal
from booking.values.span import FAR_FUTURE, Span

Link = tuple[str, str]
"""A label, and where it leads."""


def rather(form: SearchForm, kind: Kind, refusal: Refusal, now: datetime) -> list[Link]:
    """Offer what can be looked for instead; nothing where nobody knows."""
    match refusal:
        case TooManyPeople():
            return _fewer_or_elsewhere(form, kind, refusal, now)
        case NoSuchSpace():
            return _less(form, kind)
    span = _meant(form, kind, refusal, now)
    near = nearest_for(kind, wanted_of(form, kind), span, now) if span else None
    if near is None:
        return []
    words = gettext("改找 %(when)s", when=times(near.start, near.end, kind))
    return [(words, address(form, Criteria.of_request(), kind=kind.value, **_when(near, kind)))]


def _fewer_or_elsewhere(form: SearchForm, kind: Kind, refusal: TooManyPeople, now: datetime) -> list[Link]:
    wish = Criteria.of_request()
    links = [
        (
            gettext("改找 %(count)s 人", count=refusal.capacity),
            address(form, wish, kind=kind.value, people=refusal.capacity),
        )
    ]
    for other, seats in largest_of_kinds(db.session(), my_park().id, now).items():
        if other in SEATED and seats >= refusal.people:
            words = gettext("改找%(kind)s，最多 %(count)s 人", kind=kind_name(other), count=seats)
            links.append((words, address(form, wish, kind=other.value)))
    return links


def _less(form: SearchForm, kind: Kind) -> list[Link]:
    wish, links = Criteria.of_request(), []
    if form.equipment.data:
        links.append((gettext("不限设备"), address(form, wish, kind=kind.value, equipment=None)))
    if form.area.data:
        links.append((gettext("不限区域"), address(form, wish, kind=kind.value, area=None)))
    return links


def _meant(form: SearchForm, kind: Kind, refusal: Refusal, now: datetime) -> Span | None:
    """Tell the time somebody meant who wrote one that is none: the ends swapped, or a store from today on."""
    if isinstance(refusal, EndsBeforeItStarts):
        return Span(refusal.ends, refusal.starts) if refusal.ends < refusal.starts else None
    if kind is Kind.STORAGE and isinstance(refusal, InThePast):
        zone = my_park().zone
        today, until = now.astimezone(zone).date(), form.until.data
        return storage_span(today, until if until and until >= today else None, now, zone)
    return asked_span(form, kind, now)


def _when(span: Span, kind: Kind) -> dict[str, Any]:
    zone = my_park().zone
    day = span.start.astimezone(zone).date()
    if kind is Kind.STORAGE:
        last = None if span.end >= FAR_FUTURE else (span.end - MINUTE).astimezone(zone).date()
        return {"day": day, "until": last}
    return {
        "day": day,
        "starts": f"{span.start.astimezone(zone):%H:%M}",
        "ends": minute_clock(minute_of(span.end, day, zone)),
    }
