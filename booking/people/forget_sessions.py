"""Forget ended sessions whose cookies are too old to be read anyway."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from booking.people.models import EndedSession


def sessions_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Name the newest that is past its cookie's life, if any: with it go all that are."""
    found = session.scalar(select(func.max(EndedSession.id)).where(EndedSession.cookie_until < now))
    return [] if found is None else [found]


def forget_sessions(session: Session, newest_id: int, now: datetime) -> bool:
    """Delete what is past its cookie's life up to that one."""
    past = delete(EndedSession).where(EndedSession.id <= newest_id, EndedSession.cookie_until < now)
    session.execute(past)
    return True
