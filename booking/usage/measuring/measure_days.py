"""Write down a park's days once they are over: when places were open, reserved and used.

A day's open time is written once, by the rules, exceptions and closures as they then stood; a stay's minutes
are written when it has ended, and anew when it was corrected. A park that used the product before catches up,
a month of days at a time.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.audit.models import AuditEntry
from booking.db import lock_row
from booking.parks.models import Park
from booking.parks.queries import all_parks
from booking.usage.measuring.open_days import write_days
from booking.usage.measuring.used_minutes import Bands, unmeasured, write_stays
from booking.usage.models import MeasuredDay, Stay
from booking.values.month import local_day

ONE_DAY = timedelta(days=1)
MOST_DAYS = 31
"""How many days one transaction measures: who comes from an earlier version has years to catch up."""


def parks_to_measure(session: Session, now: datetime) -> list[int]:
    """Name the parks with a day that is over and not measured, or a stay whose minutes are not written."""
    return [park.id for park in all_parks(session) if _is_due(session, park, now)]


def _is_due(session: Session, park: Park, now: datetime) -> bool:
    last = last_measured(session, park.id)
    if last is None or last < yesterday(park, now):
        return bool(next(_days_to_measure(session, park, last, now), None))
    return bool(session.execute(unmeasured(park, last).limit(1)).first())


def measure_days(session: Session, park_id: int, bands: Bands, *, now: datetime) -> bool:
    """Measure the days that are over, at most a month of them, and the stays not written yet.

    Tells whether there was anything to do. Safe twice: days are marked, stays say up to where they are.
    """
    park = lock_row(session, Park, park_id)
    last = last_measured(session, park.id)
    days = list(_days_to_measure(session, park, last, now))
    if days:
        write_days(session, park, days)
        last = days[-1]
    return (last is not None and write_stays(session, park, last, bands)) or bool(days)


def yesterday(park: Park, now: datetime) -> date:
    """Give the last local day that is over."""
    return local_day(now, park.zone) - ONE_DAY


def last_measured(session: Session, park_id: int) -> date | None:
    """Tell up to which day the park is measured; its days are measured in order."""
    return session.scalar(select(func.max(MeasuredDay.day)).where(MeasuredDay.park_id == park_id))


def first_measured(session: Session, park_id: int) -> date | None:
    """Tell from which day on the park is measured."""
    return session.scalar(select(func.min(MeasuredDay.day)).where(MeasuredDay.park_id == park_id))


def _days_to_measure(session: Session, park: Park, last: date | None, now: datetime) -> Iterator[date]:
    first = _first_day(session, park) if last is None else last + ONE_DAY
    until = yesterday(park, now)
    if first is None:
        return
    for number in range(min(MOST_DAYS, (until - first).days + 1)):
        yield first + number * ONE_DAY


def _first_day(session: Session, park: Park) -> date | None:
    """Give the day from which the park had spaces: its first one's, or its first stay's."""
    added = session.scalar(
        select(func.min(AuditEntry.at)).where(AuditEntry.park_id == park.id, AuditEntry.subject == "space")
    )
    stayed = session.scalar(select(func.min(Stay.started_at)).where(Stay.park_id == park.id))
    known = [at for at in (added, stayed) if at is not None]
    return local_day(min(known), park.zone) if known else None
