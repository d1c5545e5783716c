"""Take a letter to the mail: for a few minutes nobody else does."""

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from booking.mail.models import Letter
from booking.mail.queries import is_due, tried_lately
from booking.mail.rules import LEASE


def lease_letter(session: Session, letter_id: int, *, per_minute: int, now: datetime) -> Letter | None:
    """Give the letter if it is still due, nobody has it, and the minute's limit allows one more.

    A lease that runs out (its worker died) is given again: a letter goes out at least once, and a
    repeated one bears the same Message-ID.
    """
    if session.get_bind().dialect.name == "postgresql":
        # The limit is counted by one worker at a time; the lock ends with this short transaction.
        session.execute(text("SELECT pg_advisory_xact_lock(73)"))
    if _tried(session, now) >= per_minute:
        return None
    letter = session.scalar(
        select(Letter).where(Letter.id == letter_id, is_due(now)).with_for_update(skip_locked=True)
    )
    if letter is None:
        return None
    letter.leased_until = now + LEASE
    letter.tried_at = now
    letter.attempts += 1
    return letter


def _tried(session: Session, now: datetime) -> int:
    count = select(func.count()).select_from(Letter).where(tried_lately(now))
    return session.scalar(count) or 0
