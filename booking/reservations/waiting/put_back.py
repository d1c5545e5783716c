"""Put a hold back: its space is closed or goes out of use, through no fault of whom it was held for."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.mail.outbox import LetterText, NewLetter, write_letters
from booking.reservations import claim
from booking.reservations.models import Occupancy
from booking.reservations.queries import parts_of_wholes
from booking.reservations.waiting.models import HELD, Wait, WaitState
from booking.reservations.waiting.offer import lock_around
from booking.reservations.waiting.settle import locked
from booking.spaces.models import Space
from booking.values.span import Span

PutBackLetter = Callable[[Wait, Space], LetterText]
"""Words the letter to whom a space was held for, and no longer is; it tells whether they still wait."""


def holds_over(session: Session, space: Space, span: Span) -> Sequence[int]:
    """Name the holds that stand in the way of who wants all of a space, for some time."""
    parts = parts_of_wholes(session, space.park_id).get(space.id) or [space.id]
    there = (Occupancy.space_id.in_(parts), Occupancy.wait_id.is_not(None))
    found = select(Occupancy.wait_id).where(*there, Occupancy.starts_at < span.end)
    return sorted(filter(None, set(session.scalars(found.where(Occupancy.ends_at > span.start)))))


def holds_on(session: Session, space_id: int) -> Sequence[int]:
    """Name all holds on a space."""
    held = select(Wait.id).where(HELD, Wait.offered_space_id == space_id)
    return session.scalars(held.order_by(Wait.id)).all()


def put_back(
    session: Session, wait_ids: Sequence[int], *, letter: PutBackLetter, ends: bool, by: Actor, now: datetime
) -> None:
    """Free what is held, and let who it was held for stand in line where they stood; safe twice.

    Who waits for that one space waits no more where it `ends` for good, as does a wish of a series: its own
    page offers it while it is free. What is freed is offered to nobody here, since the caller takes it.
    """
    waits = [wait for wait in (locked(session, one) for one in wait_ids) if wait.state is WaitState.OFFERED]
    if not waits:
        return
    lock_around(session, waits[0].park_id, {wait.offered_space_id for wait in waits if wait.offered_space_id})
    letters = []
    for wait in waits:
        claim.release(session, wait)
        space = session.get_one(Space, wait.offered_space_id)
        key = f"wait-put-back:{wait.id}:{wait.offered_at:%Y%m%d%H%M%S}"
        if wait.wished_id is not None or (ends and wait.space_id == space.id):
            wait.state, wait.settled_at = WaitState.LAPSED, now
        else:
            wait.state, wait.told_at = WaitState.WAITING, None
            wait.offered_at = wait.held_until = wait.offered_space_id = wait.offered_space = None
        session.flush()
        record(session, Action.WAIT_PUT_BACK, "wait", wait.id, by=by, now=now, after={"space_id": space.id})
        letters.append(NewLetter(key, wait.member.mailbox, letter(wait, space)))
    write_letters(session, waits[0].park_id, letters, now=now)
