"""Write down what became of a letter that was taken to the mail."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.mail.models import Letter
from booking.mail.rules import MOST_ATTEMPTS, pause_after
from booking.mail.transport import CarrierError, GivenUp

LONGEST_REASON = 500


def settle_letter(session: Session, letter_id: int, trouble: CarrierError | None, *, now: datetime) -> None:
    """Mark it sent; or plan the next try; or put it on the list a person looks at.

    On that list are letters refused for good, and those that found no open door in about two days.
    """
    letter = session.get_one(Letter, letter_id)
    letter.leased_until = None
    if letter.sent_at is not None:
        return
    if trouble is None:
        letter.sent_at, letter.last_error = now, None
        return
    letter.last_error = trouble.reason[:LONGEST_REASON]
    if isinstance(trouble, GivenUp) or letter.attempts >= MOST_ATTEMPTS:
        letter.failed_at = now
    else:
        letter.due_at = now + pause_after(letter.attempts)
