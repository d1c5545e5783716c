"""The jobs of booking letters: what others did to one's booking, reminders, who is asked along."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from booking.jobs.job import Job
from booking.letters import guests as guest_letters
from booking.letters import reservations as letters
from booking.notifications.queries import due_ends, due_missed, due_starts
from booking.notifications.remind import remind
from booking.notifications.rules import Occasion
from booking.reservations.guests.tell_guests import (
    forget_guests,
    guests_to_forget,
    guests_to_tell,
    tell_guests,
)
from booking.reservations.tell_changes import tell_changes, to_tell


def _tell(session: Session, member_id: int, now: datetime) -> bool:
    return tell_changes(session, member_id, letter=letters.changed, now=now)


def _tell_guests(session: Session, reservation_id: int, now: datetime) -> bool:
    return tell_guests(session, reservation_id, letter=partial(guest_letters.told, now=now), now=now)


EVERY_QUARTER_MINUTE = 15
EVERY_DAY = 24 * 60 * 60
TELL_CHANGES = Job("tell-changes", EVERY_QUARTER_MINUTE, to_tell, _tell)
TELL_GUESTS = Job("tell-guests", EVERY_QUARTER_MINUTE, guests_to_tell, _tell_guests)
FORGET_GUESTS = Job("forget-guests", EVERY_DAY, guests_to_forget, forget_guests)


def _remind(occasion: Occasion) -> Callable[[Session, int, datetime], bool]:
    def do(session: Session, subject_id: int, now: datetime) -> bool:
        return remind(session, occasion, subject_id, letter=letters.reminder, now=now)

    return do


HALF_A_MINUTE = 30
REMIND_STARTS = Job("remind-starts", HALF_A_MINUTE, due_starts, _remind(Occasion.START))
REMIND_ENDS = Job("remind-ends", HALF_A_MINUTE, due_ends, _remind(Occasion.END))
REMIND_MISSED = Job("remind-missed", HALF_A_MINUTE, due_missed, _remind(Occasion.MISSED))
