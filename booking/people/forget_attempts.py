"""Forget wrong tries at signing in that no longer count; date anew what is dated after now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from booking.people.models import SignInAttempt
from booking.people.rules import TRIES_KEPT_FOR


def attempts_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Name the newest try that is too old to count or dated after now, if any: with it go the ones before."""
    due = or_(SignInAttempt.at < now - TRIES_KEPT_FOR, SignInAttempt.at > now)
    found = session.scalar(select(func.max(SignInAttempt.id)).where(due))
    return [] if found is None else [found]


def forget_attempts(session: Session, newest_id: int, now: datetime) -> bool:
    """Delete what is too old up to that try; e-mails and addresses of strangers are not kept longer.

    What is dated after now was tried before a clock was set back. It is as old as now from here on: a guesser
    gets no new tries by it, and an owner waits no longer than for any other.
    """
    up_to_it = SignInAttempt.id <= newest_id
    session.execute(delete(SignInAttempt).where(up_to_it, SignInAttempt.at < now - TRIES_KEPT_FOR))
    session.execute(update(SignInAttempt).where(up_to_it, SignInAttempt.at > now).values(at=now))
    return True
