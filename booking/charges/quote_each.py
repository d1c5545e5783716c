"""Quote several times and places at once, each by a key of the caller's own."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.charges.pricing import PriceContext, PricedUse, Quote, metered_lines, price_many, quote_many
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Enterprise
from booking.spaces.models import AnySpace, Kind, Space
from booking.tariffs.in_force import tariff_in_force
from booking.tariffs.rating import MeasuredStay, month_key, rate
from booking.values import Money, Span, WorkCalendar, local_day


def quote_each(
    session: Session, park: Park, enterprise: Enterprise, asked: Mapping[str, tuple[AnySpace, Span]]
) -> dict[str, Quote]:
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
) -> dict[str, Quote]:
    """Price what was quoted each `alone` one after the other, all as booked; the calendar is in memory."""
    numbers = {key: number for number, key in enumerate(asked)}
    quotes = {numbers[key]: quote for key, quote in alone.items()}
    priced = price_in_turn(park, enterprise, park_calendar(session, park.id), _uses(asked), quotes)
    return {key: priced[numbers[key]] for key in alone}


def price_in_turn(
    park: Park,
    enterprise: Enterprise,
    calendar: WorkCalendar,
    uses: Iterable[PricedUse],
    alone: Mapping[int, Quote],
) -> dict[int, Quote]:
    """Price uses one after the other that were priced each `alone`: all of them, and nothing else comes.

    What is left of the month's free minutes, and of a daily cap, goes to them in the order in which stays end
    (docs/rules.md, Rating 3 and 5). Asks the database nothing: what was left before is in their lines.
    """
    found = dict(alone)
    if not any(one.free_minutes or one.snapshot.daily_cap is not None for one in alone.values()):
        return found
    free: Counter[tuple[Kind, int]] = Counter()
    spent: Counter[tuple[int, date]] = Counter()
    metered = (use for use in uses if use.key in alone and use.space.kind is not Kind.STORAGE)
    for use in sorted(metered, key=lambda use: (use.ended_at, use.started_at, use.key)):
        kind, space, quoted = use.space.kind, use.space.id, alone[use.key]
        allowance = quoted.snapshot.allowances.get(enterprise.size, 0)
        used = {
            (kind, month_key(line.day)): allowance - line.allowance_left + free[kind, month_key(line.day)]
            for line in quoted.lines
        }
        gone = {(space, line.day): line.spent.fen + spent[space, line.day] for line in quoted.lines}
        context = PriceContext(park, enterprise, calendar, used, gone)
        turn = found[use.key] = Quote(tuple(metered_lines(use, quoted.snapshot, context)), quoted.snapshot)
        for line in turn.lines:
            free[kind, month_key(line.day)] += line.free_minutes
            spent[space, line.day] += line.amount.fen
    return found


def _uses(asked: Mapping[str, tuple[AnySpace, Span]]) -> list[PricedUse]:
    return [
        PricedUse(number, space, span.start, span.end) for number, (space, span) in enumerate(asked.values())
    ]


def price_of_hold(session: Session, enterprise_id: int, space: Space, span: Span) -> Money:
    """Price what may be held for somebody of an enterprise; nothing where no tariff says."""
    enterprise = session.get_one(Enterprise, enterprise_id)
    park = session.get_one(Park, space.park_id)
    quoted = quote_many(session, park, enterprise, [space], span).get(space.id)
    return quoted.total if quoted else Money.zero()


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
