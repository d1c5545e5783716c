"""Quote several times and places at once, each by a key of the caller's own."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from booking.charges.pricing import PricedUse, Quote, price_many
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.tariffs.in_force import PricedSpace
from booking.values.span import Span


def quote_each(
    session: Session, park: Park, enterprise: Enterprise, asked: Mapping[str, tuple[PricedSpace, Span]]
) -> dict[str, Quote]:
    """Price each as if it alone were booked, in a number of queries that does not grow.

    What has no tariff is left out.
    """
    uses = [
        PricedUse(number, space, span.start, span.end) for number, (space, span) in enumerate(asked.values())
    ]
    priced = price_many(session, park, enterprise, uses)
    return {key: priced[number] for number, key in enumerate(asked) if number in priced}
