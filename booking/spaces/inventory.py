"""The spaces of a park: add, edit, retire, bring back, renew the code on the door."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.facts import (
    SpaceFacts,
    audited_facts,
    choose_parts,
    codes_of_wholes,
    facts_of,
    write_facts,
)
from booking.spaces.models import Space
from booking.spaces.rules import CodeTaken, PartOfCombined, PartsRetired, PartsStillBooked, SpaceStillBooked


class Upcoming(Protocol):
    """Counts what holds a space, or a combined space it is part of, now or later."""

    def __call__(self, session: Session, space_id: int, *, now: datetime) -> int:
        """Count reservations booked, asked for or in use, and stays not ended; closures do not count."""
        ...


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
    record(session, Action.SPACE_ADDED, "space", space.id, by=by, now=now, after=audited_facts(facts))
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
        session,
        Action.SPACE_EDITED,
        "space",
        space.id,
        by=by,
        now=now,
        before=audited_facts(before),
        after=audited_facts(after),
    )
    return True


def retire_space(session: Session, space: Space, *, upcoming: Upcoming, by: Actor, now: datetime) -> None:
    """Retire it, once; raises SpaceStillBooked or PartOfCombined."""
    session.refresh(space, with_for_update=True)  # who claims it just now comes before, or is refused
    if space.retired_at is not None:
        return
    if wholes := codes_of_wholes(session, space.id, in_use=True):
        raise PartOfCombined(wholes)
    if count := upcoming(session, space.id, now=now):
        raise SpaceStillBooked(space.id, count)
    space.retired_at = now
    session.flush()
    record(session, Action.SPACE_RETIRED, "space", space.id, by=by, now=now, after={"code": space.code})


def bring_back_space(session: Session, space: Space, *, by: Actor, now: datetime) -> None:
    """Undo a retirement, once; raises PartsRetired."""
    if space.retired_at is None:
        return
    if gone := tuple(sorted(part.code for part in space.parts if part.retired_at is not None)):
        raise PartsRetired(gone)
    before = {"retired_at": space.retired_at.isoformat()}
    space.retired_at = None
    session.flush()
    record(session, Action.SPACE_BROUGHT_BACK, "space", space.id, by=by, now=now, before=before)


def renew_scan_code(session: Session, space: Space, scan_code: str, *, by: Actor, now: datetime) -> None:
    """Replace the code; neither secret is written into the trail."""
    space.scan_code = scan_code
    session.flush()
    record(session, Action.SPACE_SCAN_CODE_RENEWED, "space", space.id, by=by, now=now)
