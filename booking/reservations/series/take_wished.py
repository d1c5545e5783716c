"""Take an occurrence that has come free, or say that nobody wants it any more."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import hold_quota
from booking.reservations.reserve import reserve
from booking.reservations.series.models import WishedOccurrence, WishOutcome
from booking.reservations.series.refusals import NotOfSeries
from booking.reservations.waiting.give_back import let_go_of_hold
from booking.spaces.models import Space
from booking.values.money import Money
from booking.values.span import Span


def take_wished(
    session: Session,
    wished_id: int,
    *,
    quote: Money,
    by: Actor,
    now: datetime,
    space: Space | None = None,
    span: Span | None = None,
) -> Reservation:
    """Book it as part of its series; in another space or at another time where one is named.

    Taking it twice gives the reservation it became. Raises NotOfSeries where it was dropped, and what
    `reserve` raises.
    """
    if by.park_id is not None:
        hold_quota(session, by.park_id, by.enterprise_id)
    wished = _locked(session, wished_id)
    if wished.reservation_id is not None:
        return session.get_one(Reservation, wished.reservation_id)
    if wished.outcome is not None:
        raise NotOfSeries
    let_go_of_hold(session, wished_id)
    made = reserve(
        session,
        space or wished.space,
        span or Span(wished.starts_at, wished.ends_at),
        quote=quote,
        by=by,
        now=now,
        people=wished.people,
        purpose=wished.series.purpose,
    )
    made.series_id, made.recurrence_id = wished.series_id, wished.recurrence_id
    wished.outcome, wished.settled_at, wished.reservation_id = WishOutcome.TAKEN, now, made.id
    _record(session, Action.SERIES_WISH_TAKEN, wished, by, now)
    return made


def drop_wished(session: Session, wished_id: int, *, by: Actor, now: datetime) -> None:
    """Say that it is not wanted any more; safe twice. Raises NotOfSeries where it was taken."""
    wished = _locked(session, wished_id)
    if wished.outcome is WishOutcome.TAKEN:
        raise NotOfSeries
    if wished.outcome is None:
        wished.outcome, wished.settled_at = WishOutcome.DROPPED, now
        _record(session, Action.SERIES_WISH_DROPPED, wished, by, now)


def _locked(session: Session, wished_id: int) -> WishedOccurrence:
    return session.get_one(WishedOccurrence, wished_id, with_for_update=NO_KEY_UPDATE, populate_existing=True)


def _record(session: Session, action: Action, wished: WishedOccurrence, by: Actor, now: datetime) -> None:
    session.flush()
    after = {"recurrence_id": wished.recurrence_id, "space_id": wished.space_id}
    record(session, action, "series", wished.series_id, by=by, now=now, after=after)
