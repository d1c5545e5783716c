"""Forget wrong tries at signing in that no longer count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from booking.people.models import SignInAttempt
from booking.people.rules import TRIES_KEPT_FOR

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def attempts_to_forget(session: Session, now: datetime) -> Sequence[int]:
    """Name the newest try that is too old to count, if any: with it go all the older ones."""
    newest = select(func.max(SignInAttempt.id)).where(SignInAttempt.at < now - TRIES_KEPT_FOR)
    found = session.scalar(newest)
    return [] if found is None else [found]


def forget_attempts(session: Session, newest_id: int, now: datetime) -> bool:
    """Delete what is too old up to that try; e-mails and addresses of strangers are not kept longer."""
    old = delete(SignInAttempt).where(SignInAttempt.id <= newest_id, SignInAttempt.at < now - TRIES_KEPT_FOR)
    session.execute(old)
    return True
