"""Tries as they are counted: one at a time under a name, each a row, forgotten where it was right."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, text
from sqlalchemy.orm import Session

from booking.people.models import SignInAttempt
from booking.people.rules import TRIES_WITHIN, TooManyTries


def one_at_a_time(session: Session, name: str) -> None:
    """Let nobody else count under this name until the transaction ends."""
    # SQLite's BEGIN IMMEDIATE lets one writer in at a time already.
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(71, hashtext(:name))")
        session.execute(lock, {"name": name})


def tries_of(session: Session, *whose: ColumnElement[bool], now: datetime) -> list[datetime]:
    """Give when the tries that still count were made, the latest first."""
    recent = select(SignInAttempt.at).where(*whose, SignInAttempt.at > now - TRIES_WITHIN)
    return list(session.scalars(recent.order_by(SignInAttempt.at.desc())))


def count_it(session: Session, attempt: SignInAttempt, wait: timedelta) -> int:
    """Keep the try and give its id; raises TooManyTries, and keeps nothing, where it has to wait."""
    if wait:
        raise TooManyTries(-int(-wait.total_seconds() // 1))
    session.add(attempt)
    session.flush()
    return attempt.id


def forget_try(session: Session, try_id: int) -> None:
    """Take a try back that was right: only wrong ones count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == try_id))
