"""Quote several times and places at once, each by a key of the caller's own."""

from collections import Counter, deque
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from booking.audit.actions import BookingRights
from booking.charges.pricing import PriceContext, PricedUse, Quote, metered_lines, price_many
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Enterprise
from booking.reservations.approval.agree import LimitPrice, ToJudge
from booking.reservations.quotas.quotas import hold_quota
from booking.reservations.upcoming import BookedTime, booked_times
from booking.spaces.models import AnySpace, Kind
from booking.tariffs.in_force import tariff_in_force
from booking.tariffs.rating import MeasuredStay, month_key, rate
from booking.tariffs.rules import NoTariff
from booking.values import Money, Month, Span, WorkCalendar, local_day

Key = TypeVar("Key")  # by which the caller knows what is quoted


def quote_each(
    session: Session, park: Park, enterprise: Enterprise, asked: Mapping[Key, tuple[AnySpace, Span]]
) -> dict[Key, Quote]:
    """Price each as if it alone were booked, in a number of queries that does not grow.

    What has no tariff is left out.
    """
    priced = price_many(session, park, enterprise, _uses(asked))
    return {key: priced[number] for number, key in enumerate(asked) if number in priced}


def quote_in_turn(
    session: Session,
    park: Park,
    enterprise: Enterprise,
    asked: Mapping[str, tuple[AnySpace, Span]],
    alone: Mapping[str, Quote],
    *,
    but: Container[int] = (),
) -> dict[str, Quote]:
    """Price what was quoted each `alone` one after the other, all as booked, and what else is booked too.

    Of that not what is `but`: reservations that these are, or that they take the place of. One query where
    free minutes are in it, else none; the calendar is in memory.
    """
    numbers = {key: number for number, key in enumerate(asked)}
    quotes = {numbers[key]: quote for key, quote in alone.items()}
    there = booked_beside(session, park, enterprise, quotes.values(), but=but)
    calendar = park_calendar(session, park.id)
    priced = price_in_turn(park, enterprise, calendar, _uses(asked), quotes, there)
    return {key: priced[numbers[key]] for key in alone}


def turn_matters(turns: Mapping[str, Quote], alone: Mapping[str, Quote]) -> bool:
    """Tell whether what each costs in its turn rests on the others, or on free minutes others may take."""
    return any(one.free_minutes or one.total != alone[key].total for key, one in turns.items())


def price_in_turn(
    park: Park,
    enterprise: Enterprise,
    calendar: WorkCalendar,
    uses: Iterable[PricedUse],
    alone: Mapping[int, Quote],
    booked: Iterable[BookedTime] = (),
) -> dict[int, Quote]:
    """Price uses one after the other that were priced each `alone`: all of them, and what else is `booked`.

    What is left of the month's free minutes, and of a daily cap, goes to them in the order in which stays end
    (docs/rules.md, Rating 3 and 5); what is booked takes of the former by the minute (`price_after`). Asks
    the database nothing: what was left before is in their lines.
    """
    found = dict(alone)
    if not any(one.free_minutes or one.snapshot.daily_cap is not None for one in alone.values()):
        return found
    free: Counter[tuple[Kind, int]] = Counter()
    spent: Counter[tuple[int, date]] = Counter()
    metered = (use for use in uses if use.key in alone and use.space.kind is not Kind.STORAGE)
    before = deque(sorted(booked, key=lambda one: (one.span.end, one.span.start)))
    for use in sorted(metered, key=lambda use: (use.ended_at, use.started_at, use.key)):
        while before and before[0].span.end <= use.ended_at:
            free.update(_by_month(park, before.popleft()))
        kind, space, quoted = use.space.kind, use.space.id, alone[use.key]
        allowance = quoted.snapshot.allowances.get(enterprise.size, 0)
        used = {
            (kind, month_key(line.day)): allowance - line.allowance_left + free[kind, month_key(line.day)]
            for line in quoted.lines
        }
        gone = {(space, line.day): line.spent.fen + spent[space, line.day] for line in quoted.lines}
        context = PriceContext(park.zone, enterprise, calendar, used, gone)
        turn = found[use.key] = Quote(tuple(metered_lines(use, quoted.snapshot, context)), quoted.snapshot)
        for line in turn.lines:
            free[kind, month_key(line.day)] += line.free_minutes
            spent[space, line.day] += line.amount.fen
    return found


def _by_month(park: Park, booked: BookedTime) -> dict[tuple[Kind, int], int]:
    """Count a booked time's minutes by its kind and each month that it touches."""
    month, found = Month.of(booked.span.start, park.zone), {}
    while (within := booked.span.clipped(month.span)) is not None:
        found[booked.kind, month.key] = within.minutes
        month = month.next
    return found


def _uses(asked: Mapping[Key, tuple[AnySpace, Span]]) -> list[PricedUse]:
    return [
        PricedUse(number, space, span.start, span.end) for number, (space, span) in enumerate(asked.values())
    ]


def price_after(
    park: Park,
    enterprise: Enterprise,
    calendar: WorkCalendar,
    use: PricedUse,
    alone: Quote,
    booked: Iterable[Span],
) -> Money:
    """Price a use that was quoted `alone` after times that are booked of its kind; pure.

    The free minutes of a month are less what is booked in it, and never less than none. So it costs the quote
    where nothing is booked, never less, and the list price where what is booked uses them up. What is booked
    counts by the minute, neither lengthened to a minimum nor cut to what will be used.
    """
    if not alone.free_minutes:
        return alone.total
    kind, space, booked = use.space.kind, use.space.id, list(booked)
    allowance, used = alone.snapshot.allowances.get(enterprise.size, 0), {}
    for line in alone.lines:
        month = Month.containing(line.day, park.zone)
        within = (one.clipped(month.span) for one in booked)
        taken = sum(one.minutes for one in within if one is not None)
        used[kind, month.key] = allowance - line.allowance_left + taken
    spent = {(space, line.day): line.spent.fen for line in alone.lines}
    context = PriceContext(park.zone, enterprise, calendar, used, spent)
    return Money.total(line.amount for line in metered_lines(use, alone.snapshot, context))


def booked_beside(
    session: Session, park: Park, enterprise: Enterprise, quotes: Iterable[Quote], *, but: Container[int] = ()
) -> Sequence[BookedTime]:
    """List what may take the free minutes that quotes hold, in one query; where they hold none, in none.

    Not what is `but`: reservations that are quoted themselves.
    """
    holding = [one for one in quotes if one.free_minutes]
    if not holding:
        return ()
    days = [line.day for one in holding for line in one.lines]
    first, last = (Month.containing(day, park.zone).span for day in (min(days), max(days)))
    kinds = {one.snapshot.kind for one in holding}
    there = booked_times(session, enterprise.id, kinds, Span(first.start, last.end))
    return [one for one in there if one.id not in but]


def dearest_each(
    session: Session,
    park: Park,
    enterprise: Enterprise,
    asked: Mapping[Key, tuple[AnySpace, Span]],
    quotes: Mapping[Key, Quote],
    *,
    but: Container[int] = (),
    whose: Mapping[Key, int] | None = None,
) -> dict[Key, Money]:
    """Tell of each quoted what it comes to where what is booked that month takes its free minutes first.

    Named are only those that would cost more than their quote. One query where free minutes are in a quote,
    else none. What is booked counts but for what is `but`: that which would be moved; where these are places
    of bookings, `whose` by their ids, none of them counts for itself.
    """
    there = booked_beside(session, park, enterprise, quotes.values(), but=but)
    if not there:
        return {}
    calendar, own, found = park_calendar(session, park.id), whose or {}, {}
    for key, alone in quotes.items():
        if alone.free_minutes:
            space, span = asked[key]
            use, booked = (
                PricedUse(0, space, span.start, span.end),
                [one.span for one in there if one.kind is space.kind and one.id != own.get(key)],
            )
            full = price_after(park, enterprise, calendar, use, alone, booked)
            if full > alone.total:
                found[key] = full
    return found


def limit_prices(
    session: Session,
    enterprise_id: int,
    asked: Sequence[ToJudge],
    up_to: Money,
    hold: bool,  # noqa: FBT001 - as `LimitPrices` is called
) -> dict[int, LimitPrice]:
    """Price what of a list may be above a sum, by its place in it (`LimitPrices`).

    No query where none is above it even without free minutes; else their number does not grow.
    """
    if not asked:
        return {}
    park = session.get_one(Park, asked[0].space.park_id)
    uses = {
        number: PricedUse(number, one.space, one.span.start, one.span.end) for number, one in enumerate(asked)
    }
    dear = [uses[number] for number, one in enumerate(asked) if _may_be_above(session, park, one, up_to)]
    if not dear:
        return {}
    if hold:
        hold_quota(session, park.id, enterprise_id, BookingRights(up_to=up_to))
    enterprise, calendar = session.get_one(Enterprise, enterprise_id), park_calendar(session, park.id)
    alone = price_many(session, park, enterprise, dear)
    there = booked_beside(session, park, enterprise, alone.values())
    found = {}
    for number, quoted in alone.items():
        one = asked[number]
        booked = [at.span for at in there if at.kind is one.space.kind and at.id != one.but]
        use, before = uses[number], [*booked, *one.besides]
        found[number] = LimitPrice(quoted.total, price_after(park, enterprise, calendar, use, quoted, before))
    return found


def _may_be_above(session: Session, park: Park, one: ToJudge, up_to: Money) -> bool:
    """Tell whether a limit may turn on its free minutes, or has to be told its price; from memory."""
    place = one.space
    if place.kind is Kind.STORAGE:
        return False
    try:
        tariff = tariff_in_force(session, place, local_day(one.span.start, park.zone))
        above = list_price(session, park, place, one.span) > up_to
    except NoTariff:
        return False
    unclear = one.quote is None or (any(tariff.allowances.values()) and (one.but or one.quote <= up_to))
    return above and bool(unclear)


class _EveryDayWorks:
    def is_working_day(self, day: date) -> bool:  # noqa: ARG002 - as a calendar is asked
        return True


def least_charged(session: Session, park: Park, space: AnySpace, now: datetime) -> int:
    """Give for how many minutes one pays at least who comes now and leaves at once; raises NoTariff."""
    terms = tariff_in_force(session, space, local_day(now, park.zone)).terms
    return max(terms.minimum_minutes, terms.increment_minutes)


def list_price(session: Session, park: Park, space: AnySpace, span: Span) -> Money:
    """Price a use for whoever has no free minutes left, and nothing charged that day; raises NoTariff."""
    snapshot = tariff_in_force(session, space, local_day(span.start, park.zone))
    calendar = park_calendar(session, park.id) if snapshot.asks_for_working_days else _EveryDayWorks()
    rating = rate(MeasuredStay(0, space.id, span.start, span.end), snapshot.terms, calendar, park.zone)
    return Money.total(line.amount for line in rating.lines)


def price_of_day(session: Session, park: Park, store: AnySpace, since: datetime) -> Money:
    """Price a day of a store by the tariff in force `since`; raises NoTariff."""
    snapshot = tariff_in_force(session, store, local_day(since, park.zone))
    return snapshot.storage_terms(store.area_hundredths).price(1)
