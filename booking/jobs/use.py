"""The jobs of use: leases that begin, requests not answered, no-shows, stays past their end, leavers."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.charges.meter import RatingMeter
from booking.charges.move_out import wind_up
from booking.jobs.job import Job
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.reservations.models import Reservation
from booking.reservations.requests import expire
from booking.reservations.upcoming import leavers_to_wind_up
from booking.usage import queries
from booking.usage.check_in import begin_lease
from booking.usage.check_out import end_forgotten
from booking.usage.release_no_show import release_no_show
from booking.usage.stay_longer import hold_overstay


def _release(session: Session, reservation_id: int, now: datetime) -> bool:
    reservation = session.get_one(Reservation, reservation_id)
    park = session.get_one(Park, reservation.park_id)
    return release_no_show(session, reservation_id, park=park, meter=RatingMeter(), now=now)


def _begin(session: Session, reservation_id: int, now: datetime) -> bool:
    return begin_lease(session, reservation_id, now=now) is not None


def _end_or_hold(session: Session, stay_id: int, now: datetime) -> bool:
    ended = end_forgotten(session, stay_id, meter=RatingMeter(), now=now)
    return ended or hold_overstay(session, stay_id, now=now)


def _leavers(session: Session, now: datetime) -> list[int]:
    del now
    return leavers_to_wind_up(session)


def _wind_up(session: Session, enterprise_id: int, now: datetime) -> bool:
    """End what was booked while the leaving was written down, or before this job was there."""
    enterprise = session.get_one(Enterprise, enterprise_id)
    return any(wind_up(session, enterprise, by=Actor.system("wind up", enterprise.park_id), now=now))


def _lapse(session: Session, reservation_id: int, now: datetime) -> bool:
    return expire(session, reservation_id, now=now)


EVERY_MINUTE = 60


RELEASE_NO_SHOWS = Job("release-no-shows", EVERY_MINUTE, queries.due_no_shows, _release)
BEGIN_LEASES = Job("begin-leases", EVERY_MINUTE, queries.due_leases, _begin)
END_STAYS = Job("end-stays", EVERY_MINUTE, queries.stays_past_their_end, _end_or_hold)
WIND_UP = Job("wind-up-leavers", EVERY_MINUTE, _leavers, _wind_up)
CLOSE_REQUESTS = Job("close-requests", EVERY_MINUTE, queries.due_requests, _lapse)
