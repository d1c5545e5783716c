"""What would become of each occurrence, in words: its price, or why not and what there is instead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from booking.blueprints.kit.converters import minute_of_instant
from booking.blueprints.kit.filters import clock_span, day
from booking.blueprints.kit.forms.booking import promise_before
from booking.blueprints.kit.held import held_then
from booking.blueprints.kit.holders import held_beside
from booking.blueprints.kit.labels.people import asks_first, asks_manager, judged_for_me
from booking.blueprints.kit.labels.prices import estimate_label, fulls_of, price_text
from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.blueprints.series.forms import sent_choice
from booking.blueprints.series.seen import InsteadOffer, Seen, SeenOccurrence
from booking.charges.pricing import Quote
from booking.charges.quote_each import quote_each, quote_in_turn
from booking.db import db
from booking.language import gettext, local_name
from booking.reservations.approval.agree import ToJudge
from booking.reservations.quotas.rules import OverQuota
from booking.reservations.refusals import BeyondHorizon, Taken
from booking.reservations.rules import held_too_each
from booking.reservations.series.foresee import Outlook, Prospect, SeriesWish, check_open, foresee
from booking.reservations.series.instead import Elsewhere, Instead, Missed, WhoAsks, instead_of_each
from booking.reservations.series.rules import Occurrence, SeriesPlan
from booking.reservations.space_queries import SpaceRow
from booking.spaces.models import AnySpace, Space
from booking.spaces.queries import rules_for
from booking.values import Money, Span, local_day


def look_ahead(
    space: Space, plan: SeriesPlan, people: int, now: datetime, chosen: Mapping[str, Elsewhere]
) -> Seen:
    """Foresee a plan for the reader's enterprise; raises what is wrong with it, or SeriesNotOpenYet."""
    wish = SeriesWish(people, my_enterprise_id(), me().id)
    outlook = foresee(db.session(), space, plan, wish, now=now)
    check_open(outlook)
    return seen_of(space, outlook, people, now, chosen)


def seen_of(
    space: Space, outlook: Outlook, people: int, now: datetime, chosen: Mapping[str, Elsewhere], *but: int
) -> Seen:
    """Word what was foreseen, with prices, what there is instead, and what was chosen of that.

    `but` names reservations that would not be there any more.
    """
    session, quotes = db.session(), price_each(space, outlook.free)
    missed = [
        Missed(one.occurrence.key, space.id, one.occurrence.span)
        for one in outlook.prospects
        if isinstance(one.refusal, Taken) and one.occurrence.span is not None
    ]
    who = None if but else WhoAsks(my_enterprise_id(), me().id)  # what is given up still counts
    free = [one.span for one in outlook.free if one.span is not None]
    instead = instead_of_each(session, space, missed, people, now=now, chosen=chosen, who=who, booked=free)
    offered = _priced_offers(space, instead, {one.key: one.span for one in missed}, free)
    taken = {key: offered[key][0] for key, one in instead.items() if one.chosen and key in offered}
    alone = {**quotes, **{key: one.quote for key, one in taken.items()}}
    places, asks = _places(space, outlook, alone, taken), _who_is_asked(space, outlook, quotes, taken)
    turns = quote_in_turn(session, my_park(), my_enterprise(), places, alone, but=but)
    seen = _seen(outlook, quotes, turns)
    lines = [line._replace(asks=asks.get(line.key, "")) for line in seen.lines]
    lines = [_with_offers(line, offered.get(line.key, ()), chosen.get(line.key)) for line in lines]
    lines = [line._replace(price=price_text(turns[line.key])) if line.chosen else line for line in lines]
    spans = {one.occurrence.key: one.occurrence.span for one in outlook.prospects}
    spans |= {key: one.span for key, one in taken.items()}
    elsewhere = [sent_choice(key, chosen[key]) for key in taken]
    promise = promise_before(space, outlook.opening, None, now)
    to_manager = sum(bool(line.asks) for line in lines)
    mine, why = _with_own(space, lines, [*spans.values()]), estimate_label(turns, alone)
    seen = seen._replace(lines=mine, to_manager=to_manager, elsewhere=elsewhere, promise=promise)
    return seen._replace(estimate=why)


def _places(
    space: Space, outlook: Outlook, alone: Mapping[str, Quote], taken: Mapping[str, "_Priced"]
) -> dict[str, tuple[AnySpace, Span]]:
    """Give all that would be booked."""
    free = {one.key: one.span for one in outlook.free if one.span is not None and one.key in alone}
    return {key: (space, span) for key, span in free.items()} | {
        key: (one.row, one.span) for key, one in taken.items()
    }


def _who_is_asked(
    space: Space, outlook: Outlook, quotes: Mapping[str, Quote], taken: Mapping[str, "_Priced"]
) -> dict[str, str]:
    """Say of each who would have to agree; they take the month's free minutes one after the other."""
    free = {one.key: one.span for one in outlook.free if one.span is not None and one.key in quotes}
    own = [ToJudge(space, span, quotes[key].total) for key, span in free.items()]
    wishes, there, asked = judged_for_me(own, in_turn=True), [*free.values()], []
    for one in taken.values():  # they are booked after the others
        asked.append(ToJudge(one.row, one.span, one.quote.total, besides=[*there]))
        there.append(one.span)
    pairs = zip([*free, *taken], [*wishes, *judged_for_me(asked)], strict=True)
    return {key: asks_manager(wish, park_approves=outlook.opening.needs_approval) for key, wish in pairs}


class _Priced(NamedTuple):
    """A space and a time that may be taken instead; the chosen one comes first."""

    row: SpaceRow
    span: Span
    quote: Quote
    full: Money | None
    chosen: bool
    same_space: bool
    asks: str = ""


def _priced_offers(
    space: Space, instead: Mapping[str, Instead], wanted: Mapping[str, Span], booked: Sequence[Span] = ()
) -> dict[str, list[_Priced]]:
    """Price all that could be taken instead, and say who would have to agree, once so much is `booked`.

    The number of queries does not grow.
    """
    own, rules = SpaceRow.of(space), rules_for(db.session(), space.park_id, since=None)
    asked: dict[str, tuple[str, SpaceRow, Span, bool]] = {}
    for key, one in instead.items():
        options = [(*one.chosen, True)] if one.chosen else []
        options += [(own, one.time, False)] if one.time else []
        options += [(row, wanted[key], False) for row in one.spaces]
        asked |= {f"{key}/{number}": (key, *option) for number, option in enumerate(options)}
    places = {name: (row, span) for name, (_, row, span, _) in asked.items()}
    quotes = quote_each(db.session(), my_park(), my_enterprise(), places)
    fulls = fulls_of(places, quotes)
    found: defaultdict[str, list[_Priced]] = defaultdict(list)
    wishes = [ToJudge(*places[name], one.total, besides=booked) for name, one in quotes.items()]
    judged = judged_for_me(wishes)
    for (name, quoted), wish in zip(quotes.items(), judged, strict=True):
        key, row, span, picked = asked[name]
        asks = asks_first(wish, park_approves=rules.of(row.id, row.kind).needs_approval)
        found[key].append(_Priced(row, span, quoted, fulls.get(name), picked, row.id == space.id, asks))
    return found


def _with_offers(
    line: SeenOccurrence, options: Sequence[_Priced], chosen: Elsewhere | None
) -> SeenOccurrence:
    if options and options[0].chosen:
        return line._replace(chosen=_name(options[0]), price=price_text(options[0].quote))
    gone = gettext("刚才选的现在订不上了") if chosen and line.problem else ""
    return line._replace(offers=_offers(line.key, options), gone=gone)


def _offers(key: str, options: Sequence[_Priced]) -> Sequence[InsteadOffer]:
    return [
        InsteadOffer(
            " · ".join(filter(None, [_name(one), price_text(one.quote, one.full), one.asks])),
            sent_choice(key, _place(one)),
            bool(one.asks),
        )
        for one in options
    ]


def offers_instead(
    space: Space, instead: Mapping[str, Instead], wanted: Mapping[str, Span]
) -> dict[str, Sequence[InsteadOffer]]:
    """Word what could be taken instead of each, with its price, as one press sends it."""
    return {key: _offers(key, options) for key, options in _priced_offers(space, instead, wanted).items()}


def _name(one: _Priced) -> str:
    if one.same_space:
        return str(gettext("当天 %(when)s", when=clock_span(one.span)))
    return f"{local_name(one.row.name, one.row.name_en)} {clock_span(one.span)}"


def _place(one: _Priced) -> Elsewhere:
    zone = my_park().zone
    on = local_day(one.span.start, zone)
    return Elsewhere(one.row.id, *(minute_of_instant(at, on, zone) for at in (one.span.start, one.span.end)))


def _with_own(
    space: Space, lines: Sequence[SeenOccurrence], spans: Sequence[Span | None]
) -> Sequence[SeenOccurrence]:
    """Say beside each what is held at the same time, in one query."""
    there = [span for span in spans if span is not None]
    if not there:
        return lines
    whole = Span(min(span.start for span in there), max(span.end for span in there))
    each = held_too_each(spans, held_then(space.kind, whole))
    return [
        line._replace(also=held_beside(own, space.id, free=not line.problem))
        for line, own in zip(lines, each, strict=True)
    ]


def price_each(space: Space, occurrences: Sequence[Occurrence]) -> dict[str, Quote]:
    """Price each by its key, in a number of queries that does not grow; what has no tariff is left out."""
    asked = {one.key: (space, one.span) for one in occurrences if one.span is not None}
    return quote_each(db.session(), my_park(), my_enterprise(), asked)


def totals_of(space: Space, occurrences: Sequence[Occurrence]) -> dict[str, Money]:
    """Give what each comes to for the reader's enterprise, by its key."""
    return {key: quote.total for key, quote in price_each(space, occurrences).items()}


def _seen(outlook: Outlook, quotes: Mapping[str, Quote], turns: Mapping[str, Quote]) -> Seen:
    lines = [
        occurrence_line(one, turns.get(one.occurrence.key) if one.refusal is None else None)
        for one in outlook.prospects
    ]
    lost = [one for one in outlook.prospects if one.occurrence.key not in quotes]
    taken, later = len(turns) - len(quotes), sum(one.books_itself for one in lost)
    return Seen(
        lines,
        len(turns),
        sum(one.may_come_free for one in lost) - later - taken,
        sum(isinstance(one.refusal, OverQuota) for one in lost),
        sum(one.is_closed for one in lost),
        later,
        sum(one.may_stay_closed for one in lost),
        Money.total(quote.total for quote in turns.values()),
        [day(one) for one in outlook.occurrences.left_out],
        sorted({one.occurrence.day.year for one in outlook.prospects if one.provisional}),
        outlook.opening.needs_approval,
    )


def occurrence_line(one: Prospect, quote: Quote | None) -> SeenOccurrence:
    """Say when an occurrence is, and its price, or why it cannot be had."""
    occurrence = one.occurrence
    when = f"{day(occurrence.day)} {clock_span(occurrence.span)}" if occurrence.span else day(occurrence.day)
    return SeenOccurrence(
        occurrence.key,
        when,
        price_text(quote) if quote else "",
        "" if quote else problem_of(one),
        one.provisional,
        one.books_itself,
    )


def problem_of(one: Prospect) -> str:
    """Say why an occurrence cannot be had, never by whom."""
    match one.refusal:
        case None:
            return gettext("%(day)s 还没有价目", day=day(one.occurrence.day))
        case Taken():
            return gettext("已被占用")
        case _ if one.may_stay_closed:
            return gettext("按现在的规则那天不开放；工作日安排公布后若开放，到时自动订")
        case BeyondHorizon(last_day=last):
            return gettext("还没开放预订，目前可订到 %(last)s", last=day(last))
    return wording(one.refusal)
