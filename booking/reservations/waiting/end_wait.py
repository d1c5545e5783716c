"""How a wait ends: given up, run out, or taken (`take_hold`).

Or its space is closed or goes out of use, through no fault of theirs. A wait is locked and settled once, and
what was held for it goes to the next in line.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.mail.outbox import LetterText, NewLetter, write_letter, write_letters
from booking.people.models import Member
from booking.reservations import claim
from booking.reservations.history import OTHERS_DID
from booking.reservations.models import Occupancy, Reservation
from booking.reservations.queries import parts_of_wholes
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.waiting.begun import last_let_go
from booking.reservations.waiting.give_back import lock_around, release
from booking.reservations.waiting.models import HELD, IN_LINE, OPEN_WAIT, Wait, WaitState
from booking.reservations.waiting.own_waits import HAS_INSTEAD, own_instead
from booking.reservations.waiting.rules import WaitTaken
from booking.spaces.models import Space
from booking.values import Span


def lock_wait(session: Session, wait_id: int) -> Wait:
    """Lock a wait: who takes what is held, gives it up or lets it run out does so one after the other."""
    return lock_row(session, Wait, wait_id)


def end_wait(
    session: Session, wait: Wait, state: WaitState, action: Action, *, by: Actor, now: datetime
) -> None:
    """Let a wait, locked by the caller, end; what was held for it is offered on."""
    held = wait.state is WaitState.OFFERED
    wait.state, wait.settled_at = state, now
    session.flush()
    record(session, action, "wait", wait.id, by=by, now=now, park_id=wait.park_id)
    if held:
        release(session, wait, now=now)


SettledLetter = Callable[[Wait, Actor], LetterText]
"""Words the letter to who waited: a colleague took what was held for them, or left the line for them."""


def withdraw(session: Session, wait_id: int, *, letter: SettledLetter, by: Actor, now: datetime) -> Wait:
    """Leave the line; what was held goes to the next. Safe twice. Raises WaitTaken.

    Who waited hears of it, where somebody else did it.
    """
    wait = lock_wait(session, wait_id)
    if wait.state is WaitState.TAKEN:
        raise WaitTaken
    if wait.state in OPEN_WAIT:
        end_wait(session, wait, WaitState.WITHDRAWN, Action.WAIT_WITHDRAWN, by=by, now=now)
        tell_who_waited(session, wait, letter, by, now)
    return wait


def tell_who_waited(session: Session, wait: Wait, letter: SettledLetter, by: Actor, now: datetime) -> None:
    """Write to who waited, where somebody else settled it."""
    member = session.get_one(Member, wait.member_id)
    if by.member_id != member.id and member.active:
        write_letter(
            session, wait.park_id, f"wait-settled:{wait.id}", member.email, letter(wait, by), now=now
        )


def lock_holds(session: Session, wished_ids: Collection[int]) -> Sequence[Wait]:
    """Lock what is held for wishes of a series, which the caller has locked."""
    held = select(Wait).where(Wait.wished_id.in_(wished_ids), HELD).order_by(Wait.id)
    held = held.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(held).all()


def give_up_holds(session: Session, holds: Iterable[Wait], *, by: Actor, now: datetime) -> None:
    """Give up what was held for wishes that are of another time or place now; they stand in line for that.

    Once: a hold that is over is left.
    """
    for wait in holds:
        wait.wished_id = None  # so that the wish may be offered what it is now
        end_wait(session, wait, WaitState.WITHDRAWN, Action.WAIT_WITHDRAWN, by=by, now=now)


def waits_to_expire(session: Session, now: datetime) -> Sequence[int]:
    """Name holds that ran out or whose series wants them no more, and waits whose time has begun.

    And those whose time somebody has by a booking of their own, made in whatever way. A wait of a time that
    has begun goes on while `expire_wait` finds that its time may still come free.
    """
    given_up = select(WishedOccurrence.id).where(
        WishedOccurrence.id == Wait.wished_id, WishedOccurrence.outcome.is_not(None)
    )
    over = select(Wait.id).where(HELD, or_(Wait.held_until <= now, given_up.exists()))
    begun = select(Wait.id).where(IN_LINE, Wait.starts_at <= now)
    has = select(Wait.id).where(IN_LINE, select(Reservation.id).where(*HAS_INSTEAD).exists())
    return sorted(session.scalars(over.union(begun, has)))


LapsedLetter = Callable[[Wait], LetterText]
"""Words the letter to who waited in vain, or let run out what was held for them."""


def expire_wait(session: Session, wait_id: int, *, letter: LapsedLetter | None = None, now: datetime) -> bool:
    """End it, and offer what was held to the next; tell whether it was due. Safe twice.

    Who waited hears of it by `letter`, but where their series wants it no more, or they have it themselves.
    """
    wait = lock_wait(session, wait_id)
    has = wait.state is WaitState.WAITING and own_instead(session, wait) is not None
    if wait.state not in OPEN_WAIT or not (has or _is_due(session, wait, now)):
        return False
    by = Actor.system("waiting list", wait.park_id)
    end_wait(session, wait, WaitState.LAPSED, Action.WAIT_LAPSED, by=by, now=now)
    if letter is not None and not has and wait.member.active and (wait.held_until or wait.starts_at) <= now:
        key = f"{OTHERS_DID}wait:{wait.id}"
        write_letter(session, wait.park_id, key, wait.member.email, letter(wait), now=now)
    return True


def _is_due(session: Session, wait: Wait, now: datetime) -> bool:
    if wait.state is WaitState.WAITING:
        return wait.starts_at <= now and last_let_go(session, wait, now) is None
    if wait.held_until is not None and wait.held_until <= now:
        return True
    wished = session.get(WishedOccurrence, wait.wished_id) if wait.wished_id else None
    return wished is not None and wished.outcome is not None


class LostWait(NamedTuple):
    """A wait whose space was held or waited for, and can be had no more."""

    wait: Wait
    space: Space
    since: datetime  # held, or in line
    was_held: bool

    @property
    def still_waits(self) -> bool:
        """Tell whether it stands in line again."""
        return self.wait.state is WaitState.WAITING


PutBackLetter = Callable[[Member, Sequence[LostWait]], LetterText]
"""Words the letter to whom spaces were held for, or who waited for them; it tells whether they still wait."""


def holds_over(session: Session, space: Space, span: Span) -> Sequence[int]:
    """Name the holds that stand in the way of who wants all of a space, for some time."""
    parts = parts_of_wholes(session, space.park_id).get(space.id) or [space.id]
    there = (Occupancy.space_id.in_(parts), Occupancy.wait_id.is_not(None))
    found = select(Occupancy.wait_id).where(*there, Occupancy.starts_at < span.end)
    return sorted(filter(None, set(session.scalars(found.where(Occupancy.ends_at > span.start)))))


def put_back(
    session: Session, wait_ids: Sequence[int], *, letter: PutBackLetter, by: Actor, now: datetime
) -> None:
    """Free what is held, and let who it was held for stand in line where they stood; safe twice.

    A wish of a series ends: its own page offers it while it is free. What is freed is offered to nobody here,
    since the caller takes it.
    """
    _tell(session, _free(session, wait_ids, None, by, now), letter, now)


def end_line(session: Session, space: Space, *, letter: PutBackLetter, by: Actor, now: datetime) -> None:
    """Let nobody have or await a space that goes out of use; safe twice, since who waits no more is left.

    What is held of it is put back, and who waits for that one space, first in line or not, waits no more.
    """
    held = select(Wait.id).where(HELD, Wait.offered_space_id == space.id).order_by(Wait.id)
    lost = _free(session, session.scalars(held).all(), space, by, now)
    lock_around(session, space.park_id, [space.id])  # before who waits, as whoever frees something does
    waiting = select(Wait).where(IN_LINE, Wait.space_id == space.id, Wait.ends_at > now).order_by(Wait.id)
    waiting = waiting.with_for_update(key_share=True).execution_options(populate_existing=True)
    for wait in session.scalars(waiting).all():
        wait.state, wait.settled_at = WaitState.LAPSED, now
        session.flush()
        _record(session, Action.WAIT_ENDED, wait, space, by, now)
        lost.append(LostWait(wait, space, wait.created_at, was_held=False))
    _tell(session, lost, letter, now)


def _free(
    session: Session, wait_ids: Sequence[int], retired: Space | None, by: Actor, now: datetime
) -> list[LostWait]:
    """Free these holds; who waits for the `retired` one alone, or for a wish of a series, waits no more."""
    waits = [
        wait for wait in (lock_wait(session, one) for one in wait_ids) if wait.state is WaitState.OFFERED
    ]
    if not waits:
        return []
    lock_around(session, waits[0].park_id, {wait.offered_space_id for wait in waits if wait.offered_space_id})
    lost = []
    for wait in waits:
        claim.release(session, wait)
        space = session.get_one(Space, wait.offered_space_id)
        lost.append(LostWait(wait, space, wait.offered_at or now, was_held=True))
        if wait.wished_id is not None or (retired is not None and wait.space_id == retired.id):
            wait.state, wait.settled_at = WaitState.LAPSED, now
        else:
            wait.state, wait.told_at = WaitState.WAITING, None
            wait.offered_at = wait.held_until = wait.offered_space_id = wait.offered_space = None
        session.flush()
        _record(session, Action.WAIT_PUT_BACK, wait, space, by, now)
    return lost


def _record(session: Session, action: Action, wait: Wait, space: Space, by: Actor, now: datetime) -> None:
    record(session, action, "wait", wait.id, by=by, now=now, after={"space_id": space.id})


def _tell(session: Session, lost: Sequence[LostWait], letter: PutBackLetter, now: datetime) -> None:
    """Write to each once, however much of theirs one act took."""
    of: dict[int, list[LostWait]] = {}
    for one in sorted(lost, key=lambda one: (one.wait.starts_at, one.wait.id)):
        of.setdefault(one.wait.member_id, []).append(one)
    letters = []
    for theirs in of.values():
        first, member = theirs[0], theirs[0].wait.member
        key = f"wait-put-back:{first.wait.id}:{first.since:%Y%m%d%H%M%S}"
        letters.append(NewLetter(key, member.mailbox, letter(member, theirs)))
    if letters:
        write_letters(session, lost[0].space.park_id, letters, now=now)
