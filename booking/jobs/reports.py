"""The job that publishes the savings report of every month that has been closed."""

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.jobs.job import Job
from booking.letters.savings import published
from booking.parks.models import Park
from booking.ports import ports
from booking.savings.publish_report import publish_report
from booking.savings.queries import months_to_publish
from booking.savings.rules import PublishedBefore
from booking.values.month import Month

KEYS = 1_000_000  # an item is park and month in one number: 3_202610


def _due(session: Session, now: datetime) -> list[int]:
    del now
    parks = session.scalars(select(Park).order_by(Park.id)).all()
    return [park.id * KEYS + month.key for park in parks for month in months_to_publish(session, park)]


def _do(session: Session, item: int, now: datetime) -> bool:
    park_id, key = divmod(item, KEYS)
    park = session.get_one(Park, park_id)
    month = Month.from_key(key, park.zone)
    try:
        publish_report(
            session,
            park,
            month,
            printer=ports().report_printer,
            letter=partial(published, park=park),
            by=Actor.system(PUBLISH_REPORTS.name, park.id),
            now=now,
        )
    except PublishedBefore:  # by hand, a moment ago
        return False
    return True


PUBLISH_REPORTS = Job("publish-reports", 300, _due, _do)
