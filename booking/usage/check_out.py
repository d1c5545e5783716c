"""Check out, and the end of stays that nobody checked out of."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE
from booking.spaces.models import Kind, Space
from booking.usage.charger import Charger
from booking.usage.models import Ending, Stay
from booking.usage.queries import next_claim_after, open_stays_around
from booking.usage.rules import AlreadyOut, StillInUse, forgotten_end
from booking.usage.stays import finish


def check_out(session: Session, stay_id: int, *, charger: Charger, by: Actor, now: datetime) -> Stay:
    """End a stay now; before the reserved end this frees the rest, after it the overstay is billed.

    Who presses it long after leaving is not billed for that: a forgotten stay ends where it would have ended
    without them, and is marked to be reviewed. Raises AlreadyOut the second time.
    """
    stay = session.get_one(Stay, stay_id, with_for_update=NO_KEY_UPDATE, populate_existing=True)
    if stay.ended_at is not None:
        raise AlreadyOut(stay.ended_at)
    stay.ended_by_id = by.member_id
    if not end_if_forgotten(session, stay, charger=charger, now=now):
        finish(session, stay, now, Ending.CHECKED_OUT, charger=charger, now=now)
    record(session, Action.STAY_CHECKED_OUT, "stay", stay.id, by=by, now=now, after=ending_facts(stay))
    return stay


def end_forgotten(session: Session, stay_id: int, *, charger: Charger, now: datetime) -> bool:
    """End a stay whose check-out was forgotten, to be reviewed; tell whether it was. Safe twice."""
    stay = session.get_one(Stay, stay_id, with_for_update=NO_KEY_UPDATE, populate_existing=True)
    if stay.ended_at is not None or not end_if_forgotten(session, stay, charger=charger, now=now):
        return False
    by = Actor.system("end forgotten stays", stay.park_id)
    record(session, Action.STAY_ENDED_BY_SYSTEM, "stay", stay.id, by=by, now=now, after=ending_facts(stay))
    return True


def end_if_forgotten(session: Session, stay: Stay, *, charger: Charger, now: datetime) -> bool:
    """End an open stay, locked by the caller, where it was left and not where somebody noticed.

    A storage lease ends with its last day, and there is nothing to review.
    """
    ended_at = left_at(session, stay, now)
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
