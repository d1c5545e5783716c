"""Take a check-out back, as long as it is fresh and nobody else has been given the time."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import lock_row
from booking.reservations.models import ReservationState
from booking.reservations.refusals import Taken
from booking.usage.charger import Charger
from booking.usage.models import Ending, Stay, StayCorrection
from booking.usage.rules import (
    OVERSTAY_STEP,
    FreedTimeGone,
    NothingToUndo,
    NotYourCheckOut,
    UndoOver,
    may_be_undone_until,
)
from booking.usage.stays import hold_until

CHECK_OUT_UNDONE = "撤销签退"
"""Why, as the versions of a stay keep it; the words are the reader's language's."""


def undo_check_out(session: Session, stay_id: int, *, charger: Charger, by: Actor, now: datetime) -> Stay:
    """Let a stay go on as if nobody had checked out, within two minutes and while its place is free.

    Only who checked out may, or the park's front desk. The end that was is kept beside, and its lines are
    withdrawn, not deleted. A stay that goes on is left as it is: pressed twice, it is done once. Raises
    NothingToUndo, NotYourCheckOut, UndoOver, FreedTimeGone, or the charger's refusal where a month is closed.
    """
    stay = lock_row(session, Stay, stay_id)
    if stay.ended_at is None:
        return stay
    _check(stay, by, now)
    ended_at = stay.ended_at
    _hold_again(session, stay, now)
    charger.may_correct(session, stay)
    stay.corrections.append(_end_that_was(stay, by, now))
    stay.ended_at = stay.ending = stay.ended_by_id = stay.measured_to = None
    stay.version += 1
    if stay.reservation is not None:
        stay.reservation.state = ReservationState.IN_USE
        stay.reservation.version += 1
    session.flush()
    charger.undone(session, stay, by=by, now=now)
    before = {"ended_at": ended_at.isoformat()}
    record(session, Action.STAY_CHECK_OUT_UNDONE, "stay", stay.id, by=by, now=now, before=before)
    return stay


def _check(stay: Stay, by: Actor, now: datetime) -> None:
    corrected = any(one.new_ended_at is not None for one in stay.corrections)
    if stay.ended_at is None or stay.ending is not Ending.CHECKED_OUT or corrected:
        raise NothingToUndo(stay.id)
    front_desk = by.enterprise_id is None and by.park_id == stay.park_id
    if not front_desk and by.member_id != (stay.ended_by_id or stay.member_id):
        raise NotYourCheckOut(stay.id)
    until = may_be_undone_until(stay.ended_at)
    if now > until:
        raise UndoOver(until)


def _hold_again(session: Session, stay: Stay, now: datetime) -> None:
    """Claim what was held: up to the planned end; after it a quarter of an hour, where that is free."""
    for end in [stay.planned_end] if now < stay.planned_end else [now + OVERSTAY_STEP, now]:
        with suppress(Taken):
            hold_until(session, stay, end)
            return
    raise FreedTimeGone(stay.space.name)


def _end_that_was(stay: Stay, by: Actor, now: datetime) -> StayCorrection:
    return StayCorrection(
        at=now,
        actor_id=by.member_id,
        actor_name=by.name,
        reason=CHECK_OUT_UNDONE,
        old_started_at=stay.started_at,
        old_ended_at=stay.ended_at,
        new_started_at=stay.started_at,
        new_ended_at=None,
    )
