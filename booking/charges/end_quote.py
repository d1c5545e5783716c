"""What another last day of a store comes to, beside the one it has."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.charges.pricing import Quote
from booking.charges.quote_each import quote_each
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.reservations.models import Reservation
from booking.tariffs.rules import NoTariff
from booking.values import FAR_FUTURE, Money, Month, Span, local_day


@dataclass(frozen=True, slots=True)
class EndQuote:
    """A store until another end: what that adds to what it has; where either is open, what a month costs."""

    then: Quote
    now: Quote | None = None  # until the end it has, where neither is open
    ahead: Quote | None = None  # from now on, where it was open
    month: Month | None = None  # the first whole one after the earlier end
    of_month: Quote | None = None

    @property
    def more_days(self) -> int:
        """So many days are added; below nothing, so many are given back."""
        return 0 if self.now is None else days_of(self.then) - days_of(self.now)

    @property
    def more(self) -> Money:
        """What it adds; below nothing, what it saves."""
        return Money.zero() if self.now is None else self.then.total - self.now.total


def days_of(price: Quote) -> int:
    """Count the days that a store's price is for."""
    return sum(line.days for line in price.lines)


def quote_end(
    session: Session, park: Park, enterprise: Enterprise, of: Reservation, ends_at: datetime, now: datetime
) -> EndQuote:
    """Price a store until another end, and what is to be said beside it; raises NoTariff.

    The rater prices both ends, from the first day on, so that days that have gone cancel out.
    """
    start, was, opens = of.starts_at, of.ends_at, ends_at >= FAR_FUTURE
    asked = {"then": (of.space, Span(start, ends_at))}
    month = None
    if not opens and not of.open_ended:
        asked["now"] = (of.space, Span(start, was))
    else:
        first = max(now, start) if opens and of.open_ended else min(was, ends_at)
        month = Month.of(first - first.resolution, park.zone).next
        asked["of month"] = (of.space, month.span)
    if of.open_ended and max(now, start) < ends_at < FAR_FUTURE:
        asked["ahead"] = (of.space, Span(max(now, start), ends_at))
    found = quote_each(session, park, enterprise, asked)
    if "then" not in found:
        raise NoTariff(of.space.kind, local_day(start, park.zone))
    return EndQuote(found["then"], found.get("now"), found.get("ahead"), month, found.get("of month"))
