"""Close a space for a while: repairs, the park's own use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.audit.record import record
from booking.reservations.claim import claim
from booking.reservations.queries import claims_between
from booking.reservations.refusals import ClosureConflicts, Conflict, InThePast, ReasonMissing, Taken
from booking.spaces.models import Closure

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
    from booking.spaces.models import Space
    from booking.values.span import Span


def close_space(
    session: Session, space: Space, span: Span, reason: str, *, by: Actor, now: datetime
) -> Closure:
    """Claim the space for nobody; who holds it then must be moved first.

    Raises ClosureConflicts with what stands in the way, InThePast, or ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    if span.end <= now:
        raise InThePast(span.end, now, field="ends")
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
    try:
        claim(session, space, span, closure)
    except Taken as taken:
        raise ClosureConflicts(_conflicts(session, space, span)) from taken
    after = {"space_id": space.id, "starts_at": span.start.isoformat(), "ends_at": span.end.isoformat()}
    record(session, "closed", "closure", closure.id, by=by, now=now, after=after, reason=reason.strip())
    return closure


def _conflicts(session: Session, space: Space, span: Span) -> tuple[Conflict, ...]:
    rows = claims_between(session, space, span)
    return tuple(dict.fromkeys(Conflict(row.reservation_id, row.starts_at, row.ends_at) for row in rows))
