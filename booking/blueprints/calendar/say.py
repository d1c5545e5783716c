"""Book in one sentence: what was understood as chips to correct, what was not, and the best three places."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from flask import render_template, request, url_for

from booking import clock
from booking.blueprints.calendar.day import blueprint
from booking.blueprints.calendar.said import AskedFor, asked_for, how_far, span_at, without
from booking.blueprints.calendar.search import MOST_COMPARED, Ranking, SearchResult, held_label, search_spaces
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import SEATED, Offer
from booking.blueprints.kit.conflicts import count_turned_away
from booking.blueprints.kit.converters import minute_of_instant
from booking.blueprints.kit.filters import day as day_text, duration, full_day
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.labels.spaces import kind_name, people_label, thing_name
from booking.blueprints.kit.pagination import this_page
from booking.blueprints.kit.session import favourites, me, my_park
from booking.blueprints.messages import wording
from booking.charges.pricing import quote_many
from booking.db import db
from booking.language import gettext
from booking.people.models import Role
from booking.reservations import space_queries
from booking.reservations.alternatives import nearest_among
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.models import Kind
from booking.spaces.queries import own_words
from booking.understand.plain_text import LONGEST
from booking.understand.sentence import understand
from booking.values import Refusal, Span
from booking.values.writing import minute_clock

MOST_SHOWN = 3
LONGEST_SHOWN = 500


@blueprint.get("/say")
@allow(*Role)
def say() -> str:
    """Understand a sentence and offer what suits it best."""
    sentence, now = request.args.get("say", "").strip(), clock.now()
    if not sentence:
        return render_template("calendar/say.html", sentence="", said=None, examples=_examples())
    own = own_words(db.session(), my_park().id)
    said = understand(sentence, now.astimezone(my_park().zone), own)
    asked = asked_for(without(said, request.args.getlist("but")), now)
    found = _look(asked, now)
    return render_template(
        "calendar/say.html",
        sentence=sentence[:LONGEST_SHOWN],
        said=said,
        longest=LONGEST,
        length=len(sentence),
        chips=chips(found.asked),
        notes=asked.notes,
        found=found,
        search_url=search_url(found.asked),
    )


def _examples() -> Sequence[tuple[str, str]]:
    """Give sentences to begin with, as links."""
    sentences = (
        gettext("明天下午两点到三点半 6人 带屏幕"),
        gettext("下周二上午 离林一近的工位"),
        gettext("每周三下午三点开会 一小时 4人"),
    )
    return [(one, url_for(".say", say=one)) for one in sentences]


@dataclass(frozen=True, slots=True)
class Suited:
    """What suits a sentence: the best places, or why there are none; `asked` has the time that was found."""

    asked: AskedFor
    when: str = ""
    result: SearchResult | None = None
    places: Sequence["SuitedPlace"] = ()
    problem: str = ""
    held: str = ""  # what the reader has at that time already
    wait_url: str = ""  # these two where nothing is free
    series_url: str = ""


def _look(asked: AskedFor, now: datetime) -> Suited:
    try:
        span = asked.span(now)
        if asked.at.window is not None:
            asked, span = _within(asked, span, now)
        ranked = _ranking(asked, span)
        found = search_spaces(asked.kind, span, asked.wanted, slice(MOST_SHOWN), now, asked.wish, best=ranked)
    except Refusal as refusal:
        return Suited(asked, problem=wording(refusal))
    when = times(span.start, span.end, asked.kind)
    suited = Suited(asked, when, found, _places(asked, found.offers), held=held_label(asked.kind, span))
    if found.count:
        return suited
    count_turned_away(asked.kind, span, now)
    return replace(suited, wait_url=_wait_url(asked), series_url=_series_all_the_same(asked, ranked, now))


def _wait_url(asked: AskedFor) -> str:
    """Lead to the waiting list for any place that would do; "" for who does not book, or has none there."""
    if me().enterprise_id is None or asked.kind in SPACES_WITHOUT_LINE:
        return ""
    return url_for("waiting.new", **asked.wish.args(kind=asked.kind.value, **_when(asked)))


def _series_all_the_same(asked: AskedFor, ranked: Ranking, now: datetime) -> str:
    """Lead to a series in the best place, though the first time is taken: its other times may be free."""
    if me().enterprise_id is None or asked.series is None:
        return ""
    rows = space_queries.fitting_rows(db.session(), my_park().id, asked.kind, now, asked.wanted)
    best = next(iter(ranked(list(rows))), None)
    return _series_url(asked, best.id) if best else ""


def _within(asked: AskedFor, span: Span, now: datetime) -> tuple[AskedFor, Span]:
    """Move the time within what was said to where something is free."""
    session, park = db.session(), my_park()
    fitting = space_queries.fitting_spaces(session, park.id, asked.kind, now, asked.wanted)
    rows = space_queries.space_rows(session, park.id, asked.kind, fitting[:MOST_COMPARED])
    start, end = asked.at.window or (0, 0)
    whole = span_at(asked.kind, replace(asked.at, starts=start, ends=end), now)
    inside = [
        one
        for _, one in nearest_among(session, park, rows, span, now)
        if whole.start <= one.start and one.end <= whole.end
    ]
    if not inside:
        return asked, span
    starts, ends = (
        minute_of_instant(one, asked.at.day, park.zone) for one in (inside[0].start, inside[0].end)
    )
    return replace(asked, at=replace(asked.at, starts=starts, ends=ends)), inside[0]


def _ranking(asked: AskedFor, span: Span) -> Ranking:
    """Give the order: who fits most closely, then near, then favourites, the cheapest, and as listed."""

    def ranked(rows: list[space_queries.SpaceRow]) -> Sequence[space_queries.SpaceRow]:
        rows = rows[:MOST_COMPARED]
        prices, starred = _prices(rows, span), favourites()
        suiting = [row for row in rows if _suits(asked, row)] or rows
        spare = asked.kind in SEATED and (asked.said.people or 1) > 1
        return sorted(
            suiting,
            key=lambda row: (
                row.capacity if spare else 0,
                how_far(asked.near, row),
                row.id not in starred,
                prices.get(row.id, 0),
            ),
        )

    return ranked


def _prices(rows: Sequence[space_queries.SpaceRow], span: Span) -> dict[int, int]:
    enterprise = me().enterprise
    if enterprise is None:
        return {}
    quotes = quote_many(db.session(), my_park(), enterprise, rows, span)
    return {space_id: quote.total.fen for space_id, quote in quotes.items()}


def _suits(asked: AskedFor, space: space_queries.SpaceRow) -> bool:
    """Tell whether it has one of the things meant by each that was said, and is in one of the areas meant."""
    has = set(space.equipment)
    there = not asked.areas or space.area_id in asked.areas
    return there and all(has & set(names) for names in asked.things.values() if names)


class SuitedPlace(NamedTuple):
    """A place, and the ways to book it: at once with one press, as a series, or by the form."""

    offer: Offer
    fields: dict[str, Any]  # empty where something was assumed that the form asks for first
    series_url: str


def _places(asked: AskedFor, offers: Sequence[Offer]) -> list[SuitedPlace]:
    return [
        SuitedPlace(
            offer,
            _fields(asked, offer.space_id) if offer.books and asked.sure else {},
            _series_url(asked, offer.space_id) if offer.books else "",
        )
        for offer in offers
    ]


def _fields(asked: AskedFor, space_id: int) -> dict[str, Any]:
    """Fill in the form of a reservation."""
    when = _when(asked)
    people = (asked.said.people or 1) if asked.kind in SEATED else 1
    key = secrets.token_urlsafe(12)
    return {"space": space_id, **when, "people": people, "purpose": "", "idempotency_key": key}


def _when(asked: AskedFor) -> dict[str, Any]:
    if asked.kind is Kind.STORAGE:
        return {"day": asked.at.day, "until": asked.at.until or ""}
    starts, ends = minute_clock(asked.at.starts), minute_clock(asked.at.ends)
    return {"day": asked.at.day, "starts": starts, "ends": ends}


def _series_url(asked: AskedFor, space_id: int) -> str:
    """Lead to the form of a series, where the rule is one that it offers."""
    series = asked.series
    if series is None or asked.kind is Kind.STORAGE:
        return ""
    args = _when(asked) | {"people": asked.said.people or 1, **series.args}
    return url_for("series.new", space=space_id, **args)


class Chip(NamedTuple):
    """One thing that was understood, where to correct it, and the page without it; `assumed` was not said."""

    text: str
    url: str
    without_url: str = ""
    assumed: bool = False


def search_url(asked: AskedFor, field: str = "") -> str:
    """Write the address of the search form with everything filled in, at one of its fields."""
    when = {name: value for name, value in _when(asked).items() if value}
    args = asked.wish.args(kind=asked.kind.value, **when)
    return url_for("calendar.search", _anchor=field or None, **args)


def chips(asked: AskedFor) -> list[Chip]:
    """Say what was understood, one thing a chip."""
    said = asked.said
    found = [
        _chip(asked, "kind", kind_name(asked.kind), "", assumed=said.kind is None),
        _chip(
            asked,
            "day",
            _day_label(asked),
            "day",
            assumed="day" in asked.at.assumed,
            away=said.day is not None,
        ),
    ]
    if asked.kind is not Kind.STORAGE:
        found.append(_chip(asked, "time", _time_label(asked), "starts", assumed="starts" in asked.at.assumed))
    if said.people:
        found.append(_chip(asked, "people", people_label(said.people), "people"))
    found += [_chip(asked, f"equipment:{name}", thing_name(name), "equipment") for name in said.equipment]
    if said.area:
        found.append(_chip(asked, "area", said.area, "area"))
    if said.near:
        found.append(_chip(asked, "near", gettext("离%(name)s近", name=said.near), ""))
    if said.repeat:
        found.append(_chip(asked, "repeat", asked.often, ""))
    return found


def _chip(
    asked: AskedFor, name: str, text: str, field: str, *, assumed: bool = False, away: bool = True
) -> Chip:
    dropped = [*request.args.getlist("but"), name]
    taken = this_page(but=dropped, say=request.args.get("say", "").strip()[:LONGEST])
    return Chip(text, search_url(asked, field), taken if away and not assumed else "", assumed)


def _day_label(asked: AskedFor) -> str:
    if asked.kind is not Kind.STORAGE:
        return day_text(asked.at.day)
    if asked.at.until is None:
        return str(gettext("%(day)s 起", day=full_day(asked.at.day)))
    return f"{full_day(asked.at.day)}–{full_day(asked.at.until)}"


def _time_label(asked: AskedFor) -> str:
    times_said = f"{minute_clock(asked.at.starts)}–{minute_clock(asked.at.ends)}"
    if asked.at.window is None:
        only_start = "ends" in asked.at.assumed and "starts" not in asked.at.assumed
        return str(gettext("%(times)s，没说多久", times=times_said)) if only_start else times_said
    starts, ends = (minute_clock(one) for one in asked.at.window)
    length = duration(asked.at.ends - asked.at.starts)
    return str(gettext("%(window)s 之间 %(length)s", window=f"{starts}–{ends}", length=length))
