"""What would become of each occurrence, in words: its price, or why not and what there is instead."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from booking.blueprints.kit.filters import clock_span, day
from booking.blueprints.kit.labels.prices import price_text
from booking.blueprints.kit.labels.reservations import held_too_words
from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.blueprints.reservations.new import promise_before
from booking.charges.pricing import Quote
from booking.charges.quote_each import quote_each
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.refusals import BeyondHorizon, InThePast, Taken
from booking.reservations.rules import held_too
from booking.reservations.series.foresee import Outlook, Prospect, SeriesWish, foresee
from booking.reservations.series.instead import Instead, Missed, instead_of_each
from booking.reservations.series.rules import Occurrence, SeriesPlan
from booking.reservations.upcoming import own_between
from booking.spaces.models import Space
from booking.values.money import Money
from booking.values.span import Span


class SeenOccurrence(NamedTuple):
    """A line of the preview."""

    when: str
    price: str  # "" where it cannot be had
    problem: str
    instead: str
    provisional: bool
    later: bool = False  # lies too far ahead, and books itself
    also: str = ""  # what who books it holds at the same time


class Seen(NamedTuple):
    """The preview: its lines, and what it comes to."""

    lines: Sequence[SeenOccurrence]
    free: int
    kept: int  # cannot be had now, and are kept
    later: int  # lie too far ahead, and book themselves
    total: Money
    by_allowance: bool  # free minutes make some of it cheaper
    left_out: Sequence[str]
    years: Sequence[int]
    needs_approval: bool
    promise: datetime | None = None  # by when the park would answer, if it were asked now


def look_ahead(space: Space, plan: SeriesPlan, people: int, now: datetime) -> Seen:
    """Foresee a plan for the reader's enterprise, with prices, and what there is instead."""
    session = db.session()
    outlook = foresee(session, space, plan, SeriesWish(people, my_enterprise_id(), me().id), now=now)
    quotes = price_each(space, outlook.free)
    missed = [
        Missed(one.occurrence.key, space.id, one.occurrence.span)
        for one in outlook.prospects
        if isinstance(one.refusal, Taken) and one.occurrence.span is not None
    ]
    instead = instead_of_each(session, space, missed, people, now=now)
    seen = _seen(outlook, quotes, instead)
    promise = promise_before(space, outlook.opening, None, now)
    return seen._replace(
        promise=promise, lines=_with_own(seen.lines, [one.occurrence.span for one in outlook.prospects])
    )


def _with_own(lines: Sequence[SeenOccurrence], spans: Sequence[Span | None]) -> Sequence[SeenOccurrence]:
    """Say beside each what the reader holds at the same time, in one query."""
    there = [span for span in spans if span is not None]
    if not there:
        return lines
    whole = Span(min(span.start for span in there), max(span.end for span in there))
    own = own_between(db.session(), me().id, whole)
    return [
        line._replace(also=held_too_words(held_too(span, own), me())) if span is not None else line
        for line, span in zip(lines, spans, strict=True)
    ]


def price_each(space: Space, occurrences: Sequence[Occurrence]) -> dict[str, Quote]:
    """Price each by its key, in a number of queries that does not grow; what has no tariff is left out."""
    asked = {one.key: (space, one.span) for one in occurrences if one.span is not None}
    return quote_each(db.session(), my_park(), my_enterprise(), asked)


def totals_of(space: Space, occurrences: Sequence[Occurrence]) -> dict[str, Money]:
    """Give what each comes to for the reader's enterprise, by its key."""
    return {key: quote.total for key, quote in price_each(space, occurrences).items()}


def _seen(outlook: Outlook, quotes: Mapping[str, Quote], instead: Mapping[str, Instead]) -> Seen:
    lines = [
        line_of(one, quotes.get(one.occurrence.key), instead.get(one.occurrence.key))
        for one in outlook.prospects
    ]
    lost = [one for one in outlook.prospects if one.occurrence.key not in quotes]
    later = sum(isinstance(one.refusal, BeyondHorizon) for one in lost)
    return Seen(
        lines,
        len(quotes),
        sum(one.occurrence.span is not None and not isinstance(one.refusal, InThePast) for one in lost)
        - later,
        later,
        Money.total(quote.total for quote in quotes.values()),
        any(quote.free_minutes for quote in quotes.values()),
        [day(one) for one in outlook.occurrences.left_out],
        sorted({one.occurrence.day.year for one in outlook.prospects if one.provisional}),
        outlook.opening.needs_approval,
    )


def line_of(one: Prospect, quote: Quote | None, instead: Instead | None = None) -> SeenOccurrence:
    """Say when an occurrence is, its price, or why it cannot be had and what there is instead."""
    occurrence = one.occurrence
    when = f"{day(occurrence.day)} {clock_span(occurrence.span)}" if occurrence.span else day(occurrence.day)
    return SeenOccurrence(
        when,
        price_text(quote) if quote else "",
        "" if quote else problem_of(one),
        instead_words(instead) if instead else "",
        one.provisional,
        isinstance(one.refusal, BeyondHorizon),
    )


def problem_of(one: Prospect) -> str:
    """Say why an occurrence cannot be had, never by whom."""
    match one.refusal:
        case None:
            return _no_tariff(one)
        case Taken():
            return gettext("已被占用")
        case BeyondHorizon(last_day=last):
            return gettext("还没开放预订，目前可订到 %(last)s", last=day(last))
    return wording(one.refusal)


def _no_tariff(one: Prospect) -> str:
    on: date = one.occurrence.day
    return gettext("%(day)s 还没有价目", day=day(on))


def instead_words(instead: Instead) -> str:
    """Say what there is instead: another time, other spaces."""
    offered = []
    if instead.time is not None:
        offered.append(gettext("当天 %(when)s 空着", when=clock_span(instead.time)))
    if instead.spaces:
        names = gettext("、").join(local_name(row.name, row.name_en) for row in instead.spaces)
        offered.append(gettext("同一时间 %(names)s 空着", names=names))
    return gettext("；").join(offered)
