"""Check out, and the end of stays that nobody checked out of."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.reservations.models import Reservation
from booking.spaces.models import Kind, Space
from booking.usage.charger import Charger
from booking.usage.door.events import DeviceEvent, told_first
from booking.usage.door.models import DoorEventKind
from booking.usage.models import Ending, Stay
from booking.usage.queries import next_claim_after, open_stays_around
from booking.usage.rules import AlreadyOut, StillInUse, forgotten_end
from booking.usage.stays import finish


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
    (`event`) ends the stay when it happened; told twice, after the end, or of one who left before they came,
    it changes nothing.
    """
    stay = lock_row(session, Stay, stay_id)
    left = event.happened(now) if event else now
    if event is not None:
        first = told_first(session, event, DoorEventKind.CHECK_OUT, stay, now=now)
        if not first or stay.ended_at is not None or left < stay.started_at:
            return stay
    if stay.ended_at is not None:
        raise AlreadyOut(stay.ended_at)
    stay.ended_by_id = by.member_id
    if not end_if_forgotten(session, stay, charger=charger, now=now, left=left):
        finish(session, stay, left, Ending.CHECKED_OUT, charger=charger, now=now)
    record(session, Action.STAY_CHECKED_OUT, "stay", stay.id, by=by, now=now, after=ending_facts(stay))
    return stay


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
    stay = lock_row(session, Stay, stay_id)
    if stay.ended_at is not None or not end_if_forgotten(session, stay, charger=charger, now=now):
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
    """Tell where an open stay ended by itself; None while it may go on."""
    if now < stay.planned_end:
        return None
    if stay.space_kind is Kind.STORAGE:
        return stay.planned_end
    return forgotten_end(stay.planned_end, now, next_claim=next_claim_after(session, stay, stay.started_at))


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
            raise StillInUse(stay.space.name)
