"""Change what is said about a space."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.add_space import keep_code, refuse_taken_code
from booking.spaces.facts import SpaceFacts, choose_parts, facts_of, trail, write_facts
from booking.spaces.models import Space
from booking.spaces.rules import PartsStillBooked
from booking.spaces.upcoming import Upcoming


def edit_space(
    session: Session, space: Space, facts: SpaceFacts, *, upcoming: Upcoming, by: Actor, now: datetime
) -> bool:
    """Write the facts and tell whether anything changed; the same facts again change nothing.

    The kind stays what it was: charges and claims were made for it. Raises CodeTaken, PartCannotBe,
    PartCannotCombine, OnePartIsNoCombination, and PartsStillBooked where parts would change under claims.
    """
    before = facts_of(space)
    refuse_taken_code(session, space.park_id, facts.code, but=space.id)
    parts = choose_parts(session, space.park_id, facts, space)
    if set(parts) != set(space.parts) and (count := upcoming(session, space.id, now=now)):
        raise PartsStillBooked(space.id, count)
    write_facts(space, facts, parts)
    after = facts_of(space)
    if after == before:
        return False
    keep_code(session, facts.code)
    record(
        session, "space.edited", "space", space.id, by=by, now=now, before=trail(before), after=trail(after)
    )
    return True
