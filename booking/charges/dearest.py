"""What bookings, requests and proposals come to, or came to, where others are first at their free minutes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from booking.charges.models import Charge, ChargeKind
from booking.charges.pricing import PriceContext, PricedUse, Quote, metered_lines
from booking.charges.quote_each import dearest_each, list_price, quote_each
from booking.charges.terms import UseTerms
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Enterprise
from booking.reservations.booked_rows import BookedRow
from booking.reservations.models import OPEN_STATES, ProposedPlace, Reservation, ReservationState
from booking.reservations.space_queries import space_row
from booking.spaces.models import AnySpace, Kind
from booking.tariffs.in_force import tariff_in_force
from booking.tariffs.rating import month_key
from booking.tariffs.rules import NoTariff
from booking.values import FAR_FUTURE, Money, Span, local_day


class QuotedPlace(NamedTuple):
    """Where and when something is booked, asked for or proposed, and what it was quoted."""

    space: AnySpace
    span: Span
    quote: Money


class Dearer(NamedTuple):
    """What something may come to, more than its quote: at the most, after all that is booked of its month.

    `now` is what it is if it comes next, where that is more: others have used its free minutes by now.
    """

    most: Money
    now: Money | None = None


def dearer_quoted(
    session: Session, park: Park, enterprise: Enterprise, places: Mapping[int, QuotedPlace]
) -> dict[int, Dearer]:
    """Tell of each, by the id of its reservation, what others make of its quote that come first.

    What is booked may come first (`dearest_each`), what is used by now has. The number of queries does not
    grow; where no free minutes can be in a quote there is none. A booking's page, its letters and all lists
    of it say the same.
    """
    asked = {key: (one.space, one.span) for key, one in places.items() if _may_be_dearer(session, park, one)}
    if not asked:
        return {}
    alone, calendar, found = quote_each(session, park, enterprise, asked), park_calendar(session, park.id), {}
    fulls = dearest_each(session, park, enterprise, asked, alone, whose={key: key for key in asked})
    for key, quoted in alone.items():
        one, most = places[key], fulls.get(key, quoted.total)
        context = PriceContext(park.zone, enterprise, calendar, {}, {})
        is_used = quoted.total > one.quote >= _with_all_free(one, quoted, context)
        if most > one.quote and (is_used or key in fulls):
            found[key] = Dearer(most, quoted.total if is_used else None)
    return found


def _with_all_free(one: QuotedPlace, quoted: Quote, context: PriceContext) -> Money:
    """Price it as if nobody had used free minutes: where that is more than its quote, the tariff changed."""
    if not quoted.snapshot.allowances.get(context.enterprise.size, 0):
        return quoted.total
    spent = {(one.space.id, line.day): line.spent.fen for line in quoted.lines}
    use = PricedUse(0, one.space, one.span.start, one.span.end)
    return Money.total(
        line.amount
        for line in metered_lines(use, quoted.snapshot, replace(context, free_used={}, spent=spent))
    )


LINES_OF_USE = select(Charge).where(
    Charge.reservation_id == bindparam("reservation_id"),
    Charge.kind == ChargeKind.USE,
    Charge.superseded_at.is_(None),
)


def quote_when_used(session: Session, used: Reservation) -> Money | None:
    """Tell of what was used what its quote came to with the free minutes that were left when it was charged.

    None where those were as many as it was quoted with, however long it was used; asks nothing of what was
    not, or is in use.
    """
    if used.state is not ReservationState.DONE or used.space.kind is Kind.STORAGE:
        return None
    lines = session.scalars(LINES_OF_USE, {"reservation_id": used.id}).all()
    kept = {one.day: one.terms for one in lines if isinstance(one.terms, UseTerms)}
    if not kept:
        return None
    park, space, firm = used.space.park, used.space, used.enterprise
    snapshot = tariff_in_force(session, space, local_day(used.starts_at, park.zone))
    allowance = snapshot.allowances.get(firm.size, 0)
    free = {(space.kind, month_key(day)): allowance - one.allowance_left_minutes for day, one in kept.items()}
    spent = {(space.id, day): one.spent_fen for day, one in kept.items()}
    context = PriceContext(park.zone, firm, park_calendar(session, park.id), free, spent)
    use = PricedUse(0, space, used.starts_at, used.ends_at)
    quoted = Quote(tuple(metered_lines(use, snapshot, context)), snapshot)
    place = QuotedPlace(space, _span(used), used.quote)
    return quoted.total if quoted.total > used.quote >= _with_all_free(place, quoted, context) else None


def _may_be_dearer(session: Session, park: Park, one: QuotedPlace) -> bool:
    """Tell from memory whether it would cost more without free minutes."""
    if one.space.kind is Kind.STORAGE or one.span.end >= FAR_FUTURE:
        return False
    try:
        return list_price(session, park, one.space, one.span) > one.quote
    except NoTariff:
        return False


def dearest_booked(session: Session, booked: Iterable[Reservation], now: datetime) -> dict[int, Money]:
    """Tell the most of bookings and requests to come of one enterprise."""
    return _most(dearer_booked(session, booked, now))


def _most(found: Mapping[int, Dearer]) -> dict[int, Money]:
    return {key: one.most for key, one in found.items()}


def dearer_booked(session: Session, booked: Iterable[Reservation], now: datetime) -> dict[int, Dearer]:
    """Tell it of what one enterprise has booked or asked for and not used to its end."""
    coming = {one.id: one for one in booked if _is_to_come(one, now)}
    if not coming:
        return {}
    first, *_ = coming.values()
    places = {key: QuotedPlace(one.space, _span(one), one.quote) for key, one in coming.items()}
    return dearer_quoted(session, first.space.park, first.enterprise, places)


def dearest_listed(
    session: Session, park: Park, enterprise: Enterprise, rows: Iterable[BookedRow], now: datetime
) -> dict[int, Money]:
    """Tell the most of the rows of a list."""
    there = [(one, space_row(session, park.id, one.space_id)) for one in rows if _is_to_come(one, now)]
    places = {one.id: QuotedPlace(space, _span(one), one.quote) for one, space in there if space}
    return _most(dearer_quoted(session, park, enterprise, places))


def dearest_proposed(session: Session, proposals: Sequence[ProposedPlace]) -> dict[int, Money]:
    """Tell the most of what the park proposes to one enterprise, as if each took the place of its request."""
    if not proposals:
        return {}
    park, firm = proposals[0].space.park, proposals[0].reservation.enterprise
    places = {one.reservation_id: QuotedPlace(one.space, _span(one), one.quote) for one in proposals}
    return _most(dearer_quoted(session, park, firm, places))


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
    return one.state in (*OPEN_STATES, ReservationState.IN_USE) and one.ends_at > now
