"""Book in one sentence: what was understood as chips to correct, what was not, and the best three places."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from flask import render_template, request, url_for

from booking import clock
from booking.blueprints.calendar.chips import (
    SuitedPlace,
    chips,
    days_instead,
    either_half,
    examples,
    how_many,
    places_of,
    search_url,
    series_url_of,
    space_label,
    when_args,
    which_day,
)
from booking.blueprints.calendar.day import blueprint
from booking.blueprints.calendar.instead import (
    LinkText,
    as_offered,
    booked_that_day,
    in_a_kind_that_fits,
    nearest_for,
)
from booking.blueprints.calendar.near import how_far
from booking.blueprints.calendar.said import AskedFor, asked_for, how_many_things, span_at, suits, without
from booking.blueprints.calendar.search import MOST_COMPARED, Ranking, SearchResult, search_spaces
from booking.blueprints.calendar.seats import is_too_small, larger_places, problem_of, too_small_notes
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import OtherTime, other_times
from booking.blueprints.kit.conflicts import count_turned_away
from booking.blueprints.kit.converters import local_time, minute_of_instant
from booking.blueprints.kit.holders import TimeHolder, all_mine, holders
from booking.blueprints.kit.labels.prices import provisional_in
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.session import favourites, me, my_park
from booking.blueprints.messages import wording
from booking.charges.pricing import quote_many
from booking.db import db
from booking.language import gettext, local_name
from booking.people.models import Role
from booking.reservations import space_queries
from booking.reservations.alternatives import nearest_among
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE
from booking.spaces.models import Kind
from booking.spaces.queries import own_words, rule_for
from booking.understand.plain_text import LONGEST, LONGEST_TAKEN
from booking.understand.sentence import understand
from booking.values import Refusal, Span, local_day


@blueprint.get("/say")
@allow(*Role)
def say() -> str:
    """Understand a sentence and offer what suits it best."""
    sentence, now = request.args.get("say", "").strip(), clock.now()
    if not sentence:
        return render_template("calendar/say.html", sentence="", said=None, examples=examples())
    own = own_words(db.session(), my_park().id)
    said = understand(sentence, now.astimezone(my_park().zone), own)
    said = without(said, request.args.getlist("but"))
    if said.of_what_is_booked and me().enterprise_id is not None:
        shown = sentence[:LONGEST_TAKEN]
        return render_template(
            "calendar/say.html", sentence=shown, said=said, booked=booked_that_day(said.day)
        )
    asked = in_a_kind_that_fits(asked_for(said, now), now)
    found = _look(asked, now)
    either_day = said.either_day or days_instead(found.asked)
    return render_template(
        "calendar/say.html",
        sentence=sentence[:LONGEST_TAKEN],
        said=said,
        longest=LONGEST,
        length=len(sentence),
        chips=chips(found.asked, found.series_url or next((one.series_url for one in found.places), "")),
        notes=found.asked.notes,
        numbers=how_many(sentence, said.vague_people) if said.vague_people else (),
        which=either_day,
        days=which_day(sentence, said, either_day) if either_day else (),
        halves=either_half(found.asked),
        found=found,
        search_url=search_url(found.asked),
    )


@dataclass(frozen=True, slots=True)
class Suited:
    """What suits a sentence: the best places, or why there are none; `asked` has the time that was found."""

    asked: AskedFor
    when: str = ""
    result: SearchResult | None = None
    places: Sequence[SuitedPlace] = ()
    problem: str = ""
    larger: Sequence[LinkText] = ()  # where so many people can sit
    wait_url: str = ""  # these two where nothing is free
    series_url: str = ""
    series_place: str = ""  # where that would be
    its_times: Sequence[OtherTime] = ()  # of any, where none can be had then
    named: "NamedTaken | None" = None

    @property
    def provisional(self) -> Sequence[int]:
        """Give the years told of whose working days are not published yet."""
        told = [*self.its_times, *(self.named.times if self.named else ())]
        of_result = set(self.result.provisional) if self.result else set()
        return sorted(of_result.union(provisional_in(one.span for one in told if one.span)))


class NamedTaken(NamedTuple):
    """What was named and cannot be had then: who has it, where to wait for it, and when it is free."""

    name: str
    why: Sequence[TimeHolder]
    wait_url: str
    times: Sequence[OtherTime]


MOST_SHOWN = 3


def _look(asked: AskedFor, now: datetime) -> Suited:
    try:
        span = asked.span(now)
    except Refusal as refusal:
        return Suited(asked, problem=wording(refusal))
    asked.notes.extend(too_small_notes(asked))
    if asked.at.window is not None:
        asked, span = _within(asked, span, now)
    ranked = _ranking(asked, span)
    fitting = space_queries.fitting_rows(db.session(), my_park().id, asked.kind, now, asked.wanted)
    try:
        found = search_spaces(asked.kind, span, asked.wanted, slice(MOST_SHOWN), now, asked.wish, best=ranked)
    except Refusal as refusal:
        rows = [row for row in asked.named if row in fitting] or fitting
        return _allowed_instead(asked, rows, span, now, refusal)
    when = times(span.start, span.end, asked.kind)
    asked = as_offered(asked, fitting, {one.space_id for one in found.offers})
    suited = Suited(asked, when, found, places_of(asked, found.offers))
    if asked.named and not any(one.space_id in asked.named_ids for one in found.offers):
        suited = replace(suited, named=_named_is_not_had(asked, fitting, span, now))
    if not found.count or suited.named:
        place, series_url = _series_all_the_same(asked, ranked, now)
        suited = replace(suited, series_place=place, series_url=series_url)
    if found.count:
        return suited
    if not found.line or suited.named or asked.is_guessed:
        return suited
    count_turned_away(asked.kind, span, now)
    return replace(suited, wait_url=_wait_url(asked))


def _allowed_instead(
    asked: AskedFor, rows: Sequence[space_queries.SpaceRow], span: Span, now: datetime, refusal: Refusal
) -> Suited:
    """Say why the rules refuse a time, and offer the nearest that they allow."""
    suited = Suited(asked, problem=problem_of(asked, refusal), larger=larger_places(asked, refusal, now))
    near = nearest_for(asked.kind, asked.wanted, span, now)
    if near is not None and asked.kind is not Kind.STORAGE:
        day, zone = local_day(near.start, my_park().zone), my_park().zone
        starts, ends = (minute_of_instant(one, day, zone) for one in (near.start, near.end))
        assumed = asked.at.assumed | (set() if near.start == span.start else {"starts"})
        at = replace(asked.at, day=day, starts=starts, ends=ends, assumed=assumed)
        moved = replace(asked, at=at)
        with suppress(Refusal):
            best = _ranking(moved, near)
            found = search_spaces(
                asked.kind, near, asked.wanted, slice(MOST_SHOWN), now, asked.wish, best=best
            )
            when, places = times(near.start, near.end, asked.kind), places_of(moved, found.offers)
            suited = replace(suited, when=when, result=found, places=places)
    return suited if suited.places else replace(suited, its_times=_times_of(asked, rows, near or span, now))


def _times_of(
    asked: AskedFor, rows: Sequence[space_queries.SpaceRow], span: Span, now: datetime
) -> Sequence[OtherTime]:
    found = nearest_among(db.session(), my_park(), rows[:MOST_COMPARED], span, now)
    return other_times(found, asked.wish)


def _named_is_not_had(
    asked: AskedFor, fitting: Sequence[space_queries.SpaceRow], span: Span, now: datetime
) -> NamedTaken | None:
    """Say of the space that was named why it is not among the best, and when it can be had."""
    name, first = space_label(asked), asked.named[0]
    rows = [row for row in asked.named if row in fitting and suits(asked, row)]
    if not rows and is_too_small(asked):
        return None  # which is said already
    if not rows:
        asked.notes.append(gettext("“%(name)s”不符合别的条件（人数、设备或区域）。", name=name))
        return None
    why = holders(first, span) if len(asked.named) == 1 else ()
    waits = bool(why) and not all_mine(why) and me().enterprise_id is not None
    wait_url = ""
    if waits and asked.kind not in SPACES_WITHOUT_LINE and not _needs_approval(first):
        start, end = (local_time(one, my_park().zone) for one in (span.start, span.end))
        carried = asked.wish.args(equipment=None, area=None)
        wait_url = url_for("waiting.new", space=first.id, start=start, end=end, **carried)
        count_turned_away(asked.kind, span, now)
    return NamedTaken(name, why, wait_url, _times_of(asked, rows, span, now))


def _needs_approval(space: space_queries.SpaceRow) -> bool:
    return rule_for(db.session(), space, since=None).needs_approval


def _wait_url(asked: AskedFor) -> str:
    """Lead to the waiting list for any place that would do; "" for who does not book, or has none there."""
    if me().enterprise_id is None or asked.kind in SPACES_WITHOUT_LINE:
        return ""
    return url_for("waiting.new", **asked.wish.args(kind=asked.kind.value, **when_args(asked)))


def _series_all_the_same(asked: AskedFor, ranked: Ranking, now: datetime) -> tuple[str, str]:
    """Name the best place and lead to a series there, though the first time is taken: others may be free."""
    if me().enterprise_id is None or asked.series is None:
        return "", ""
    rows = space_queries.fitting_rows(db.session(), my_park().id, asked.kind, now, asked.wanted)
    best = next(iter(ranked(list(rows))), None)
    return (local_name(best.name, best.name_en), series_url_of(asked, best.id)) if best else ("", "")


def _within(asked: AskedFor, span: Span, now: datetime) -> tuple[AskedFor, Span]:
    """Move the time within what was said to where something is free."""
    session, park = db.session(), my_park()
    fitting = space_queries.fitting_spaces(session, park.id, asked.kind, now, asked.wanted)
    ids = [one for one in fitting if one in asked.named_ids] or fitting[:MOST_COMPARED]
    rows = space_queries.space_rows(session, park.id, asked.kind, ids)
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
    """Give the order: what was named, the size said or who fits most closely, near, favourites, price."""

    def ranked(rows: list[space_queries.SpaceRow]) -> Sequence[space_queries.SpaceRow]:
        suiting = [row for row in rows if suits(asked, row)] or rows
        best = sorted(suiting, key=before_price)[:MOST_COMPARED]
        prices, starred = _prices(best, span), favourites()
        return sorted(best, key=lambda row: (before_price(row), row.id not in starred, prices.get(row.id, 0)))

    def before_price(row: space_queries.SpaceRow) -> tuple[object, ...]:
        return (
            row.id not in asked.named_ids,
            -how_many_things(asked, row),
            _seats_first(asked, row),
            how_far(asked.near, row),
        )

    return ranked


def _seats_first(asked: AskedFor, row: space_queries.SpaceRow) -> int:
    """Order by seats: a large one was said, or a small one, or so many people; else not."""
    if not asked.fit_first:
        return 0
    return -row.capacity if asked.said.size == "large" else row.capacity


def _prices(rows: Sequence[space_queries.SpaceRow], span: Span) -> dict[int, int]:
    enterprise = me().enterprise
    if enterprise is None:
        return {}
    quotes = quote_many(db.session(), my_park(), enterprise, rows, span)
    return {space_id: quote.total.fen for space_id, quote in quotes.items()}
