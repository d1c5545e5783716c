"""Check out; and the end of stays that nobody checked out of.

Below is how every stay begins, holds its place and ends, whoever brings it about. What it costs is told by
the charger, a port behind which charges stand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.reservations.claim import change_claim
from booking.reservations.history import log_told_step
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.waiting.give_back import release, shorten
from booking.spaces.models import Kind, Space
from booking.usage import rules
from booking.usage.door.devices import DeviceEvent, told_first
from booking.usage.models import DoorEventKind, Ending, Stay, StayCorrection
from booking.usage.queries import next_claim_after, open_stays_around
from booking.values import Refusal, Span


class Charger(Protocol):
    """Puts a price on use, in the caller's transaction."""

    def ended(self, session: Session, stay: Stay, *, now: datetime) -> None:
        """Charge a stay that has just ended; harmless twice."""

    def not_used(self, session: Session, reservation: Reservation, *, now: datetime) -> None:
        """Charge what the tariff names for not turning up; harmless twice."""

    def used_after_all(self, session: Session, stay: Stay, *, by: Actor, now: datetime) -> None:
        """Withdraw what not turning up cost; refuse where its month or the stay's is closed; safe twice."""

    def may_correct(self, session: Session, stay: Stay, ended_at: datetime | None = None) -> None:
        """Refuse where a month that the stay touches is closed, or one of the end that is taken back."""

    def undone(self, session: Session, stay: Stay, *, by: Actor, now: datetime) -> None:
        """Withdraw the lines of a stay that goes on again; harmless twice."""

    def corrected(self, session: Session, stay: Stay, *, by: Actor, now: datetime) -> None:
        """Supersede the lines of the stay's former figures and charge the new ones."""


def check_out(
    session: Session,
    stay_id: int,
    *,
    charger: Charger,
    by: Actor,
    now: datetime,
    event: DeviceEvent | None = None,
) -> Stay:
    """End a stay now; before the reserved end this frees the rest, after it the overstay is billed.

    Who presses it long after leaving is not billed for that: a forgotten stay ends where it would have ended
    without them, and is marked to be reviewed. Raises AlreadyOut the second time. What a device tells
    (`event`) ends the stay when it happened; told twice, after the end, of one who left before they came, or
    from before a check-out was taken back, it changes nothing.
    """
    stay = lock_stay(session, stay_id)
    left = event.happened(now) if event else now
    if event is not None:
        first = told_first(session, event, DoorEventKind.CHECK_OUT, stay, now=now)
        if not first or stay.ended_at is not None or not _left_for_good(stay, left):
            return stay
    if stay.ended_at is not None:
        raise rules.AlreadyOut(stay.ended_at)
    stay.ended_by_id = by.member_id
    if not end_if_forgotten(session, stay, charger=charger, now=now, left=left):
        finish(session, stay, left, Ending.CHECKED_OUT, charger=charger, now=now)
    record(session, Action.STAY_CHECKED_OUT, "stay", stay.id, by=by, now=now, after=ending_facts(stay))
    tell_if_for_them(session, stay, Action.STAY_CHECKED_OUT, by, now)
    return stay


def _left_for_good(stay: Stay, left: datetime) -> bool:
    """Tell whether a leaving that was seen came after they did, and after all that was taken back."""
    return left >= stay.started_at and all(left > one.at for one in _undone(stay))


def _undone(stay: Stay) -> list[StayCorrection]:
    """Give what is kept of the check-outs that were taken back."""
    return [one for one in stay.corrections if one.new_ended_at is None]


def lock_stay(session: Session, stay_id: int) -> Stay:
    """Lock a stay and then its reservation, as everybody does in this order; gives both as they are now.

    Who ends a stay or lets it go on says so of the reservation. Had they read it before the stay was locked,
    they might find there what they mean to write, and leave what somebody else wrote meanwhile.
    """
    stay = lock_row(session, Stay, stay_id)
    if stay.reservation_id is not None:
        lock_row(session, Reservation, stay.reservation_id)
    return stay


def tell_if_for_them(session: Session, stay: Stay, action: Action, by: Actor, now: datetime) -> None:
    """Let who booked hear of what the park's people did for them."""
    if stay.reservation is not None and by.member_id is not None and by.enterprise_id is None:
        log_told_step(session, stay.reservation, action, by=by, now=now)


def check_out_of(
    session: Session,
    reservation_id: int,
    *,
    charger: Charger,
    by: Actor,
    now: datetime,
    event: DeviceEvent,
) -> Stay | None:
    """Check out as a device tells that knows the reservation alone; None where nobody has come yet.

    That is kept: a check-in told later begins and ends the stay at once. Safe twice, as `check_out`.
    """
    there = select(Stay.id).where(Stay.reservation_id == reservation_id)
    if session.scalar(there) is None:
        with session.begin_nested() as looked:
            reservation = lock_row(session, Reservation, reservation_id)
            if session.scalar(there) is None:
                told_first(session, event, DoorEventKind.CHECK_OUT, reservation, now=now)
                return None
            looked.rollback()  # they came just now: whoever locks a stay waits for its reservation after it
    return check_out(session, session.scalars(there).one(), charger=charger, by=by, now=now, event=event)


def end_forgotten(session: Session, stay_id: int, *, charger: Charger, now: datetime) -> bool:
    """End a stay whose check-out was forgotten, to be reviewed; tell whether it was. Safe twice."""
    stay = lock_stay(session, stay_id)
    return stay.ended_at is None and end_by_itself(session, stay, charger=charger, now=now)


def end_by_itself(session: Session, stay: Stay, *, charger: Charger, now: datetime) -> bool:
    """End a stay, locked by the caller, where it was forgotten, and say so; tell whether it was."""
    if not end_if_forgotten(session, stay, charger=charger, now=now):
        return False
    by = Actor.system("end forgotten stays", stay.park_id)
    record(session, Action.STAY_ENDED_BY_SYSTEM, "stay", stay.id, by=by, now=now, after=ending_facts(stay))
    return True


def end_if_forgotten(
    session: Session, stay: Stay, *, charger: Charger, now: datetime, left: datetime | None = None
) -> bool:
    """End an open stay, locked by the caller, where it was left and not where somebody noticed.

    `left` is when somebody was seen leaving, where that is not now. A storage lease ends with its last day,
    and there is nothing to review.
    """
    ended_at = left_at(session, stay, left or now)
    if ended_at is None:
        return False
    lease = stay.space_kind is Kind.STORAGE
    stay.needs_review = not lease
    ending = Ending.LEASE_END if lease else Ending.FORGOTTEN
    finish(session, stay, ended_at, ending, charger=charger, now=now)
    return True


def left_at(session: Session, stay: Stay, now: datetime) -> datetime | None:
    """Tell where an open stay ended by itself; None while it may go on.

    They were there at a check-out that was taken back: it ended no earlier.
    """
    if now < stay.planned_end:
        return None
    if stay.space_kind is Kind.STORAGE:
        return stay.planned_end
    following = next_claim_after(session, stay, stay.started_at)
    ended_at = rules.forgotten_end(stay.planned_end, now, next_claim=following)
    if ended_at is None:
        return None
    there = (one.old_ended_at for one in _undone(stay))
    return max([ended_at, *(one for one in there if one is not None)])


def ending_facts(stay: Stay) -> dict[str, str]:
    """Give what the trail keeps of an end."""
    ending = stay.ending.value if stay.ending else ""
    return {"ended_at": stay.ended_at.isoformat() if stay.ended_at else "", "ending": ending}


def end_forgotten_stays_on(session: Session, space: Space, *, charger: Charger, now: datetime) -> None:
    """End forgotten stays on the space, on its parts and on what it is a part of, for whoever comes now.

    Raises StillInUse where one goes on. All are locked, in order, before the first is charged.
    """
    for stay in open_stays_around(session, space.id):
        if not end_forgotten(session, stay.id, charger=charger, now=now):
            raise rules.StillInUse(stay.space.name, stay.space.name_en)


def over_before_others(session: Session, stay: Stay, *, charger: Charger, now: datetime) -> datetime | None:
    """Tell where a stay told of late ended by itself, since others are there by now; None where nobody is.

    Ends forgotten ones as `end_forgotten_stays_on`; raises StillInUse where both would be there at once.
    """
    try:
        end_forgotten_stays_on(session, stay.space, charger=charger, now=now)
    except rules.StillInUse:
        if (ended_at := left_at(session, stay, now)) is None:
            raise
        return ended_at
    return None


UNIQUE_OPEN_STAY = ("uq_stay_one_open_per_space", "stay.space_id")  # what PostgreSQL and SQLite call it


@contextmanager
def the_only_open_stay(session: Session, refused: Refusal) -> Iterator[None]:
    """Begin a stay within, or let one go on; raises this where somebody else came in at the same moment."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        if not any(mark in str(error.orig) for mark in UNIQUE_OPEN_STAY):
            raise
        raise refused from error


def begin(session: Session, stay: Stay) -> None:
    """Insert the stay; raises StillInUse where somebody else came in at the same moment."""
    with the_only_open_stay(session, rules.StillInUse(stay.space.name, stay.space.name_en)):
        session.add(stay)


def holder(stay: Stay) -> Reservation | Stay:
    """Give the row in whose name the space is claimed."""
    return stay.reservation or stay


def hold_until(session: Session, stay: Stay, until: datetime) -> None:
    """Hold the space longer; raises Taken where it is not free."""
    change_claim(session, stay.space, Span(stay.started_at, until), holder(stay))


def free_after(session: Session, stay: Stay, instant: datetime, *, now: datetime) -> None:
    """Free the rest of what the stay holds at once; safe twice."""
    if instant <= stay.started_at:
        release(session, holder(stay), now=now)
    else:
        shorten(session, stay.space, instant, holder(stay), now=now)


def finish(
    session: Session, stay: Stay, ended_at: datetime, ending: Ending, *, charger: Charger, now: datetime
) -> None:
    """End the stay, locked with its reservation by the caller, free the rest of its place, charge.

    The reservation keeps its times: plan and fact are both kept.
    """
    stay.ended_at = max(ended_at, stay.started_at)
    stay.ending = ending
    stay.measured_to = None
    stay.version += 1
    if stay.reservation is not None:
        stay.reservation.state = ReservationState.DONE
        stay.reservation.version += 1
    free_after(session, stay, stay.ended_at, now=now)
    session.flush()
    charger.ended(session, stay, now=now)
