"""The job of series: book what lay too far ahead on the first day on which it may be booked."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.charges.take_opened import opened, take_opened
from booking.jobs.job import Job


def _take(session: Session, wished_id: int, now: datetime) -> bool:
    return take_opened(session, wished_id, now=now)


EVERY_MINUTE = 60
BOOK_OPENED = Job("book-opened", EVERY_MINUTE, opened, _take)
