"""A wait whose time has begun: it goes on while the place may come free because nobody comes to it.

Then what is left of the time is held like any other: from then on the wait begins later, and the trail keeps
what was wanted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.models import AuditEntry
from booking.audit.trail import record
from booking.parks.models import Park
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.queries import parts_of_wholes
from booking.reservations.rules import BookingContext, grace_ends
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.space_queries import SpaceFilter, fitting_rows
from booking.reservations.waiting.line import InLine
from booking.reservations.waiting.models import OPEN_WAIT, Wait, WaitState
from booking.reservations.waiting.rules import BlockingClaim, LetGo, may_be_released, what_is_left
from booking.values import Refusal, Span


def last_let_go(session: Session, wait: Wait, now: datetime) -> LetGo | None:
    """Tell when a time that has begun may come free because nobody comes to it, or takes it; else None.

    Of several places that would do the one that may be free first; of what is made of parts, or of several
    claims in a row, the last that has to go.
    """
    places = _places(session, wait, now)
    claims = _in_the_way(session, wait, {part for parts in places for part in parts})
    found = (
        may_be_released(wait.span, now, [one for part in parts for one in claims.get(part, ())])
        for parts in places
    )
    return min((one for one in found if one is not None), default=None)


def _places(session: Session, wait: Wait, now: datetime) -> list[tuple[int, ...]]:
    """Give the places that would do, each by its parts."""
    ids: Iterable[int] = [wait.space_id] if wait.space_id is not None else ()
    if wait.space_id is None:
        wanted = SpaceFilter(wait.people, tuple(wait.equipment), wait.area_id)
        ids = [row.id for row in fitting_rows(session, wait.park_id, wait.kind, now, wanted)]
    wholes = parts_of_wholes(session, wait.park_id)
    return [wholes.get(one) or (one,) for one in ids]


def _in_the_way(
    session: Session, wait: Wait, space_ids: Collection[int]
) -> Mapping[int, list[BlockingClaim]]:
    """List by space what stands in the way of a wait, and when it may be let go; one query."""
    grace = session.get_one(Park, wait.park_id).grace_minutes
    booked = and_(Reservation.id == Occupancy.reservation_id, Reservation.state == ReservationState.BOOKED)
    held = and_(Wait.id == Occupancy.wait_id, Wait.state == WaitState.OFFERED)
    begins = Reservation.starts_at.label("to_come")
    there = (Occupancy.starts_at < wait.ends_at, Occupancy.ends_at > wait.starts_at)
    rows = session.execute(
        select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at, begins, Wait.held_until)
        .outerjoin(Reservation, booked)
        .outerjoin(Wait, held)
        .where(Occupancy.space_id.in_(space_ids), *there)
        .order_by(Occupancy.space_id, Occupancy.starts_at)
    )
    found = defaultdict[int, list[BlockingClaim]](list)
    for row in rows:
        let_go = LetGo(row.held_until, held=True) if row.held_until else None
        if row.to_come:
            let_go = LetGo(grace_ends(row.to_come, grace))
        found[row.space_id].append(BlockingClaim(row.starts_at, row.ends_at, let_go))
    return found


def still_to_hold(session: Session, one: InLine, at: BookingContext) -> InLine | None:
    """Give who waits with what is left of their time; None for nothing, or where they wait for it too."""
    terms = at.opening
    left = what_is_left(
        one.span, at.now, step_minutes=terms.step_minutes, lead_minutes=terms.lead_minutes, zone=at.zone
    )
    if left is None or (left != one.span and _waits_for(session, one.row, left)):
        return None
    return one._replace(span=left)


def _waits_for(session: Session, row: Wait | WishedOccurrence, span: Span) -> bool:
    """Tell whether they wait for this time besides: that wait stands for it, since one time is one wait."""
    kind = row.kind if isinstance(row, Wait) else row.space.kind
    place = Wait.kind == kind, Wait.space_id.is_not_distinct_from(row.space_id)
    same = (Wait.member_id == row.member_id, *place)
    when = (Wait.starts_at == span.start, Wait.ends_at == span.end)
    there = exists().where(*same, *when, Wait.wished_id.is_(None), Wait.state.in_(OPEN_WAIT))
    return bool(session.scalar(select(there)))


UNIQUE_OPEN_WAIT = ("uq_wait_open_for_", "wait.member_id")  # what PostgreSQL and SQLite call it


@contextmanager
def their_only_wait(session: Session, refused: Refusal) -> Iterator[None]:
    """Hold it within; raises this where they began to wait for what is left at this very moment besides."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if not any(mark in str(error.orig) for mark in UNIQUE_OPEN_WAIT):
            raise
        raise refused from error


def record_offered(session: Session, wait: Wait, wanted: Span, *, now: datetime) -> None:
    """Write into the trail what is held, and where it is the rest of a time, when that began."""
    assert wait.held_until is not None  # noqa: S101 - what is held ends
    before: dict[str, Any] | None = None
    after: dict[str, Any] = {"space_id": wait.offered_space_id, "held_until": wait.held_until.isoformat()}
    if wait.starts_at != wanted.start:
        before, after[STARTS] = {STARTS: wanted.start.isoformat()}, wait.starts_at.isoformat()
    by = Actor.system("waiting list", wait.park_id)
    record(session, Action.WAIT_OFFERED, "wait", wait.id, by=by, now=now, before=before, after=after)


STARTS = "starts_at"


def wanted_spans(session: Session, waits: Collection[Wait]) -> dict[int, Span]:
    """Give of waits for which the rest of a time is held, by id, the time asked for; one query."""
    ends = {one.id: one.ends_at for one in waits}
    entries = session.execute(
        select(AuditEntry.subject_id, AuditEntry.before)
        .where(AuditEntry.subject == "wait", AuditEntry.subject_id.in_(ends))
        .where(AuditEntry.action == Action.WAIT_OFFERED.value)
        .order_by(AuditEntry.id.desc())
    )
    return {
        row.subject_id: Span(datetime.fromisoformat(row.before[STARTS]), ends[row.subject_id])
        for row in entries
        if row.before and STARTS in row.before
    }
