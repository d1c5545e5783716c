"""The jobs of bookings and of their use, and of activities.

Letters about what others did, reminders, who is asked along; holds that end, and what came free; leases that
begin, requests not answered, no-shows, stays past their end, moves out; activities published and remembered.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from booking.activities.models import Activity
from booking.activities.publish import publish_due, remind_attendees
from booking.activities.queries import due_publications, due_reminders
from booking.audit.actions import Actor
from booking.charges.charge_stay import TariffCharger, charge_lease_month
from booking.charges.move_out import end_after_move_out
from booking.charges.series import opened, take_opened
from booking.db import lock_row
from booking.invoices.billable_lines import leases_to_charge
from booking.jobs.job import Job
from booking.letters import (
    activities as activity_letters,
    invitations as guest_letters,
    reservations as letters,
    robots,
    series as series_letters,
    waiting as wait_letters,
)
from booking.notifications.remind import due_ends, due_missed, due_starts, remind
from booking.notifications.robots import robots_due, tell_day, tell_group
from booking.notifications.rules import Occasion
from booking.parks.models import Park
from booking.parks.queries import all_parks
from booking.people.models import Enterprise, Member
from booking.reservations.approval.agree import managers_to_tell, tell_managers
from booking.reservations.approval.remind_answers import parks_that_owe, remind_answers
from booking.reservations.approval.wait_again import expire
from booking.reservations.guests.tell_guests import (
    forget_guests,
    guests_to_forget,
    guests_to_tell,
    tell_guests,
)
from booking.reservations.history import ToldChange, members_to_tell, tell_changes
from booking.reservations.models import Reservation
from booking.reservations.series.tell_series import series_to_tell, tell_begun
from booking.reservations.upcoming import moved_out
from booking.reservations.waiting.end_wait import expire_wait, waits_to_expire
from booking.reservations.waiting.give_back import find_free, still_waiting
from booking.reservations.waiting.line import holders_to_tell, tell_held
from booking.tariffs.queries import bands_in_force
from booking.usage import queries
from booking.usage.check_in import begin_lease, release_no_show
from booking.usage.check_out import end_forgotten
from booking.usage.correct_stay import ended_to_tell, tell_ended
from booking.usage.measuring.measure_days import measure_days, parks_to_measure
from booking.usage.models import Stay
from booking.usage.stay_longer import hold_overstay
from booking.values import Month


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
    return tell_guests(session, reservation_id, letter=partial(guest_letters.guests_told, now=now), now=now)


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


def _expire_hold(session: Session, wait_id: int, now: datetime) -> bool:
    return expire_wait(session, wait_id, letter=wait_letters.wait_lapsed, now=now)


def _find(session: Session, wait_id: int, now: datetime) -> bool:
    return find_free(session, wait_id, now=now)


def _tell_holder(session: Session, member_id: int, now: datetime) -> bool:
    return tell_held(session, member_id, letter=partial(wait_letters.place_held, session), now=now)


EXPIRE_HOLDS = Job("lapse-holds", EVERY_MINUTE, waits_to_expire, _expire_hold)
FIND_FREE = Job("find-free", EVERY_MINUTE, still_waiting, _find)
TELL_HELD = Job("tell-held", EVERY_QUARTER_MINUTE, holders_to_tell, _tell_holder)


def _tell_begun(session: Session, series_id: int, now: datetime) -> bool:
    return tell_begun(session, series_id, letter=series_letters.series_begun, now=now)


TELL_SERIES = Job("tell-series", EVERY_QUARTER_MINUTE, series_to_tell, _tell_begun)


def _take(session: Session, wished_id: int, now: datetime) -> bool:
    return take_opened(session, wished_id, now=now)


BOOK_OPENED = Job("book-opened", EVERY_MINUTE, opened, _take)


def _release_no_show(session: Session, reservation_id: int, now: datetime) -> bool:
    reservation = session.get_one(Reservation, reservation_id)
    park = session.get_one(Park, reservation.park_id)
    return release_no_show(session, reservation_id, park=park, charger=TariffCharger(), now=now)


def _begin_lease(session: Session, reservation_id: int, now: datetime) -> bool:
    return begin_lease(session, reservation_id, now=now) is not None


def _end_or_hold(session: Session, stay_id: int, now: datetime) -> bool:
    ended = end_forgotten(session, stay_id, charger=TariffCharger(), now=now)
    return ended or hold_overstay(session, stay_id, now=now)


def _moved_out(session: Session, now: datetime) -> list[int]:
    del now
    return moved_out(session)


def _end_after_move_out(session: Session, enterprise_id: int, now: datetime) -> bool:
    """End what was booked for after the enterprise's last day in the same moment as it was set."""
    enterprise = session.get_one(Enterprise, enterprise_id)
    return any(
        end_after_move_out(session, enterprise, by=Actor.system("wind up", enterprise.park_id), now=now)
    )


def _expire(session: Session, reservation_id: int, now: datetime) -> bool:
    return expire(session, reservation_id, now=now)


RELEASE_NO_SHOWS = Job("release-no-shows", EVERY_MINUTE, queries.due_no_shows, _release_no_show)
BEGIN_LEASES = Job("begin-leases", EVERY_MINUTE, queries.due_leases, _begin_lease)
END_STAYS = Job("end-stays", EVERY_MINUTE, queries.stays_past_their_end, _end_or_hold)
MOVE_OUT = Job("wind-up-leavers", EVERY_MINUTE, _moved_out, _end_after_move_out)
CLOSE_REQUESTS = Job("close-requests", EVERY_MINUTE, queries.due_requests, _expire)


def _tell_ended(session: Session, stay_id: int, now: datetime) -> bool:
    return tell_ended(session, stay_id, letter=partial(letters.stay_ended, session), now=now)


TELL_ENDED = Job("tell-ended-stays", EVERY_MINUTE, ended_to_tell, _tell_ended)


def _uncharged_leases(session: Session, now: datetime) -> list[int]:
    """Name the leases without a line of the month before this one, park by park."""
    return [
        stay.id
        for park in all_parks(session)
        for stay in leases_to_charge(session, park.id, _month_over(park, now))
    ]


def _charge_lease(session: Session, stay_id: int, now: datetime) -> bool:
    stay = lock_row(session, Stay, stay_id)
    month = _month_over(session.get_one(Park, stay.park_id), now)
    return charge_lease_month(session, stay, month, now=now) is not None


def _month_over(park: Park, now: datetime) -> Month:
    return Month.of(now, park.zone).previous


EVERY_TEN_MINUTES = 600


CHARGE_LEASES = Job("charge-leases", EVERY_TEN_MINUTES, _uncharged_leases, _charge_lease)


def _measure(session: Session, park_id: int, now: datetime) -> bool:
    return measure_days(session, park_id, bands_in_force, now=now)


MEASURE_DAYS = Job("measure-days", EVERY_MINUTE, parks_to_measure, _measure)


def _publish(session: Session, activity_id: int, now: datetime) -> bool:
    park_id = session.get_one(Activity, activity_id).park_id
    by = Actor.system(PUBLISH_ACTIVITIES.name, park_id)
    return publish_due(session, activity_id, letter=activity_letters.published, by=by, now=now)


def _remind_attendees(session: Session, activity_id: int, now: datetime) -> bool:
    return remind_attendees(session, activity_id, letter=activity_letters.reminder, now=now)


PUBLISH_ACTIVITIES = Job("publish-activities", EVERY_MINUTE, due_publications, _publish)
REMIND_ATTENDEES = Job("remind-attendees", 10 * EVERY_MINUTE, due_reminders, _remind_attendees)
