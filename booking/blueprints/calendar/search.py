"""Search: what is free then, with what it would cost; and if nothing is, what is free instead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.calendar import blueprint, forms
from booking.blueprints.calendar.timelines import closed_spaces
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import (
    SEATED,
    Criteria,
    Offer,
    OtherTime,
    favourites_first,
    offers,
    other_time,
)
from booking.blueprints.kit.converters import minute_of_instant
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.spaces import KINDS, kind_name, kind_or, minute_clock
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.kit.turned_away import count_turned_away
from booking.blueprints.messages import put_beside
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.reservations import refusals as no
from booking.reservations import space_queries
from booking.reservations.alternatives import free_and_allowed, may_be_had, nearest_among
from booking.reservations.booking_context import booking_context
from booking.reservations.nearest import nearest_allowed
from booking.reservations.rules import MINUTE, BookingContext, check_new, storage_span
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.values.month import local_day
from booking.values.refusal import Refusal
from booking.values.span import FAR_FUTURE, Span

PAGE = 24
KNOWS = ("kind", "day", "until", "starts", "ends", "people", "area", "equipment")


@blueprint.get("/search")
@allow(*Role)
def search() -> ResponseReturnValue:
    """Look for what is free by time, people and equipment."""
    now, wish = clock.now(), Criteria.of_request()
    kind = kind_or(request.args.get("kind"), KINDS[0])
    form = forms.search_form(kind, wish)
    forms.fill_in(form, now)
    pager = Pager.of_request(PAGE, *KNOWS)
    found = found_for(form, kind, pager, now) if form.validate() else None
    return render_template(
        "calendar/search.html",
        form=form,
        kind=kind,
        kinds=[
            (kind_name(one), forms.search_address(form, wish, kind=one.value), one is kind) for one in KINDS
        ],
        found=found,
        closed=closed_spaces(kind, found.span, forms.filter_of_search(form, kind), now, wish)
        if found
        else (),
        when=times(found.span.start, found.span.end, kind) if found else "",
        storage=kind is Kind.STORAGE,
        seated=kind in SEATED,
        pager=pager.count(found.count if found else 0),
        elsewhere=unasked(form, kind, wish),
        day_url=url_for("calendar.day", **wish.args(kind=kind.value, day=form.day.data)),
        wait_url=url_for("waiting.new", **forms.pool_args(form, kind, wish))
        if me().enterprise_id and kind not in SPACES_WITHOUT_LINE
        else "",
        pool_url=url_for("reservations.pool", **forms.pool_args(form, kind, wish))
        if me().enterprise_id
        else "",
    )


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search gave: offers of this page, how many there are, or what is free instead."""

    span: Span
    offers: Sequence[Offer]
    count: int
    times: Sequence[OtherTime] = ()
    similar: Sequence[Offer] = ()
    smaller: bool = False  # the similar ones do not seat as many


def found_for(form: forms.SearchForm, kind: Kind, pager: Pager, now: datetime) -> SearchResult | None:
    """Look; where that cannot be, say so beside the field, with the nearest that can."""
    wish = Criteria.of_request()
    try:
        span = forms.span_of_search(form, kind, now)
        shown = slice(pager.before, pager.before + PAGE)
        wanted = forms.filter_of_search(form, kind)
        found = search_spaces(kind, span, wanted, shown, now, wish, best=favourites_first)
    except Refusal as refusal:
        put_beside(form, refusal, suggestions(form, kind, refusal, now))
        return None
    if not found.count:
        count_turned_away(kind, span, now)
    return found


def unasked(form: forms.SearchForm, kind: Kind, wish: Criteria) -> Criteria:
    """Tell what goes along though this kind is not asked about it: seats, and another kind's equipment."""
    known = form.equipment.data or ()
    return Criteria(
        None if kind in SEATED else wish.people,
        tuple(name for name in wish.equipment if name not in known),
    )


MOST_COMPARED = 40
MOST_SIMILAR = 3


def search_spaces(
    kind: Kind,
    span: Span,
    wanted: space_queries.SpaceFilter,
    shown: slice,
    now: datetime,
    wish: Criteria,
    *,
    best: Callable[[list[space_queries.SpaceRow]], Sequence[space_queries.SpaceRow]] = list,
) -> SearchResult:
    """Look for what is free, and offer those of this page, the `best` first.

    Raises TooManyPeople or NoSuchSpace where no space of the kind would ever do, and what the rules refuse
    where none that would do may be had then.
    """
    session, park = db.session(), my_park()
    usable = free_and_allowed(session, park, kind, span, now, wanted)
    if usable:
        found = best(usable)
        return SearchResult(span, offers(found[shown], span, wish), len(found))
    fitting = space_queries.fitting_rows(session, park.id, kind, now, wanted)
    if not fitting:
        raise _none_fits(kind, wanted, now)
    _check_rules(kind, fitting, span, now)
    times = nearest_among(session, park, fitting[:MOST_COMPARED], span, now)
    as_large = free_and_allowed(session, park, kind, span, now, space_queries.SpaceFilter(wanted.people))
    similar = as_large or free_and_allowed(session, park, kind, span, now, space_queries.SpaceFilter())
    return SearchResult(
        span,
        (),
        0,
        [other_time(row, time, wish) for row, time in times],
        offers(similar[-MOST_SIMILAR:], span, wish),
        smaller=not as_large,
    )


def _none_fits(
    kind: Kind, wanted: space_queries.SpaceFilter, now: datetime
) -> no.TooManyPeople | no.NoSuchSpace:
    largest = space_queries.largest_of_kinds(db.session(), my_park().id, now).get(kind, 0)
    if 0 < largest < wanted.people:
        return no.TooManyPeople(wanted.people, largest)
    return no.NoSuchSpace(
        part=no.RequestPart.EQUIPMENT if wanted.equipment else no.RequestPart.AREA if wanted.area_id else None
    )


def _check_rules(kind: Kind, rows: Sequence[space_queries.SpaceRow], span: Span, now: datetime) -> None:
    """Raise the refusal of the rule that holds for most of these spaces, where the rule of none allows it."""
    rules = _contexts(kind, rows, now)
    if not any(may_be_had(span, at) for at in rules):
        check_new(span, rules[0])


def nearest_for(kind: Kind, wanted: space_queries.SpaceFilter, span: Span, now: datetime) -> Span | None:
    """Give the nearest span that the rule of some space that would do allows."""
    session, park = db.session(), my_park()
    rows = space_queries.fitting_rows(session, park.id, kind, now, wanted)
    found = [near for at in _contexts(kind, rows, now) if (near := nearest_allowed(span, at))]
    return min(found, key=lambda near: _distance(near, span), default=None)


def _distance(near: Span, span: Span) -> timedelta:
    return abs(near.start - span.start) + abs(near.length - span.length)


ONE_DAY = timedelta(days=1)


def _contexts(kind: Kind, rows: Sequence[space_queries.SpaceRow], now: datetime) -> Sequence[BookingContext]:
    """Gather what holds under each rule of these spaces, that of most of them first."""
    session, park = db.session(), my_park()
    rules = rules_for(session, park.id, since=local_day(now, park.zone))
    by_rule = rules.by_rule([row.id for row in rows], kind)
    at = booking_context(session, park, kind, rules.kind(kind), now)
    return [replace(at, opening=rule) for rule in sorted(by_rule, key=lambda rule: -len(by_rule[rule]))]


Link = tuple[str, str]
"""A label, and where it leads."""


def suggestions(form: forms.SearchForm, kind: Kind, refusal: Refusal, now: datetime) -> list[Link]:
    """Offer what can be looked for instead; nothing where nobody knows."""
    match refusal:
        case no.TooManyPeople():
            return _fewer_or_elsewhere(form, kind, refusal, now)
        case no.NoSuchSpace():
            return _less(form, kind)
    span = _meant(form, kind, refusal, now)
    near = nearest_for(kind, forms.filter_of_search(form, kind), span, now) if span else None
    if near is None:
        return []
    words = gettext("改找 %(when)s", when=times(near.start, near.end, kind))
    return [(words, forms.search_address(form, Criteria.of_request(), kind=kind.value, **_when(near, kind)))]


def _fewer_or_elsewhere(
    form: forms.SearchForm, kind: Kind, refusal: no.TooManyPeople, now: datetime
) -> list[Link]:
    wish = Criteria.of_request()
    links = [
        (
            gettext("改找 %(count)s 人", count=refusal.capacity),
            forms.search_address(form, wish, kind=kind.value, people=refusal.capacity),
        )
    ]
    for other, seats in space_queries.largest_of_kinds(db.session(), my_park().id, now).items():
        if other in SEATED and seats >= refusal.people:
            words = gettext("改找%(kind)s，最多 %(count)s 人", kind=kind_name(other), count=seats)
            links.append((words, forms.search_address(form, wish, kind=other.value)))
    return links


def _less(form: forms.SearchForm, kind: Kind) -> list[Link]:
    wish, links = Criteria.of_request(), []
    if form.equipment.data:
        links.append((gettext("不限设备"), forms.search_address(form, wish, kind=kind.value, equipment=None)))
    if form.area.data:
        links.append((gettext("不限区域"), forms.search_address(form, wish, kind=kind.value, area=None)))
    return links


def _meant(form: forms.SearchForm, kind: Kind, refusal: Refusal, now: datetime) -> Span | None:
    """Tell the time somebody meant who wrote one that is none: the ends swapped, or a store from today on."""
    if isinstance(refusal, no.EndsBeforeItStarts):
        return Span(refusal.ends, refusal.starts) if refusal.ends < refusal.starts else None
    if kind is Kind.STORAGE and isinstance(refusal, no.InThePast):
        zone = my_park().zone
        today, until = now.astimezone(zone).date(), form.until.data
        return storage_span(today, until if until and until >= today else None, now, zone)
    return forms.span_of_search(form, kind, now)


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
