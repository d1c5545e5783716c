"""Search: what is free then, with what it would cost; and if nothing is, what is free instead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.calendar import query
from booking.blueprints.calendar.begin import OF_ANOTHER_KIND, begin
from booking.blueprints.calendar.day import blueprint
from booking.blueprints.calendar.instead import check_rules, closed_spaces, instead_of_search, none_fits
from booking.blueprints.calendar.near import how_far, near_label, place_near, unknown_place
from booking.blueprints.calendar.said import AskedSeries, series_asked, spaces_said
from booking.blueprints.calendar.together import args_of_search
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import (
    SEATED,
    Criteria,
    Offer,
    OtherTime,
    favourites_first,
    offers,
    other_times,
)
from booking.blueprints.kit.conflicts import count_turned_away
from booking.blueprints.kit.filters import comma_list
from booking.blueprints.kit.free_time.days import FreeDays, FreeHalfHour
from booking.blueprints.kit.held import held_then
from booking.blueprints.kit.holders import TimeHolder, own_among, own_holders, own_holds
from booking.blueprints.kit.labels.prices import provisional_in
from booking.blueprints.kit.labels.reservations import held_too_label, times
from booking.blueprints.kit.labels.spaces import KINDS, kind_name, kind_or
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.messages import put_beside
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.reservations import space_queries
from booking.reservations.alternatives import free_and_allowed, nearest_among
from booking.reservations.rules import OwnPlace, local_instant
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.models import Kind
from booking.spaces.rules import DAY_MINUTES
from booking.values import Refusal, Span
from booking.values.writing import minute_clock

PAGE = 24
KNOWS = (
    "kind", "day", "until", "starts", "ends", "people", "area", "equipment", "near", "space", "repeat",
    "working_days_only", "purpose",
)  # fmt: skip


@blueprint.get("/search")
@allow(*Role)
def search() -> ResponseReturnValue:
    """Look for what is free by time, people and equipment."""
    now, wish = clock.now(), Criteria.of_request()
    kind = kind_or(request.args.get("kind"), KINDS[0])
    storage = kind is Kind.STORAGE
    form = query.search_form(kind, wish)
    free, moved = begin(form, kind, now)
    said = {name: request.args.get(name) or "" for name in ("day", "starts", "ends")}
    there = {"space": "", **said, OF_ANOTHER_KIND: kind.value if said["starts"] else ""}
    pager = Pager.of_request(PAGE, *KNOWS)
    found = found_for(form, kind, pager, free) if form.validate() else None
    again = None if storage else _again(form, free.first)
    if found and again:
        found = replace(found, offers=[_in_series(one, form, again) for one in found.offers])
    closed = found and (storage or free.taken.has_closures)
    return render_template(
        "calendar/search.html",
        form=form,
        chips=(chips := query.chips_of(form, kind)),
        wanted=comma_list(one.text for one in chips if one.said and one.name not in {"day", "time"}),
        again=again,
        once_url=query.search_address(form, wish, kind=kind.value, repeat="", working_days_only=""),
        kind=kind,
        kinds=[
            (kind_name(one), query.search_address(form, wish, kind=one.value, **there), one is kind)
            for one in KINDS
        ],
        strip=() if storage else strip_of(form, free, wish),
        found=found,
        moved=moved,
        provisional=found.provisional if found else (),
        closed=closed_spaces(kind, found.span, free.wanted, now, wish) if found and closed else (),
        when=times(found.span.start, found.span.end, kind) if found else "",
        storage=storage,
        seated=kind in SEATED,
        pager=pager.count(found.count if found else 0),
        elsewhere=unasked(form, kind, wish),
        here=query.search_address(form, wish, kind=kind.value),
        **ways_from(form, kind, wish),
    )


def _again(form: query.SearchForm, day: date) -> AskedSeries | None:
    """Tell how often, where the address says so and a series can be had like that."""
    said = query.repeat_in_address()
    if "repeat" not in said or me().enterprise_id is None or form.errors:
        return None
    return series_asked(said["repeat"], day, working="working_days_only" in said)


def _in_series(offer: Offer, form: query.SearchForm, again: AskedSeries) -> Offer:
    """Lead on to the form of a series in that space."""
    args: dict[str, Any] = {"day": form.day.data, "starts": form.starts.text, "ends": form.ends.text}
    args |= Criteria(purpose=Criteria.of_request().purpose).args(people=form.people.data or 1, **again.args)
    return offer._replace(url=url_for("series.new", space=offer.space_id, **args))


def ways_from(form: query.SearchForm, kind: Kind, wish: Criteria) -> dict[str, str]:
    """Lead on: to the day's timetable, the waiting list, and any one of many."""
    args, books = query.pool_args(form, kind, wish), me().enterprise_id is not None
    when = args_of_search(form.day.data, form.starts.data, form.ends.data)
    return {
        "day_url": url_for("calendar.day", **wish.args(kind=kind.value, day=form.day.data)),
        "wait_url": url_for("waiting.new", **args) if books and kind not in SPACES_WITHOUT_LINE else "",
        "together_url": url_for("calendar.together", people=wish.people, **when) if books else "",
        "pool_url": url_for("reservations.pool", **args) if books else "",
    }


def strip_of(form: query.SearchForm, free: FreeDays, wish: Criteria) -> Sequence[FreeHalfHour]:
    """Draw how many are free in each half hour of the day; each leads to the same search at its time."""
    starts, ends = form.starts.data, form.ends.data
    length = ends - starts if starts is not None and ends is not None and ends > starts else 60
    zone = my_park().zone
    picked = None
    if starts is not None and not form.errors:
        first, last = (local_instant(free.first, minute, zone) for minute in (starts, starts + length))
        picked = Span(first, last)

    there = query.search_address(form, wish, kind=free.kind.value, day=free.first, starts="0", ends="0")

    def url(minute: int) -> str:
        end = minute_clock(min(minute + length, DAY_MINUTES))
        return there.replace("starts=0", f"starts={minute_clock(minute)}").replace("ends=0", f"ends={end}")

    return free.strip(picked, url)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search gave: offers of this page, how many there are, or what is free instead."""

    span: Span
    offers: Sequence[Offer]
    count: int
    times: Sequence[OtherTime] = ()
    similar: Sequence[Offer] = ()
    smaller: bool = False  # the similar ones do not seat as many
    note: str = ""  # by what they are ordered
    held: str = ""  # what the reader has at that time already
    own: Sequence[TimeHolder] = ()  # the same as links, where nothing is free
    line: bool = True  # whether somebody else has what would do, for whom one may wait

    @property
    def provisional(self) -> Sequence[int]:
        """Give the years told of whose working days are not published yet."""
        return provisional_in([self.span, *(one.span for one in self.times if one.span)])

    @property
    def over(self) -> str:
        """Say why the reader's quotas leave less than that; "" where they do not."""
        return next((one.over for one in self.offers), "")


Ranking = Callable[[list[space_queries.SpaceRow]], Sequence[space_queries.SpaceRow]]


def found_for(form: query.SearchForm, kind: Kind, pager: Pager, free: FreeDays) -> SearchResult | None:
    """Look; where that cannot be, say so beside the field, with the nearest that can."""
    wish, now = Criteria.of_request(), free.now
    taken_at = None if kind is Kind.STORAGE else free.taken.spaces_at
    try:
        span = query.span_of_search(form, kind, now)
        best, note = named_first(form, free)
        shown = slice(pager.before, pager.before + PAGE)
        found = search_spaces(kind, span, free.wanted, shown, now, wish, best=best, taken_at=taken_at)
    except Refusal as refusal:
        put_beside(form, refusal, instead_of_search(form, kind, refusal, now))
        return None
    if not found.count and found.line:
        count_turned_away(kind, span, now)
    missing = _named_is_not_free(form, found, pager)
    return replace(found, note=" ".join(filter(None, [missing, note])))


def _named_is_not_free(form: query.SearchForm, found: SearchResult, pager: Pager) -> str:
    """Say that the space that was named is not among those that are free; it would be the first of them."""
    name = (form.space.data or "").strip()
    if not name or pager.before or {one.space_id for one in found.offers} & _spaces_named(name, clock.now()):
        return ""
    return str(gettext("“%(name)s”不在空闲的里面。", name=name))


def _spaces_named(name: str, now: datetime) -> frozenset[int]:
    return frozenset(row.id for row in spaces_said(name, now))


def named_first(form: query.SearchForm, free: FreeDays) -> tuple[Ranking, str]:
    """Give the order: the space that was named, then as otherwise; and in words by what."""
    (ranked, note), name = by_distance(form, free), (form.space.data or "").strip()
    if not name:
        return ranked, note
    named = _spaces_named(name, free.now)
    return lambda rows: sorted(ranked(rows), key=lambda row: row.id not in named), note


def _own_then(kind: Kind, span: Span) -> Sequence[OwnPlace]:
    """List what is held at a time already; a store stands beside anything."""
    if kind is Kind.STORAGE or me().enterprise_id is None:
        return ()
    return held_then(kind, span)


def by_distance(form: query.SearchForm, free: FreeDays) -> tuple[Ranking, str]:
    """Give the order, favourites first, or what is near somebody; and in words where that is."""
    name = (form.near.data or "").strip()
    if not name:
        return favourites_first, ""
    place = place_near(name, free.first, form.starts.data or 0)
    if place is None:
        return favourites_first, unknown_place(name)

    def nearest_first(rows: list[space_queries.SpaceRow]) -> Sequence[space_queries.SpaceRow]:
        return sorted(favourites_first(rows), key=lambda row: how_far(place, row))

    return nearest_first, near_label(name, place)


def unasked(form: query.SearchForm, kind: Kind, wish: Criteria) -> Criteria:
    """Tell what goes along though the form does not ask: what for, seats, and another kind's equipment."""
    known = form.equipment.data or ()
    return Criteria(
        None if kind in SEATED else wish.people,
        tuple(name for name in wish.equipment if name not in known),
        purpose=wish.purpose,
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
    best: Ranking = list,
    taken_at: Callable[[Span], frozenset[int]] | None = None,
) -> SearchResult:
    """Look for what is free, and offer those of this page, the `best` first.

    Raises TooManyPeople or NoSuchSpace where no space of the kind would ever do, and what the rules refuse
    where none that would do may be had then.
    """
    session, park = db.session(), my_park()

    def usable_of(wanted: space_queries.SpaceFilter) -> list[space_queries.SpaceRow]:
        return free_and_allowed(session, park, kind, span, now, wanted, taken_at=taken_at)

    own = _own_then(kind, span)
    if usable := usable_of(wanted):
        found, held = best(usable), held_too_label(own, me())
        return SearchResult(span, offers(found[shown], span, wish), len(found), held=held)
    fitting = space_queries.fitting_rows(session, park.id, kind, now, wanted)
    if not fitting:
        raise none_fits(kind, wanted, now)
    check_rules(kind, fitting, span, now)
    there = {row.id for row in fitting}
    times = nearest_among(session, park, fitting[:MOST_COMPARED], span, now)
    as_large = usable_of(space_queries.SpaceFilter(wanted.people))
    similar = as_large or usable_of(space_queries.SpaceFilter())
    return SearchResult(
        span,
        (),
        0,
        other_times(times, wish),
        offers(similar[-MOST_SIMILAR:], span, wish),
        smaller=not as_large,
        own=[*own_holds(span, there), *own_holders(own_among(own, there))],
        line=not there <= {one.space_id for one in own if one.is_mine},
    )
