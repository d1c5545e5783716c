"""Call an activity off: its hall is free at once, and everybody who heard of it hears so, once."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.activities.invited import invitation_key, managers_invited
from booking.activities.models import Activity, ActivityState, SignUp
from booking.activities.rules import ActivityOver, HeldByActivity
from booking.activities.seats import by_address, lock_activity
from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.mail.outbox import LetterText, NewLetter, take_back_letters, write_letters
from booking.people.models import Member
from booking.reservations.closures import lift_closure
from booking.values.refusal import ReasonMissing

CalledOff = Callable[[Activity, Member | SignUp], LetterText]
"""Words the letter to a manager who was invited, or to who signed up."""


def call_off(
    session: Session, activity_id: int, reason: str, *, letter: CalledOff, by: Actor, now: datetime
) -> Activity:
    """Give the hall back and tell everybody; called off before, it changes nothing and writes no letter.

    A draft that nobody heard of needs no reason and no letter. Raises ReasonMissing, or ActivityOver once it
    has begun.
    """
    activity = lock_activity(session, activity_id)
    if activity.state is ActivityState.CALLED_OFF:
        return activity
    if activity.starts_at <= now and activity.state is ActivityState.PUBLISHED:
        raise ActivityOver(ended=activity.ends_at <= now)
    known = activity.state is ActivityState.PUBLISHED
    if known and not reason.strip():
        raise ReasonMissing
    activity.state, activity.called_off_at = ActivityState.CALLED_OFF, now
    activity.called_off_reason, activity.changed_at = reason.strip(), now
    activity.revision += 1
    session.flush()
    if activity.closure.lifted_at is None:
        lift_closure(session, activity.closure_id, by=by, now=now)
    if known:
        _tell(session, activity, letter, now)
    after = {"title": activity.title}
    record(
        session,
        Action.ACTIVITY_CALLED_OFF,
        "activity",
        activity.id,
        by=by,
        now=now,
        after=after,
        reason=reason,
    )
    return activity


def check_not_an_activity(session: Session, closure_id: int) -> None:
    """Raise HeldByActivity where lifting a closure would take an activity's hall from it."""
    held = (Activity.closure_id == closure_id, Activity.state != ActivityState.CALLED_OFF)
    title = session.scalar(select(Activity.title).where(*held))
    if title is not None:
        raise HeldByActivity(title)


def _tell(session: Session, activity: Activity, letter: CalledOff, now: datetime) -> None:
    """Write to each address once: who signed up, and who was invited; no invitation goes out after that."""
    signed_up = select(SignUp).where(
        SignUp.activity_id == activity.id, SignUp.left_at.is_(None), SignUp.email.is_not(None)
    )
    invited = managers_invited(session, activity)
    take_back_letters(session, [invitation_key(activity.id, member.id) for member in invited], now=now)
    readers: dict[str, Member | SignUp] = {member.mailbox: member for member in invited}
    readers |= by_address(session.scalars(signed_up.order_by(SignUp.id)))
    letters = [
        NewLetter(f"activity-off:{activity.id}:{to}"[:200], to, letter(activity, reader))
        for to, reader in readers.items()
    ]
    write_letters(session, activity.park_id, letters, now=now)
