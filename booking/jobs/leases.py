"""The job of storage: charge a month of a lease once it is over, so that its line can be questioned."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.charges.charge_stay import charge_lease_month
from booking.db import TO_CHANGE
from booking.invoices.billable_lines import leases_to_charge
from booking.jobs.job import Job
from booking.parks.models import Park
from booking.usage.models import Stay
from booking.values.month import Month


def _due(session: Session, now: datetime) -> list[int]:
    """Name the leases without a line of the month before this one, park by park."""
    parks = session.scalars(select(Park).order_by(Park.id)).all()
    return [stay.id for park in parks for stay in leases_to_charge(session, park.id, _over(park, now))]


def _charge(session: Session, stay_id: int, now: datetime) -> bool:
    stay = session.get_one(Stay, stay_id, with_for_update=TO_CHANGE)
    month = _over(session.get_one(Park, stay.park_id), now)
    return charge_lease_month(session, stay, month, now=now) is not None


def _over(park: Park, now: datetime) -> Month:
    return Month.of(now, park.zone).previous


EVERY_TEN_MINUTES = 600


CHARGE_LEASES = Job("charge-leases", EVERY_TEN_MINUTES, _due, _charge)
