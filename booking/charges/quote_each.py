"""Quote several times and places at once, each by a key of the caller's own."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.charges.pricing import PricedUse, Quote, price_in_turn, price_many, quote_many
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Enterprise
from booking.spaces.models import Space
from booking.tariffs.in_force import PricedSpace, tariff_in_force
from booking.tariffs.rating import MeasuredStay, rate
from booking.values import Money, Span, local_day


def quote_each(
    session: Session, park: Park, enterprise: Enterprise, asked: Mapping[str, tuple[PricedSpace, Span]]
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
    asked: Mapping[str, tuple[PricedSpace, Span]],
    alone: Mapping[str, Quote],
) -> dict[str, Quote]:
    """Price what was quoted each `alone` one after the other, all as booked; the calendar is in memory."""
    numbers = {key: number for number, key in enumerate(asked)}
    quotes = {numbers[key]: quote for key, quote in alone.items()}
    priced = price_in_turn(park, enterprise, park_calendar(session, park.id), _uses(asked), quotes)
    return {key: priced[numbers[key]] for key in alone}


def _uses(asked: Mapping[str, tuple[PricedSpace, Span]]) -> list[PricedUse]:
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


def least_charged(session: Session, park: Park, space: PricedSpace, now: datetime) -> int:
    """Give for how many minutes one pays at least who comes now and leaves at once; raises NoTariff."""
    terms = tariff_in_force(session, space, local_day(now, park.zone)).terms
    return max(terms.minimum_minutes, terms.increment_minutes)


def list_price(session: Session, park: Park, space: PricedSpace, span: Span) -> Money:
    """Price a use for whoever has no free minutes left, and nothing charged that day; raises NoTariff."""
    snapshot = tariff_in_force(session, space, local_day(span.start, park.zone))
    calendar = park_calendar(session, park.id) if snapshot.asks_for_working_days else _EveryDayWorks()
    rating = rate(MeasuredStay(0, space.id, span.start, span.end), snapshot.terms, calendar, park.zone)
    return Money.total(line.amount for line in rating.lines)
