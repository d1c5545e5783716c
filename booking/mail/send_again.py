"""Put a letter that could not be delivered back into the post."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.mail.models import Letter
from booking.mail.rules import LetterNotFailed


def send_again(session: Session, letter: Letter, to: str, *, by: Actor, now: datetime) -> None:
    """Try it anew, to a corrected address where one is given; raises LetterNotFailed."""
    if letter.failed_at is None:
        raise LetterNotFailed(letter.to)
    before = {"to": letter.to, "error": letter.last_error}
    letter.to, letter.failed_at, letter.due_at, letter.attempts = to, None, now, 0
    record(
        session,
        "letter.sent_again",
        "letter",
        letter.id,
        by=by,
        now=now,
        before=before,
        after={"to": to},
        park_id=letter.park_id,
    )
