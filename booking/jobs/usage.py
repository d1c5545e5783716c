"""The jobs of use: leases that begin, requests not answered, no-shows, stays past their end, moves out."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.charges.charge_stay import TariffCharger, charge_lease_month
from booking.charges.move_out import end_after_move_out
from booking.db import NO_KEY_UPDATE
from booking.invoices.billable_lines import leases_to_charge
from booking.jobs.job import Job
from booking.parks.models import Park
from booking.parks.queries import all_parks
from booking.people.models import Enterprise
from booking.reservations.approval.requests import expire
from booking.reservations.models import Reservation
from booking.reservations.upcoming import moved_out
from booking.tariffs.bands import bands_in_force
from booking.usage import queries
from booking.usage.check_in import begin_lease
from booking.usage.check_out import end_forgotten
from booking.usage.measuring.measure_days import measure_days, parks_to_measure
from booking.usage.models import Stay
from booking.usage.release_no_show import release_no_show
from booking.usage.stay_longer import hold_overstay
from booking.values.month import Month


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


EVERY_MINUTE = 60


RELEASE_NO_SHOWS = Job("release-no-shows", EVERY_MINUTE, queries.due_no_shows, _release_no_show)
BEGIN_LEASES = Job("begin-leases", EVERY_MINUTE, queries.due_leases, _begin_lease)
END_STAYS = Job("end-stays", EVERY_MINUTE, queries.stays_past_their_end, _end_or_hold)
MOVE_OUT = Job("wind-up-leavers", EVERY_MINUTE, _moved_out, _end_after_move_out)
CLOSE_REQUESTS = Job("close-requests", EVERY_MINUTE, queries.due_requests, _expire)


def _uncharged_leases(session: Session, now: datetime) -> list[int]:
    """Name the leases without a line of the month before this one, park by park."""
    return [
        stay.id
        for park in all_parks(session)
        for stay in leases_to_charge(session, park.id, _month_over(park, now))
    ]


def _charge_lease(session: Session, stay_id: int, now: datetime) -> bool:
    stay = session.get_one(Stay, stay_id, with_for_update=NO_KEY_UPDATE)
    month = _month_over(session.get_one(Park, stay.park_id), now)
    return charge_lease_month(session, stay, month, now=now) is not None


def _month_over(park: Park, now: datetime) -> Month:
    return Month.of(now, park.zone).previous


EVERY_TEN_MINUTES = 600


CHARGE_LEASES = Job("charge-leases", EVERY_TEN_MINUTES, _uncharged_leases, _charge_lease)


def _measure(session: Session, park_id: int, now: datetime) -> bool:
    return measure_days(session, park_id, bands_in_force, now=now)


MEASURE_DAYS = Job("measure-days", EVERY_MINUTE, parks_to_measure, _measure)
