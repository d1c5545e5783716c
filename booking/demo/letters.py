"""Carries the demo's invented letters in their own time, so that none is late when the demo opens."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking.jobs.envelope import envelope
from booking.jobs.letters import TOKEN_BYTES
from booking.mail.lease_letter import lease_letter
from booking.mail.models import Letter
from booking.mail.queries import due_letters
from booking.mail.settle_letter import settle_letter
from booking.mail.transport import Transport

MANY = 10_000  # a minute
ON_THE_WAY = timedelta(seconds=15)


def carry_letters(session: Session, transport: Transport, until: datetime) -> None:
    """Deliver what was due by then, each a few seconds after it was."""
    for letter_id in due_letters(session, until, MANY):
        when = session.get_one(Letter, letter_id).due_at + ON_THE_WAY
        letter = lease_letter(session, letter_id, per_minute=MANY, now=when)
        if letter is not None:
            transport.deliver(envelope(session, letter, secrets.token_urlsafe(TOKEN_BYTES), now=when))
            settle_letter(session, letter_id, None, now=when)
