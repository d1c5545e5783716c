"""Remind who has a place, a day before."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.activities.models import Activity, ActivityState, SignUp
from booking.activities.rules import REMINDED_BEFORE
from booking.activities.seats import by_address, lock_activity
from booking.mail.outbox import LetterText, NewLetter, write_letters

Reminder = Callable[[Activity, SignUp], LetterText]
"""Words the letter to who has a place."""


def remind_attendees(session: Session, activity_id: int, *, letter: Reminder, now: datetime) -> bool:
    """Write to who has a place and an address, each address once; who signs up later knows anyway."""
    activity = lock_activity(session, activity_id)
    due = activity.starts_at - REMINDED_BEFORE <= now < activity.starts_at
    if activity.state is not ActivityState.PUBLISHED or activity.reminded_at is not None or not due:
        return False
    activity.reminded_at = now
    seated = select(SignUp).where(
        SignUp.activity_id == activity.id, SignUp.seat.is_not(None), SignUp.email.is_not(None)
    )
    seated = seated.options(joinedload(SignUp.member))  # they are written to in their language
    letters = [
        NewLetter(f"activity-reminder:{activity.id}:{to}"[:200], to, letter(activity, one))
        for to, one in by_address(session.scalars(seated.order_by(SignUp.id))).items()
    ]
    write_letters(session, activity.park_id, letters, now=now)
    session.flush()
    return True
