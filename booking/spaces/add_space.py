"""Add a space to a park."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.facts import SpaceFacts, choose_parts, trail, write_facts
from booking.spaces.models import Space
from booking.spaces.rules import CodeTaken


def add_space(
    session: Session, park_id: int, facts: SpaceFacts, *, scan_code: str, by: Actor, now: datetime
) -> Space:
    """Put a new space at the end of the list; `scan_code` is the secret of its label.

    Raises CodeTaken, and PartCannotBe or OnePartIsNoCombination for a combined one.
    """
    refuse_taken_code(session, park_id, facts.code, but=None)
    parts = choose_parts(session, park_id, facts, None)
    space = Space(park_id=park_id, kind=facts.kind, scan_code=scan_code, position=_last(session, park_id) + 1)
    write_facts(space, facts, parts)
    session.add(space)
    keep_code(session, facts.code)
    record(session, "space.added", "space", space.id, by=by, now=now, after=trail(facts))
    return space


def refuse_taken_code(session: Session, park_id: int, code: str, *, but: int | None) -> None:
    """Raise CodeTaken where another space of the park than `but` has the code."""
    holder = session.scalar(select(Space.id).where(Space.park_id == park_id, Space.code == code))
    if holder is not None and holder != but:
        raise CodeTaken(code)


def keep_code(session: Session, code: str) -> None:
    """Flush; the database judges who was first where two write one code at once."""
    try:
        session.flush()
    except IntegrityError as error:
        if "code" not in str(error.orig):
            raise
        raise CodeTaken(code) from error


def _last(session: Session, park_id: int) -> int:
    return session.scalar(select(func.max(Space.position)).where(Space.park_id == park_id)) or 0
