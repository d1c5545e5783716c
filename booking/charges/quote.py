"""What a space would cost if used as booked, and what a stay has cost until now."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.charges.pricing import Quote, Use, price_many
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.reservations.refusals import CrossesMidnight
from booking.spaces.models import Kind, Space
from booking.tariffs.rules import NoTariff
from booking.usage.models import Stay
from booking.usage.rules import forgotten_end
from booking.values.month import local_day
from booking.values.span import Span

LONGEST = timedelta(days=2)  # nobody books a room for longer, and pricing years takes minutes


def quote(session: Session, park: Park, enterprise: Enterprise, space: Space, span: Span) -> Quote:
    """Price one space if used as booked; raises NoTariff, or CrossesMidnight for days at once.

    Uses the free minutes the enterprise has left in the month, and what the daily cap has not yet
    taken. An open end (storage until FAR_FUTURE) gives `open_ended`, the price of a day, and as total
    that of the first month's days.
    """
    if space.kind is not Kind.STORAGE and span.length > LONGEST:
        raise CrossesMidnight(local_day(span.start, park.zone))
    found = quote_many(session, park, enterprise, [space], span).get(space.id)
    if found is None:
        raise NoTariff(space.kind, local_day(span.start, park.zone))
    return found


def quote_many(
    session: Session, park: Park, enterprise: Enterprise, spaces: Iterable[Space], span: Span
) -> dict[int, Quote]:
    """Price many spaces for the same time, each as if it alone were booked, by space id.

    The number of queries does not grow with the spaces. A space without a tariff is left out.
    """
    uses = [Use(space.id, space, span.start, span.end) for space in spaces]
    return price_many(session, park, enterprise, uses)


def running_costs(
    session: Session, park: Park, enterprise: Enterprise, stays: Iterable[Stay], now: datetime
) -> dict[int, Quote]:
    """Price stays of one enterprise as if each was checked out now, by stay id; queries do not grow.

    Give stays with their space and reservation loaded. A forgotten one ended before now. Each is priced by
    itself: which of two open stays gets the last free minutes is known when the first ends.
    """
    uses = [Use(stay.id, stay.space, stay.started_at, _until(stay, now)) for stay in stays]
    return price_many(session, park, enterprise, uses)


def _until(stay: Stay, now: datetime) -> datetime:
    return max(stay.ended_at or forgotten_end(stay.planned_end, now) or now, stay.started_at)
