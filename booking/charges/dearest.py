"""What bookings, requests and proposals come to where others take their free minutes first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from booking.charges.quote_each import dearest_each, list_price, quote_each
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.reservations.models import OPEN_STATES, ProposedPlace, Reservation, ReservationState
from booking.reservations.queries import BookedRow
from booking.reservations.space_queries import space_row
from booking.spaces.models import AnySpace, Kind
from booking.tariffs.rules import NoTariff
from booking.values import FAR_FUTURE, Money, Span


class QuotedPlace(NamedTuple):
    """Where and when something is booked, asked for or proposed, and what it was quoted."""

    space: AnySpace
    span: Span
    quote: Money


def dearest_quoted(
    session: Session, park: Park, enterprise: Enterprise, places: Mapping[int, QuotedPlace]
) -> dict[int, Money]:
    """Tell of each, by the id of its reservation, what others make of its quote that come first.

    As `dearest_each`, with whatever else is booked. The number of queries does not grow; where no free
    minutes can be in a quote there is none. A booking's page, its letters and all lists of it say the same.
    """
    asked = {key: (one.space, one.span) for key, one in places.items() if _may_be_dearer(session, park, one)}
    if not asked:
        return {}
    alone = quote_each(session, park, enterprise, asked)
    fulls = dearest_each(session, park, enterprise, asked, alone, themselves=True)
    return {key: full for key, full in fulls.items() if full > places[key].quote}


def _may_be_dearer(session: Session, park: Park, one: QuotedPlace) -> bool:
    """Tell from memory whether it would cost more without free minutes."""
    if one.space.kind is Kind.STORAGE or one.span.end >= FAR_FUTURE:
        return False
    try:
        return list_price(session, park, one.space, one.span) > one.quote
    except NoTariff:
        return False


def dearest_booked(session: Session, booked: Iterable[Reservation], now: datetime) -> dict[int, Money]:
    """Tell it of bookings and requests to come of one enterprise."""
    coming = {one.id: one for one in booked if _is_to_come(one, now)}
    if not coming:
        return {}
    first, *_ = coming.values()
    places = {key: QuotedPlace(one.space, _span(one), one.quote) for key, one in coming.items()}
    return dearest_quoted(session, first.space.park, first.enterprise, places)


def dearest_listed(
    session: Session, park: Park, enterprise: Enterprise, rows: Iterable[BookedRow], now: datetime
) -> dict[int, Money]:
    """Tell it of the rows of a list."""
    there = [(one, space_row(session, park.id, one.space_id)) for one in rows if _is_to_come(one, now)]
    places = {one.id: QuotedPlace(space, _span(one), one.quote) for one, space in there if space}
    return dearest_quoted(session, park, enterprise, places)


def dearest_proposed(session: Session, proposals: Sequence[ProposedPlace]) -> dict[int, Money]:
    """Tell it of what the park proposes to one enterprise, as if each took the place of its request."""
    if not proposals:
        return {}
    park, firm = proposals[0].space.park, proposals[0].reservation.enterprise
    places = {one.reservation_id: QuotedPlace(one.space, _span(one), one.quote) for one in proposals}
    return dearest_quoted(session, park, firm, places)


class _Timed(Protocol):
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


class _Listed(_Timed, Protocol):
    @property
    def state(self) -> ReservationState: ...


def _span(one: _Timed) -> Span:
    return Span(one.starts_at, one.ends_at)


def _is_to_come(one: _Listed, now: datetime) -> bool:
    return one.state in OPEN_STATES and one.starts_at > now
