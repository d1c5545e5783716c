"""What letters about bookings say of prices: what each costs, cost before, may come to, or is beyond one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.orm import object_session

from booking import clock
from booking.audit.actions import Action
from booking.charges.dearest import Dearer, dearer_booked, dearest_booked, dearest_proposed
from booking.charges.quote_each import dearest_each, quote_each
from booking.people.models import Member
from booking.reservations.approval.proposals import beyond_rights, proposals_of
from booking.reservations.approval.rules import NeedsManager
from booking.reservations.history import ToldChange
from booking.reservations.models import ProposedPlace, Reservation
from booking.values import Money, Span


def proposed(told: Sequence[ToldChange]) -> Mapping[int, ProposedPlace]:
    """Give what the park proposed by this act and stands, by the request; asks nothing where it did not."""
    asked = {one.id: change for change, one in told if change.action is Action.RESERVATION_PROPOSED}
    session = object_session(told[0][1])
    at = max((change.at for change in asked.values()), default=None)
    return {} if session is None or at is None else proposals_of(session, list(asked), at)


def proposed_fulls(proposals: Mapping[int, ProposedPlace]) -> Mapping[int, Money]:
    """Give what each costs where others take its free minutes first, as its page does."""
    session = next((object_session(one) for one in proposals.values()), None)
    return dearest_proposed(session, [*proposals.values()]) if session else {}


def beyond_alone(reader: Member, proposals: Mapping[int, ProposedPlace]) -> Mapping[int, NeedsManager]:
    """Tell which of them their reader may only have their manager take, and why, as the page does."""
    session = object_session(reader)
    return beyond_rights(session, reader.rights, [*proposals.values()]) if session else {}


PRICED = (
    Action.RESERVATION_MADE,
    Action.RESERVATION_ASKED,
    Action.RESERVATION_APPROVED,
    Action.RESERVATION_HANDED_ON,
)
"""After which the letter says what it will cost."""
MOVES = (
    Action.RESERVATION_MOVED,
    Action.RESERVATION_AGREED,
    Action.RESERVATION_EXTENDED,
    Action.RESERVATION_SHORTENED,
)


class PricedBefore(NamedTuple):
    """What a booking would cost where and when it was before: from what to what, as its page told it."""

    quote: Money
    most: Money | None


def priced_before(told: Sequence[ToldChange]) -> Mapping[int, PricedBefore]:
    """Price what was moved as it was before, by the tariff of now, by the change; asks nothing for none."""
    moved = {change.id: (change, one) for change, one in told if change.action in MOVES}
    asked = {
        key: (change.old_space, Span(change.old_starts_at, change.old_ends_at))
        for key, (change, _) in moved.items()
        if change.old_space and change.old_starts_at and change.old_ends_at
    }
    booked = told[0][1]
    session = object_session(booked)
    if session is None or not asked:
        return {}
    of, whose = (booked.space.park, booked.enterprise), {key: moved[key][1].id for key in asked}
    found = quote_each(session, *of, asked)
    fulls = dearest_each(session, *of, asked, found, whose=whose)
    return {key: PricedBefore(one.total, fulls.get(key)) for key, one in found.items()}


def dearer(told: Sequence[ToldChange]) -> Mapping[int, Dearer]:
    """Give what each may come to whose quote is told, where that is more, as its page does."""
    priced = {one.id: one for change, one in told if change.action in (*PRICED, *MOVES)}
    session = object_session(told[0][1])
    if session is None or not priced:
        return {}
    return dearer_booked(session, [*priced.values()], max(one.at for one, _ in told))


def asked_fulls(asked: Sequence[Reservation]) -> Mapping[int, Money]:
    """Give what each costs where others take its free minutes first, as the page of requests does."""
    session = object_session(asked[0])
    return dearest_booked(session, asked, clock.now()) if session else {}
