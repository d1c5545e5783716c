"""What becomes of an occurrence that cannot be booked: kept as wished, taken once it is free, dropped."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.db.many_rows import insert_rows
from booking.parks.models import Park
from booking.reservations.guests.invite import come_along
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import hold_own_quota
from booking.reservations.refusals import BeyondHorizon
from booking.reservations.reserve import reserve
from booking.reservations.series.foresee import Prospect
from booking.reservations.series.instead import Elsewhere
from booking.reservations.series.models import OPEN_WISH, Series, WishedOccurrence, WishOutcome
from booking.reservations.series.queries import neighbour_of
from booking.reservations.series.refusals import NotOfSeries
from booking.reservations.series.rules import Occurrence, may_be_booked_from, planned_day
from booking.reservations.space_queries import space_to_book
from booking.reservations.waiting.give_back import let_go_of_hold
from booking.spaces.models import Space
from booking.values import Money, Refusal, Span, local_day

SeriesPrice = Callable[[Space, Sequence[Occurrence]], Mapping[str, Money]]
"""Prices occurrences in a space, by their keys; what has no tariff is left out."""


WISHED = cast("Table", WishedOccurrence.__table__)


def keep_wished(
    session: Session, series: Series, prospects: Iterable[Prospect], booked: set[str], now: datetime
) -> int:
    """Keep what could not be booked and may come free; gives how many. What is closed then never does."""
    tomorrow = local_day(now, series.space.park.zone) + ONE_DAY
    rows = [
        {
            "park_id": series.park_id,
            "series_id": series.id,
            "recurrence_id": one.occurrence.key,
            "enterprise_id": series.enterprise_id,
            "member_id": series.member_id,
            "space_id": series.space_id,
            "people": series.people,
            "starts_at": one.occurrence.span.start,
            "ends_at": one.occurrence.span.end,
            "created_at": now,
            "opens_on": _opens_on(one, tomorrow),
        }
        for one in prospects
        if one.occurrence.span is not None and one.may_come_free and one.occurrence.key not in booked
    ]
    if rows:
        insert_rows(session, WISHED, rows)
    return len(rows)


ONE_DAY = timedelta(days=1)


def _opens_on(one: Prospect, tomorrow: date) -> date | None:
    """Tell when what lies too far ahead may be booked; then it books itself.

    What is closed as long as its year is not settled is tried each day from `tomorrow` on.
    """
    if isinstance(one.refusal, BeyondHorizon):
        return may_be_booked_from(one.occurrence.day, one.refusal.horizon_days)
    return tomorrow if one.may_stay_closed else None


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

    Who comes along to the occurrence before it comes along to this one.

    Taking it twice gives the reservation it became. Raises NotOfSeries where it was dropped, and what
    `reserve` raises.
    """
    hold_own_quota(session, by)
    wished = _locked(session, wished_id)
    if wished.reservation_id is not None:
        return session.get_one(Reservation, wished.reservation_id)
    if wished.outcome is not None:
        raise NotOfSeries
    place = PricedElsewhere(space or wished.space, span or Span(wished.starts_at, wished.ends_at), quote)
    made = _take(session, wished, place, by, now)
    like = neighbour_of(session, wished.series_id, wished.recurrence_id)
    come_along(session, like, [made.id], by=by, now=now)
    return made


def _take(
    session: Session, wished: WishedOccurrence, place: "PricedElsewhere", by: Actor, now: datetime
) -> Reservation:
    let_go_of_hold(session, wished.id)
    made = reserve(
        session,
        place.space,
        place.span,
        quote=place.quote,
        by=by,
        now=now,
        people=wished.people,
        purpose=wished.series.purpose,
    )
    made.series_id, made.recurrence_id = wished.series_id, wished.recurrence_id
    wished.outcome, wished.settled_at, wished.reservation_id = WishOutcome.TAKEN, now, made.id
    _record(session, Action.SERIES_WISH_TAKEN, wished, by, now)
    return made


def take_elsewhere(
    session: Session,
    series: Series,
    chosen: Mapping[str, Elsewhere],
    *,
    price: SeriesPrice,
    by: Actor,
    now: datetime,
) -> int:
    """Book wishes of a series where and when somebody chose instead, by their keys; gives how many it got.

    What somebody else has by then, or the rules refuse, stays wished for. Of another park's spaces, and of
    another kind, none can be had. Whoever does it asks along to these as to all else that it booked.
    """
    if not chosen:
        return 0
    zone = session.get_one(Park, series.park_id).zone
    wishes = session.execute(
        select(WishedOccurrence.recurrence_id, WishedOccurrence.id)
        .where(WishedOccurrence.series_id == series.id, OPEN_WISH)
        .where(WishedOccurrence.recurrence_id.in_(chosen))
        .order_by(WishedOccurrence.recurrence_id)
    ).all()
    at: defaultdict[int, list[Occurrence]] = defaultdict(list)
    for key, _ in wishes:
        at[chosen[key].space_id].append(Occurrence(key, planned_day(key), chosen[key].span_of(key, zone)))
    offers: dict[str, PricedElsewhere] = {}
    for space_id, days in sorted(at.items()):
        space = space_to_book(session, series.park_id, space_id)
        if space is not None and space.kind is series.space.kind:
            quotes = price(space, days)
            offers |= {
                one.key: PricedElsewhere(space, one.span, quotes[one.key])
                for one in days
                if one.span is not None and one.key in quotes
            }
    return sum(_got(session, wish, offers[key], by, now) for key, wish in wishes if key in offers)


class PricedElsewhere(NamedTuple):
    """A space, a time and its price."""

    space: Space
    span: Span
    quote: Money


def _got(session: Session, wished_id: int, place: PricedElsewhere, by: Actor, now: datetime) -> bool:
    try:
        with session.begin_nested():
            _take(session, _locked(session, wished_id), place, by, now)
    except Refusal:
        return False
    return True


def drop_wished(session: Session, wished_id: int, *, by: Actor, now: datetime) -> None:
    """Say that it is not wanted any more; safe twice. Raises NotOfSeries wplace it was taken."""
    wished = _locked(session, wished_id)
    if wished.outcome is WishOutcome.TAKEN:
        raise NotOfSeries
    if wished.outcome is None:
        wished.outcome, wished.settled_at = WishOutcome.DROPPED, now
        _record(session, Action.SERIES_WISH_DROPPED, wished, by, now)


def _locked(session: Session, wished_id: int) -> WishedOccurrence:
    return lock_row(session, WishedOccurrence, wished_id)


def _record(session: Session, action: Action, wished: WishedOccurrence, by: Actor, now: datetime) -> None:
    session.flush()
    after = {"recurrence_id": wished.recurrence_id, "space_id": wished.space_id}
    if wished.reservation_id is not None:
        after["reservation_id"] = wished.reservation_id
    record(session, action, "series", wished.series_id, by=by, now=now, after=after)
