"""Join the waiting list for a time that is taken, of one space or of any that will do; and who is on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.db.rows import insert_into
from booking.parks.models import Park
from booking.people.enterprises import check_tenancy
from booking.people.models import Member
from booking.reservations.alternatives import Asker, free_and_allowed, may_be_had
from booking.reservations.approval.rules import Booking, check_wait
from booking.reservations.queries import is_free
from booking.reservations.quotas.quotas import OfKind, check_quota
from booking.reservations.refusals import NoSuchSpace
from booking.reservations.reserve import booking_context, booking_context_for
from booking.reservations.rules import check_in_service, check_new, check_people
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.space_queries import SpaceFilter, fitting_rows
from booking.reservations.waiting import rules
from booking.reservations.waiting.end_wait import lock_wait
from booking.reservations.waiting.line import SPACES_WITHOUT_LINE, freed_place, wish_of
from booking.reservations.waiting.models import HELD, OPEN_FOR_ANY, OPEN_FOR_ONE, OPEN_WAIT, Wait, WaitState
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rules_for
from booking.values import Money, Span, local_day


class AnyOf(NamedTuple):
    """Any space of a kind that has what is wanted."""

    kind: Kind
    wanted: SpaceFilter


def wait_for(
    session: Session,
    what: Space | AnyOf,
    span: Span,
    *,
    by: Actor,
    now: datetime,
    people: int = 1,
    purpose: str = "",
    judged: Booking | None = None,
) -> Wait:
    """Stand in line for it; waiting for the same already gives that wait.

    Who waits for that time already, but for other people or equipment or another area, waits for what they
    want now: as if asked for then, where whatever does now would have done then, else behind all others.
    `judged` is it as rights judge it, of several the least. Raises FreeNow where it need not be waited for,
    NoLine, WaitNeedsManager for what they could not take alone, TooManyWaits, NoSuchSpace, HeldAlready where
    something is held that does not do any more, and what the rules of booking refuse; OverQuota only of what
    is free, since who waits may have more left by then.
    """
    if by.enterprise_id is None or by.member_id is None or by.park_id is None:
        raise TypeError("only a tenant's member waits")
    facts: dict[str, Any] = {
        "park_id": by.park_id,
        "enterprise_id": by.enterprise_id,
        "member_id": by.member_id,
        "people": people,
        "purpose": purpose.strip(),
        "starts_at": span.start,
        "ends_at": span.end,
        "state": WaitState.WAITING,
        "created_at": now,
    } | _what(what)
    earlier = session.scalar(_same(facts))
    if earlier is not None and _wants(earlier) == _wants(facts):
        return earlier
    check_wait(by.rights, judged or Booking(what.kind, Money.zero()))
    if isinstance(what, Space):
        _check_one(session, what, span, people, by, now)
    else:
        _check_any(session, by.park_id, what, span, people, by, now)
    if earlier is None:
        _check_number(session, by.member_id, now)
    return _keep(session, facts, by, now)


def _what(what: Space | AnyOf) -> dict[str, object]:
    if isinstance(what, Space):
        return {"kind": what.kind, "space_id": what.id, "area_id": None, "equipment": []}
    wanted = what.wanted
    return {
        "kind": what.kind, "space_id": None, "area_id": wanted.area_id, "equipment": list(wanted.equipment)
    }  # fmt: skip


def _check_one(session: Session, space: Space, span: Span, people: int, by: Actor, now: datetime) -> None:
    if space.kind in SPACES_WITHOUT_LINE:
        raise rules.NoLine
    at = booking_context_for(session, space, span, now)
    check_tenancy(session, space.park_id, by.enterprise_id, span, at.zone)
    check_in_service(space.retired_at, space.code, span)
    check_people(people, space.capacity)
    check_new(span, at)
    if at.opening.needs_approval:
        raise rules.NoLine
    if is_free(session, space, span):
        check_quota(session, space, span, by.enterprise_id, by.member_id, hold=False)
        raise rules.FreeNow


def _check_any(
    session: Session, park_id: int, what: AnyOf, span: Span, people: int, by: Actor, now: datetime
) -> None:
    if what.kind in SPACES_WITHOUT_LINE:
        raise rules.NoLine
    park = session.get_one(Park, park_id)
    check_tenancy(session, park_id, by.enterprise_id, span, park.zone)
    wanted = what.wanted._replace(people=people)
    park_rules = rules_for(session, park_id, since=local_day(span.start, park.zone))
    fitting = fitting_rows(session, park_id, what.kind, now, wanted)
    openings = [park_rules.of(row.id, what.kind) for row in fitting]
    if not openings:
        raise NoSuchSpace
    usable = [one for one in openings if not one.needs_approval]
    if not usable:
        raise rules.NoLine
    contexts = [booking_context(session, park, what.kind, one, now) for one in dict.fromkeys(usable)]
    if not any(may_be_had(span, at) for at in contexts):
        check_new(span, contexts[0])
    if free_and_allowed(session, park, what.kind, span, now, wanted, Asker(people, at_once=True)):
        kind = OfKind(park_id, what.kind)
        check_quota(session, kind, span, by.enterprise_id, by.member_id, hold=False)
        raise rules.FreeNow


MOST_WAITS = 20
"""So many times one person waits for at once, or has held for them."""


def _check_number(session: Session, member_id: int, now: datetime) -> None:
    """Refuse more than so many; their row is locked, so that of two asked for at once the second counts.

    What has begun counts, too, as long as it goes on (`begun`).
    """
    lock_row(session, Member, member_id)
    held = and_(Wait.state == WaitState.OFFERED, Wait.held_until > now)
    still = (Wait.member_id == member_id, or_(Wait.state == WaitState.WAITING, held), Wait.ends_at > now)
    if (session.scalar(select(func.count(Wait.id)).where(*still)) or 0) >= MOST_WAITS:
        raise rules.TooManyWaits(MOST_WAITS)


SAME = ("member_id", "kind", "space_id", "starts_at", "ends_at")
ONCE = {
    True: ((Wait.member_id, Wait.space_id, Wait.starts_at, Wait.ends_at), OPEN_FOR_ONE),
    False: ((Wait.member_id, Wait.kind, Wait.starts_at, Wait.ends_at), OPEN_FOR_ANY),
}


def _same(facts: Mapping[str, Any]) -> Select[Wait]:
    """Select what waits for this already, or has it held."""
    still = Wait.state.in_((WaitState.WAITING, WaitState.OFFERED)), Wait.wished_id.is_(None)
    mine = [getattr(Wait, name).is_not_distinct_from(facts[name]) for name in SAME]
    return select(Wait).where(*mine, *still)


def _keep(session: Session, facts: dict[str, Any], by: Actor, now: datetime) -> Wait:
    columns, where = ONCE[facts["space_id"] is not None]
    statement = insert_into(session, Wait).values(**facts)
    kept: Wait | None = session.scalar(
        statement.on_conflict_do_nothing(index_elements=columns, index_where=where).returning(Wait)
    )
    if kept is None:  # it is there already
        return _want_instead(session, session.scalars(_same(facts)).one().id, facts, by, now)
    record(session, Action.WAIT_JOINED, "wait", kept.id, by=by, now=now, after=_told(kept))
    return kept


WANTED = ("people", "equipment", "area_id", "purpose")


def _wants(of: Wait | Mapping[str, Any]) -> dict[str, Any]:
    return {name: of[name] if isinstance(of, Mapping) else getattr(of, name) for name in WANTED}


def _want_instead(session: Session, wait_id: int, facts: Mapping[str, Any], by: Actor, now: datetime) -> Wait:
    """Let who waits for this time already wait for what they want now; the same again changes nothing."""
    wait = lock_wait(session, wait_id)
    if _wants(wait) == _wants(facts) or wait.state not in OPEN_WAIT:
        return wait
    before, kind = _told(wait), wait.kind.value
    wanted = rules.LineWish(
        kind, wait.space_id, facts["area_id"], facts["people"], frozenset(facts["equipment"])
    )
    if wait.offered_space is not None and wait.held_until is not None:
        if not rules.suits(wanted, freed_place(wait.offered_space)):
            raise rules.HeldAlready(wait.offered_space.name, wait.held_until)
    elif not rules.narrower(wanted, wish_of(wait)):
        wait.created_at = now
    for name, value in _wants(facts).items():
        setattr(wait, name, value)
    session.flush()
    record(session, Action.WAIT_JOINED, "wait", wait.id, by=by, now=now, before=before, after=_told(wait))
    return wait


def _told(wait: Wait) -> dict[str, Any]:
    """Give what the trail keeps of a wait."""
    place = {"space_id": wait.space_id} if wait.space_id else {"kind": wait.kind.value}
    times = {"starts_at": wait.starts_at.isoformat(), "ends_at": wait.ends_at.isoformat()}
    return times | place | {"people": wait.people}


WITH_ALL = (
    joinedload(Wait.space),
    joinedload(Wait.offered_space),
    joinedload(Wait.member, innerjoin=True),
    joinedload(Wait.enterprise, innerjoin=True),
)


def wait_in(session: Session, park_id: int, wait_id: int) -> Wait | None:
    """Give a wait of this park with its spaces and people; None where it is another park's."""
    return session.scalar(select(Wait).where(Wait.id == wait_id, Wait.park_id == park_id).options(*WITH_ALL))


def waits_of(
    session: Session, enterprise_id: int, now: datetime, *, member_id: int | None = None
) -> Sequence[Wait]:
    """List what an enterprise, or one member, still waits for or has held, holds first."""
    wanted = (
        select(Wait)
        .where(Wait.enterprise_id == enterprise_id, Wait.state.in_(OPEN_WAIT), Wait.ends_at > now)
        .where(or_(Wait.state == WaitState.WAITING, Wait.held_until > now))
        .options(*WITH_ALL)
        .order_by(Wait.held_until.is_(None), Wait.held_until, Wait.starts_at, Wait.id)
    )
    if member_id is not None:
        wanted = wanted.where(Wait.member_id == member_id)
    return session.scalars(wanted).all()


def holds_of(session: Session, member_id: int, now: datetime) -> Sequence[Wait]:
    """List what is held for a member now, what runs out first before others."""
    return session.scalars(
        select(Wait)
        .where(HELD, Wait.held_until > now, Wait.member_id == member_id)
        .options(joinedload(Wait.offered_space))
        .order_by(Wait.held_until, Wait.id)
    ).all()


def holds_of_series(session: Session, series_id: int, now: datetime) -> dict[int, Wait]:
    """Give what is held now of a series, by the id of the wish."""
    wished = select(WishedOccurrence.id).where(WishedOccurrence.series_id == series_id)
    held = select(Wait).where(HELD, Wait.held_until > now, Wait.wished_id.in_(wished)).order_by(Wait.id)
    return {wait.wished_id: wait for wait in session.scalars(held) if wait.wished_id is not None}


MOST_LISTED = 100


def line_of(session: Session, park_id: int, space: Space, now: datetime) -> Sequence[Wait]:
    """List who waits for a space or for any of its kind, by the time wanted, then in order of asking."""
    for_it = or_(Wait.space_id == space.id, and_(Wait.space_id.is_(None), Wait.kind == space.kind))
    held = Wait.offered_space_id == space.id
    return session.scalars(
        select(Wait)
        .where(Wait.park_id == park_id, Wait.ends_at > now)
        .where(
            or_(
                and_(Wait.state == WaitState.WAITING, for_it),
                and_(Wait.state == WaitState.OFFERED, held, Wait.held_until > now),
            )
        )
        .options(*WITH_ALL)
        .order_by(Wait.starts_at, Wait.created_at, Wait.id)
        .limit(MOST_LISTED)
    ).all()
