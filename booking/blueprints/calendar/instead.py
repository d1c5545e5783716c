"""What a search that cannot be may be instead: the nearest time, fewer people, less equipment."""

from collections.abc import Sequence, Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import url_for

from booking.blueprints.calendar import query
from booking.blueprints.calendar.said import AskedFor, asked_for, suits
from booking.blueprints.kit.availability import SEATED, Criteria
from booking.blueprints.kit.converters import minute_of_instant
from booking.blueprints.kit.filters import comma_list, span_text
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.spaces import closed_label, kind_name, thing_name
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations import refusals as no, space_queries
from booking.reservations.alternatives import may_be_had
from booking.reservations.nearest import nearest_allowed
from booking.reservations.queries import ClaimRow, closures_of_kind, parts_of_wholes
from booking.reservations.reserve import booking_context
from booking.reservations.rules import MINUTE, BookingContext, check_new, storage_span
from booking.reservations.space_queries import equipment_of_kind
from booking.reservations.upcoming import own_between
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.understand.wanted_words import things_meant
from booking.values import FAR_FUTURE, Refusal, Span, day_span, local_day
from booking.values.writing import minute_clock

LinkText = tuple[str, str]
"""A label, and where it leads."""


def instead_of_search(form: query.SearchForm, kind: Kind, refusal: Refusal, now: datetime) -> list[LinkText]:
    """Offer what can be looked for instead; nothing where nobody knows."""
    match refusal:
        case no.TooManyPeople():
            return _fewer_or_elsewhere(form, kind, refusal, now)
        case no.NoSuchSpace():
            return _less(form, kind)
    span = _meant(form, kind, refusal, now)
    near = nearest_for(kind, query.filter_of_search(form, kind), span, now) if span else None
    if near is None:
        return []
    words = gettext("改找 %(when)s", when=times(near.start, near.end, kind))
    return [(words, query.search_address(form, Criteria.of_request(), kind=kind.value, **_when(near, kind)))]


def _fewer_or_elsewhere(
    form: query.SearchForm, kind: Kind, refusal: no.TooManyPeople, now: datetime
) -> list[LinkText]:
    wish = Criteria.of_request()
    links = [
        (
            gettext("改找 %(count)s 人", count=refusal.capacity),
            query.search_address(form, wish, kind=kind.value, people=refusal.capacity),
        )
    ]
    links += [
        (words, query.search_address(form, wish, kind=other.value))
        for other, words in larger_kinds(refusal, now)
    ]
    return links


def larger_kinds(refusal: no.TooManyPeople, now: datetime) -> Sequence[tuple[Kind, str]]:
    """Give the kinds that seat so many people, with the words to look there instead."""
    return [
        (kind, gettext("改找%(kind)s，最多 %(count)s 人", kind=kind_name(kind), count=seats))
        for kind, seats in space_queries.largest_of_kinds(db.session(), my_park().id, now).items()
        if kind in SEATED and seats >= refusal.people
    ]


def in_a_kind_that_fits(asked: AskedFor, now: datetime) -> AskedFor:
    """Look where all of it is to be had, else where most is; `notes` say what is not."""
    asked = _in_its_kind(asked, now)
    for name in (name for name, names in asked.things.items() if not names):
        asked.notes.append(_not_there(name, asked.kind))
    known = [thing_name(name) for name, names in asked.things.items() if names]
    bare = replace(asked, things={})
    if len(known) > 1 and _are_there(bare, now) and not _are_there(asked, now):
        words = gettext("没有一处同时有%(things)s，下面的至少有其中一样。", things=comma_list(known))
        asked.notes.append(words)
        return replace(asked, lacking=True)
    return asked


def _not_there(name: str, kind: Kind) -> str:
    """Say that no space of a kind has a thing, and which kinds do."""
    others = [
        kind_name(one)
        for one in Kind
        if one is not kind and things_meant(name, equipment_of_kind(db.session(), my_park().id, one))
    ]
    if not others:
        return gettext("这里没有登记“%(name)s”，没有按它找。", name=thing_name(name))
    return gettext(
        "%(kind)s没有“%(name)s”，没有按它找；%(others)s有。",
        kind=kind_name(kind),
        name=thing_name(name),
        others=comma_list(others),
    )


def _in_its_kind(asked: AskedFor, now: datetime) -> AskedFor:
    """Look among halls where nobody said the kind, and no meeting room seats them or has the things.

    Where no hall would do either, the larger kind tells how many can sit here.
    """
    if asked.kind is not Kind.MEETING_ROOM or not asked.kind_is_assumed:
        return asked
    rooms = _are_there(asked, now)
    if rooms and all(asked.things.values()):
        return asked
    hall = asked_for(replace(asked.said, kind=Kind.HALL.value, usual_kind=True), now)
    if _are_there(hall, now):
        better = not _are_there(replace(asked, things={}), now) or all(hall.things.values())
    else:
        seats = space_queries.largest_of_kinds(db.session(), my_park().id, now)
        better = not rooms and seats.get(hall.kind, 0) > seats.get(asked.kind, 0)
    if not better:
        return asked
    hall.notes.append(
        gettext("没有合适的%(room)s，按%(hall)s找。", room=kind_name(asked.kind), hall=kind_name(hall.kind))
    )
    return hall


def as_offered(
    asked: AskedFor, fitting: Sequence[space_queries.SpaceRow], offered: AbstractSet[int]
) -> AskedFor:
    """Say that what has the things is taken, where only what has none of them is free."""
    suiting = {row.id for row in fitting if suits(asked, row)}
    if asked.lacking or not any(asked.things.values()) or not offered:
        return asked
    if offered & suiting:
        return asked
    known = [thing_name(name) for name, names in asked.things.items() if names]
    words = gettext("这时候空着的都没有%(things)s。", things=comma_list(known))
    return replace(asked, lacking=True, notes=[*asked.notes, words])


def _are_there(asked: AskedFor, now: datetime) -> bool:
    rows = space_queries.fitting_rows(db.session(), my_park().id, asked.kind, now, asked.wanted)
    return any(suits(asked, row) for row in rows)


def _less(form: query.SearchForm, kind: Kind) -> list[LinkText]:
    wish, links = Criteria.of_request(), []
    if form.equipment.data:
        links.append((gettext("不限设备"), query.search_address(form, wish, kind=kind.value, equipment=None)))
    if form.area.data:
        links.append((gettext("不限区域"), query.search_address(form, wish, kind=kind.value, area=None)))
    return links


def _meant(form: query.SearchForm, kind: Kind, refusal: Refusal, now: datetime) -> Span | None:
    """Tell the time somebody meant who wrote one that is none: the ends swapped, or a store from today on."""
    if isinstance(refusal, no.EndsBeforeItStarts):
        return Span(refusal.ends, refusal.starts) if refusal.ends < refusal.starts else None
    if isinstance(refusal, no.NoSuchClock):
        return None
    if kind is Kind.STORAGE and isinstance(refusal, no.InThePast):
        zone = my_park().zone
        today, until = now.astimezone(zone).date(), form.until.data
        return storage_span(today, until if until and until >= today else None, now, zone)
    return query.span_of_search(form, kind, now)


def _when(span: Span, kind: Kind) -> dict[str, Any]:
    zone = my_park().zone
    day = span.start.astimezone(zone).date()
    if kind is Kind.STORAGE:
        last = None if span.end >= FAR_FUTURE else (span.end - MINUTE).astimezone(zone).date()
        return {"day": day, "until": last}
    return {
        "day": day,
        "starts": f"{span.start.astimezone(zone):%H:%M}",
        "ends": minute_clock(minute_of_instant(span.end, day, zone)),
    }


def nearest_for(kind: Kind, wanted: space_queries.SpaceFilter, span: Span, now: datetime) -> Span | None:
    """Give the nearest span that the rule of some space that would do allows."""
    session, park = db.session(), my_park()
    rows = space_queries.fitting_rows(session, park.id, kind, now, wanted)
    found = [near for at in contexts_of(kind, rows, now) if (near := nearest_allowed(span, at))]
    return min(found, key=lambda near: _distance(near, span), default=None)


def how_far_off(span: Span, at: BookingContext) -> timedelta:
    """Tell how far from a span the nearest is that a rule allows; endlessly, where none is near."""
    near = nearest_allowed(span, at)
    return _distance(near, span) if near else timedelta.max


def _distance(near: Span, span: Span) -> timedelta:
    return abs(near.start - span.start) + abs(near.length - span.length)


def contexts_of(
    kind: Kind, rows: Sequence[space_queries.SpaceRow], now: datetime
) -> Sequence[BookingContext]:
    """Gather what holds under each rule of these spaces, that of most of them first."""
    session, park = db.session(), my_park()
    rules = rules_for(session, park.id, since=local_day(now, park.zone))
    by_rule = rules.by_rule([row.id for row in rows], kind)
    at = booking_context(session, park, kind, rules.kind(kind), now)
    return [replace(at, opening=rule) for rule in sorted(by_rule, key=lambda rule: -len(by_rule[rule]))]


def none_fits(
    kind: Kind, wanted: space_queries.SpaceFilter, now: datetime
) -> no.TooManyPeople | no.NoSuchSpace:
    """Give the refusal where no space of the kind would ever do: too many people, or no such thing."""
    largest = space_queries.largest_of_kinds(db.session(), my_park().id, now).get(kind, 0)
    if 0 < largest < wanted.people:
        return no.TooManyPeople(wanted.people, largest)
    return no.NoSuchSpace(
        part=no.RequestPart.EQUIPMENT if wanted.equipment else no.RequestPart.AREA if wanted.area_id else None
    )


def check_rules(kind: Kind, rows: Sequence[space_queries.SpaceRow], span: Span, now: datetime) -> None:
    """Raise the refusal of the rule that would allow it soonest, where the rule of none allows it."""
    rules = contexts_of(kind, rows, now)
    if not any(may_be_had(span, at) for at in rules):
        check_new(span, min(rules, key=lambda at: how_far_off(span, at)))


class ClosedSpace(NamedTuple):
    """A space that would do, were it not closed."""

    name: str
    words: str
    url: str


def closed_spaces(
    kind: Kind, span: Span, wanted: space_queries.SpaceFilter, now: datetime, wish: Criteria
) -> Sequence[ClosedSpace]:
    """List the spaces that offer what is wanted and are closed for some of the time."""
    session, park = db.session(), my_park()
    closures = _closures_then(kind, span)
    if not closures:
        return ()
    carried = wish.args(day=span.start.astimezone(park.zone).date())
    return [
        ClosedSpace(
            local_name(row.name, row.name_en),
            closed_label(closures[row.id], row.id),
            url_for("calendar.week", space_id=row.id, **carried),
        )
        for row in space_queries.fitting_rows(session, park.id, kind, now, wanted)
        if row.id in closures
    ]


def _closures_then(kind: Kind, span: Span) -> dict[int, ClaimRow]:
    """Give what closes each space then; of a whole that of a part."""
    rows = closures_of_kind(db.session(), my_park().id, kind, span)
    found = {row.space_id: row for row in rows}
    if found:
        for whole, parts in parts_of_wholes(db.session(), my_park().id).items():
            found.update((whole, found[part]) for part in parts if part in found)
    return found


def booked_that_day(day: date | None) -> Sequence[tuple[str, str, str]]:
    """List what the reader has that day, to be changed or cancelled where it stands: name, time, address."""
    if day is None:
        return ()
    return [
        (
            local_name(one.name, one.name_en),
            span_text(one.span),
            url_for("reservations.show", reservation_id=one.reservation_id),
        )
        for one in own_between(db.session(), me().id, day_span(day, my_park().zone))
    ]
