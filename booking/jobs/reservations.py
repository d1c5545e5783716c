"""The job of booking letters: write to whoever a booking is for of what others did to it."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.jobs.job import Job
from booking.letters import reservations as letters
from booking.reservations.tell_changes import tell_changes, to_tell


def _tell(session: Session, member_id: int, now: datetime) -> bool:
    return tell_changes(session, member_id, letter=letters.changed, now=now)


TELL_CHANGES = Job("tell-changes", 15, to_tell, _tell)
