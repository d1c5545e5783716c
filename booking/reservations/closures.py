"""Close a space for a while (repairs, the park's own use), and open it again."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.reservations import refusals as no
from booking.reservations.claim import claim
from booking.reservations.queries import claims_between
from booking.reservations.waiting import end_wait as holds
from booking.reservations.waiting.give_back import release
from booking.spaces.models import Closure, Space
from booking.values import FAR_FUTURE, ReasonMissing, Span

LONGEST_CLOSURE = timedelta(days=3 * 366)
"""Holds a row a day (claim.LONGEST_CLAIM); what nobody knows the end of is closed until further notice."""


def close_space(
    session: Session,
    space: Space,
    span: Span,
    reason: str,
    *,
    by: Actor,
    now: datetime,
    put_back: holds.PutBackLetter | None = None,
) -> Closure:
    """Claim the space for nobody; who holds it then must be moved first.

    What is only held for who waits is put back where `put_back` words the letter to them, else it stands in
    the way as well. A span that ends at FAR_FUTURE closes it until further notice. One that began before now
    stands so in the list, and claims what is still to come: who was there is in nobody's way. Raises
    ClosureConflicts with what stands in the way, InThePast, ClosureTooLong, or ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    if span.end <= now:
        raise no.InThePast(span.end, now, part=no.RequestPart.END)
    if span.end < FAR_FUTURE and span.length > LONGEST_CLOSURE:
        raise no.ClosureTooLong(LONGEST_CLOSURE.days)
    closure = Closure(
        park_id=space.park_id,
        space_id=space.id,
        starts_at=span.start,
        ends_at=span.end,
        reason=reason.strip(),
        created_by_id=by.member_id,
        created_at=now,
    )
    session.add(closure)
    ahead = Span(max(span.start, now), span.end)
    if put_back is not None:
        held = holds.holds_over(session, space, ahead)
        holds.put_back(session, held, letter=put_back, by=by, now=now)
    try:
        claim(session, space, ahead, closure)
    except no.Taken as taken:
        raise no.ClosureConflicts(_conflicts(session, space, ahead)) from taken
    _record(session, closure, by, now)
    return closure


def _record(session: Session, closure: Closure, by: Actor, now: datetime) -> None:
    after = {
        "space_id": closure.space_id,
        "starts_at": closure.starts_at.isoformat(),
        "ends_at": closure.ends_at.isoformat(),
    }
    record(
        session,
        Action.CLOSURE_ADDED,
        "closure",
        closure.id,
        by=by,
        now=now,
        after=after,
        reason=closure.reason,
    )


def _conflicts(session: Session, space: Space, span: Span) -> tuple[no.Conflict, ...]:
    rows = claims_between(session, space, span)
    return tuple(dict.fromkeys(no.Conflict(row.reservation_id, row.starts_at, row.ends_at) for row in rows))


def lift_closure(session: Session, closure_id: int, *, by: Actor, now: datetime) -> Closure:
    """End a closure before its time; raises LiftedBefore the second time."""
    closure = session.get_one(Closure, closure_id, with_for_update=True, populate_existing=True)
    if closure.lifted_at is not None:
        raise no.LiftedBefore(closure.lifted_at)
    closure.lifted_at = now
    release(session, closure, now=now)
    record(
        session,
        Action.CLOSURE_LIFTED,
        "closure",
        closure.id,
        by=by,
        now=now,
        after={"lifted_at": now.isoformat()},
    )
    return closure
