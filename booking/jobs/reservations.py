"""The jobs of booking letters: write to whoever booked of what others did to it, and remind them of it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from booking.jobs.job import Job
from booking.letters import reservations as letters
from booking.notifications.queries import due_ends, due_missed, due_starts
from booking.notifications.remind import remind
from booking.notifications.rules import Occasion
from booking.reservations.tell_changes import tell_changes, to_tell


def _tell(session: Session, member_id: int, now: datetime) -> bool:
    return tell_changes(session, member_id, letter=letters.changed, now=now)


TELL_CHANGES = Job("tell-changes", 15, to_tell, _tell)


def _remind(occasion: Occasion) -> Callable[[Session, int, datetime], bool]:
    def do(session: Session, subject_id: int, now: datetime) -> bool:
        return remind(session, occasion, subject_id, letter=letters.reminder, now=now)

    return do


HALF_A_MINUTE = 30
REMIND_STARTS = Job("remind-starts", HALF_A_MINUTE, due_starts, _remind(Occasion.START))
REMIND_ENDS = Job("remind-ends", HALF_A_MINUTE, due_ends, _remind(Occasion.END))
REMIND_MISSED = Job("remind-missed", HALF_A_MINUTE, due_missed, _remind(Occasion.MISSED))
