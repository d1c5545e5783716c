"""Remove a written rule, so that the next wider one holds again."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.facts import trail
from booking.spaces.models import Kind
from booking.spaces.queries import opening_of
from booking.spaces.set_rule import find_rule


def drop_rule(
    session: Session, park_id: int, kind: Kind, space_id: int | None, *, by: Actor, now: datetime
) -> None:
    """Remove a space's own rule (its kind's holds again), or a kind's (the park's hours do); safe twice."""
    rule = find_rule(session, park_id, kind, space_id)
    if rule is None:
        return
    before = {"kind": kind.value, "space_id": space_id} | trail(opening_of(rule))
    record(session, "rule.dropped", "opening_rule", rule.id, by=by, now=now, before=before)
    session.delete(rule)
    session.flush()
