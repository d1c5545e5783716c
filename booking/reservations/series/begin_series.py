"""Begin a series: book what is free of it in one act, and keep the rest as wished for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, exists, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db.many_rows import insert_numbered, insert_rows
from booking.db.rows import at_first, insert_once, object_of
from booking.reservations.approval.agree import ToJudge, as_judged, ask_manager_of
from booking.reservations.approval.requests import promise
from booking.reservations.approval.rules import Answerer, who_answers
from booking.reservations.claim import claim_each
from booking.reservations.guests.invite import invite
from booking.reservations.guests.rules import NOBODY, AskedAlong
from booking.reservations.history import STEPS, ReservationSnapshot, heard_of, step_row
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.queries import parts_of_wholes
from booking.reservations.quotas.quotas import hold_own_quota
from booking.reservations.reserve import STANDING, stored_key
from booking.reservations.series.foresee import Prospect, SeriesWish, check_open, foresee
from booking.reservations.series.instead import NOTHING_ELSE, Elsewhere
from booking.reservations.series.models import Series
from booking.reservations.series.queries import booked_of
from booking.reservations.series.recurrence import to_rfc5545
from booking.reservations.series.refusals import NothingOfSeriesFree
from booking.reservations.series.rules import Occurrence, SeriesPlan
from booking.reservations.series.take_wished import SeriesPrice, keep_wished, take_elsewhere
from booking.spaces.models import Space
from booking.spaces.rules import Opening
from booking.spaces.standing import lock_spaces
from booking.values import Money, Refusal, Span


def begin_series(  # noqa: PLR0913 - the facts of a reservation
    session: Session,
    space: Space,
    plan: SeriesPlan,
    *,
    price: SeriesPrice,
    by: Actor,
    now: datetime,
    people: int = 1,
    purpose: str = "",
    idempotency_key: str | None = None,
    instead: Mapping[str, Elsewhere] = NOTHING_ELSE,
    along: AskedAlong = NOBODY,
) -> Series:
    """Book each occurrence that is free and has a price, as a reservation of its own, and who comes along.

    Of those named `instead` another space or time is booked; what cannot be had there stays wished for. Who
    is quicker than us at one occurrence has that one, and we the rest. The same form sent twice gives the
    series it made. A job writes its letter soon after (`tell_begun`). Raises what is wrong with the rule,
    SeriesNotOpenYet, NobodyToAsk, NothingOfSeriesFree.
    """
    if by.enterprise_id is None or by.member_id is None:
        raise TypeError("only a tenant's member reserves")
    people = max(people, len(along) + 1) if along else people
    facts, key = _facts(space, plan, by, people, purpose, now), stored_key(by, idempotency_key)
    wish = SeriesWish(people, by.enterprise_id, by.member_id)
    hold_own_quota(session, by)
    try:
        todo = _look(session, space, plan, wish, price, instead, now)
    except Refusal:
        if made := _made_before(session, key, facts):
            return made
        raise
    once = key
    while (made := _keep(session, facts, once)) is None:
        if earlier := _made_before(session, key, facts):
            return earlier
        once = None  # sent again for something else, it goes without
    done = fulfil(session, made, todo, price=price, by=by, now=now)
    if not done.booked:
        raise NothingOfSeriesFree(len(todo.prospects))
    if along or by.wants_copies:
        _ask_along(session, made, along, by, now)
    after = series_facts(made) | done._asdict()
    record(session, Action.SERIES_BEGUN, "series", made.id, by=by, now=now, after=after)
    return made


def series_facts(series: Series) -> dict[str, Any]:
    """Give what the trail keeps of a series."""
    return {
        "space_id": series.space_id,
        "rule": series.rule,
        "first_day": series.first_day.isoformat(),
        "starts_minute": series.starts_minute,
        "ends_minute": series.ends_minute,
        "working_days_only": series.working_days_only,
    }


def _ask_along(session: Session, made: Series, along: AskedAlong, by: Actor, now: datetime) -> None:
    """Ask them to each of what was booked; whose series it is hears of all that by its own letter."""
    booked = [one.id for one in booked_of(session, made.id)]
    for one in booked if along else ():
        invite(session, one, along, by=by, now=now)
    if by.wants_copies:
        heard_of(session, booked, made.member_id)


def _facts(
    space: Space, plan: SeriesPlan, by: Actor, people: int, purpose: str, now: datetime
) -> dict[str, Any]:
    return {
        "park_id": space.park_id,
        "enterprise_id": by.enterprise_id,
        "member_id": by.member_id,
        **plan_facts(space, plan),
        "people": people,
        "purpose": purpose.strip(),
        "created_at": now,
    }


def plan_facts(space: Space, plan: SeriesPlan) -> dict[str, Any]:
    """Give what a series keeps of its plan, as columns; `SAME` names them."""
    return {
        "space_id": space.id,
        "rule": to_rfc5545(plan.rule),
        "first_day": plan.first_day,
        "starts_minute": plan.starts,
        "ends_minute": plan.ends,
        "working_days_only": plan.working_days_only,
    }


SERIES = cast("Table", Series.__table__)
AS_MADE = at_first(Series)
SAME = ("space_id", "rule", "first_day", "starts_minute", "ends_minute", "working_days_only")


def _made_before(session: Session, key: str | None, facts: dict[str, Any]) -> Series | None:
    """Find what a form's one-time key made before, if that is what is wanted, and something of it stands."""
    made = session.scalar(select(Series).where(Series.idempotency_key == key)) if key else None
    if made is None or any(getattr(made, name) != facts[name] for name in SAME):
        return None
    stands = exists().where(Reservation.series_id == made.id, Reservation.state.in_(STANDING))
    return made if session.scalar(select(stands)) else None


class ToFulfil(NamedTuple):
    """What is to become of occurrences: the price of what is free, and what was chosen for others instead."""

    prospects: Sequence[Prospect]
    quotes: Mapping[str, Money]
    opening: Opening
    instead: Mapping[str, Elsewhere]


def _look(
    session: Session,
    space: Space,
    plan: SeriesPlan,
    wish: SeriesWish,
    price: SeriesPrice,
    instead: Mapping[str, Elsewhere],
    now: datetime,
) -> ToFulfil:
    """Judge and price its occurrences; raises what is wrong with all of them, NothingOfSeriesFree."""
    outlook = foresee(session, space, plan, wish, now=now, hold=True)
    check_open(outlook)
    quotes = price(space, outlook.free)
    if not (quotes or instead):
        raise NothingOfSeriesFree(len(outlook.prospects))
    return ToFulfil(outlook.prospects, quotes, outlook.opening, instead)


def _keep(session: Session, facts: dict[str, Any], key: str | None) -> Series | None:
    """Insert it under its one-time key; None where that has made something before."""
    row = AS_MADE | facts | {"idempotency_key": key}
    number = insert_once(session, SERIES, row, "idempotency_key")
    return None if number is None else object_of(session, Series, row | {"id": number})


class Fulfilled(NamedTuple):
    """How many occurrences were booked, there or elsewhere, and how many are wished for."""

    booked: int
    wished: int


def fulfil(
    session: Session, series: Series, todo: ToFulfil, *, price: SeriesPrice, by: Actor, now: datetime
) -> Fulfilled:
    """Book what is free, then what was chosen instead of the rest; what is left is wished for."""
    own = {one.occurrence.key for one in todo.prospects}  # of a series that goes on there are earlier wishes
    todo = todo._replace(instead={key: place for key, place in todo.instead.items() if key in own})
    keys = todo.quotes.keys() - todo.instead.keys()
    free = [one.occurrence for one in todo.prospects if one.occurrence.key in keys]
    if todo.instead:
        spaces = {series.space_id, *(one.space_id for one in todo.instead.values())}
        parts = parts_of_wholes(session, series.park_id)
        lock_spaces(session, spaces | {part for one in spaces for part in parts.get(one, ())})
    booked = book_free(session, series, free, todo.quotes, todo.opening, by=by, now=now)
    wished = keep_wished(session, series, todo.prospects, booked, now)
    elsewhere = take_elsewhere(session, series, todo.instead, price=price, by=by, now=now)
    return Fulfilled(len(booked) + elsewhere, wished - elsewhere)


RESERVATIONS = cast("Table", Reservation.__table__)


def book_free(
    session: Session,
    series: Series,
    occurrences: Sequence[Occurrence],
    quotes: Mapping[str, Money],
    opening: Opening,
    *,
    by: Actor,
    now: datetime,
) -> set[str]:
    """Reserve, or ask for, all of them at once; gives the keys of those that nobody else got meanwhile.

    Each is judged by its own quote. Raises NobodyToAsk.
    """
    spans = {one.key: one.span for one in occurrences if one.span is not None}
    if not spans:
        return set()
    wanted = [ToJudge(series.space, span, quotes[key]) for key, span in spans.items()]
    wishes = as_judged(session, by.rights, by.enterprise_id, wanted, in_turn=True)
    answerers = [who_answers(by.rights, one, park_approves=opening.needs_approval) for one in wishes]
    asked = dict(zip(spans, answerers, strict=True))
    alike = _alike(series, now)
    rows = [alike | _row(key, span, quotes[key], asked[key]) for key, span in spans.items()]
    for row in rows:
        if asked[row["recurrence_id"]] is Answerer.PARK:
            row["answer_by"] = promise(session, series.park_id, series.space.kind, row["starts_at"], now)
    kept = insert_numbered(session, RESERVATIONS, rows, "recurrence_id")
    requests = {one: key for one, key in kept.items() if asked[key] is not None}
    if len(requests) < len(kept):
        by_id = {one: spans[key] for one, key in kept.items() if one not in requests}
        kept = _claimed(session, series, kept, by_id, opening.buffer_minutes) | requests
    to_manager = [one for one, key in requests.items() if asked[key] is Answerer.MANAGER]
    if to_manager:
        ask_manager_of(session, series.enterprise_id, to_manager)
    if kept:
        made = {one: _as_made(series, spans[key], asked[key]) for one, key in kept.items()}
        steps = [
            step_row(one, Action.RESERVATION_MADE, None, now_is, by=by, now=now)
            for one, now_is in made.items()
        ]
        insert_rows(session, STEPS, steps)
    return set(kept.values())


def _as_made(series: Series, span: Span, asked: Answerer | None) -> ReservationSnapshot:
    return ReservationSnapshot(series.space_id, span.start, span.end, _state(asked).value)


def _state(asked: Answerer | None) -> ReservationState:
    return ReservationState.BOOKED if asked is None else ReservationState.REQUESTED


def _claimed(
    session: Session, series: Series, kept: dict[int, str], spans: Mapping[int, Span], buffer_minutes: int
) -> dict[int, str]:
    """Claim for them, and let those go that came too late."""
    got = claim_each(
        session, series.space, spans, enterprise_id=series.enterprise_id, buffer_minutes=buffer_minutes
    )
    if lost := set(spans) - got:
        session.execute(delete(RESERVATIONS).where(RESERVATIONS.c.id.in_(lost)))
    return {one: key for one, key in kept.items() if one in got}


def _alike(series: Series, now: datetime) -> dict[str, Any]:
    """Give what all reservations of a series say alike, by the columns of a reservation."""
    return {
        "park_id": series.park_id,
        "enterprise_id": series.enterprise_id,
        "member_id": series.member_id,
        "space_id": series.space_id,
        "purpose": series.purpose,
        "people": series.people,
        "version": 1,
        "created_at": now,
        "answer_by": None,
        "series_id": series.id,
    }


def _row(key: str, span: Span, quote: Money, asked: Answerer | None) -> dict[str, Any]:
    return {
        "starts_at": span.start,
        "ends_at": span.end,
        "state": _state(asked),
        "answerer": asked or Answerer.PARK,
        "quote": quote,
        "recurrence_id": key,
    }
