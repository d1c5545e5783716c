"""The jobs of who waits: holds end, what came free is offered and told, opened days are booked."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.charges.take_opened import opened, take_opened
from booking.jobs.job import Job
from booking.letters import waiting as letters
from booking.reservations.waiting.expire_wait import expire_wait, waits_to_expire
from booking.reservations.waiting.find_free import find_free, still_waiting
from booking.reservations.waiting.tell_held import holders_to_tell, tell_held


def _expire_hold(session: Session, wait_id: int, now: datetime) -> bool:
    return expire_wait(session, wait_id, now=now)


def _find(session: Session, wait_id: int, now: datetime) -> bool:
    return find_free(session, wait_id, now=now)


def _tell(session: Session, member_id: int, now: datetime) -> bool:
    return tell_held(session, member_id, letter=letters.held, now=now)


EVERY_MINUTE = 60
EVERY_QUARTER_MINUTE = 15
EXPIRE_HOLDS = Job("lapse-holds", EVERY_MINUTE, waits_to_expire, _expire_hold)
FIND_FREE = Job("find-free", EVERY_MINUTE, still_waiting, _find)
TELL_HELD = Job("tell-held", EVERY_QUARTER_MINUTE, holders_to_tell, _tell)


def _take(session: Session, wished_id: int, now: datetime) -> bool:
    return take_opened(session, wished_id, now=now)


BOOK_OPENED = Job("book-opened", EVERY_MINUTE, opened, _take)
