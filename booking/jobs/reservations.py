"""The jobs of booking letters: what others did to one's booking, reminders, who is asked along."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from booking.jobs.job import Job
from booking.letters import guests as guest_letters
from booking.letters import reservations as letters
from booking.letters import robots
from booking.notifications.queries import due_ends, due_missed, due_starts
from booking.notifications.remind import remind
from booking.notifications.robots import robots_due, tell_day, tell_group
from booking.notifications.rules import Occasion
from booking.parks.queries import all_parks
from booking.people.models import Member
from booking.reservations.approval.agree import managers_to_tell, tell_managers
from booking.reservations.approval.remind_answers import parks_that_owe, remind_answers
from booking.reservations.guests.tell_guests import (
    forget_guests,
    guests_to_forget,
    guests_to_tell,
    tell_guests,
)
from booking.reservations.tell_changes import ToldChange, members_to_tell, tell_changes


def _tell(session: Session, member_id: int, now: datetime) -> bool:
    def tell_robots(session: Session, member: Member, told: Sequence[ToldChange]) -> None:
        tell_group(session, member, told, letter=robots.act_of_others, now=now)

    return tell_changes(session, member_id, letter=letters.changed, others=tell_robots, now=now)


def _tell_managers(session: Session, enterprise_id: int, now: datetime) -> bool:
    return tell_managers(session, enterprise_id, letter=letters.asked_of_manager, now=now)


def _robots_due(session: Session, now: datetime) -> list[int]:
    return robots_due(session, all_parks(session), now)


def _tell_day(session: Session, robot_id: int, now: datetime) -> bool:
    return tell_day(session, robot_id, letter=robots.bookings_of_day, now=now)


TELL_DAY = Job("tell-day", 60, _robots_due, _tell_day)


def _tell_guests(session: Session, reservation_id: int, now: datetime) -> bool:
    return tell_guests(session, reservation_id, letter=partial(guest_letters.told, now=now), now=now)


def _remind_answers(session: Session, park_id: int, now: datetime) -> bool:
    return remind_answers(session, park_id, due=letters.answers_due, late=letters.answer_late, now=now)


EVERY_MINUTE = 60
REMIND_ANSWERS = Job("remind-answers", EVERY_MINUTE, parks_that_owe, _remind_answers)
EVERY_QUARTER_MINUTE = 15
EVERY_DAY = 24 * 60 * 60
TELL_CHANGES = Job("tell-changes", EVERY_QUARTER_MINUTE, members_to_tell, _tell)
TELL_MANAGERS = Job("tell-managers", EVERY_QUARTER_MINUTE, managers_to_tell, _tell_managers)
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
