"""The jobs that finish what closing a month began: the invoices, park by park, and the month's end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock
from booking.audit.actor import Actor
from booking.charges.models import MonthClose
from booking.db import db
from booking.invoices.billable_lines import enterprises_to_invoice
from booking.invoices.close_month import finish_month
from booking.invoices.models import IssueFailure
from booking.jobs.billing_month import bill_each
from booking.jobs.job import Errand, Job
from booking.parks.models import Park
from booking.values.month import Month


def unfinished(session: Session, park_id: int | None = None) -> list[tuple[Park, Month]]:
    """Give the closed months some invoices of which are still to be made, earliest first."""
    found = select(MonthClose).where(MonthClose.finished_at.is_(None))
    if park_id is not None:
        found = found.where(MonthClose.park_id == park_id)
    rows = session.scalars(found.order_by(MonthClose.month_key, MonthClose.park_id)).all()
    parks = [session.get_one(Park, row.park_id) for row in rows]
    return [(park, Month.from_key(row.month_key, park.zone)) for park, row in zip(parks, rows, strict=True)]


class NotAllBilledError(Exception):
    """Some invoices could not be made; why is written beside the month, and they are tried again."""


def _due(session: Session, now: datetime) -> Sequence[int]:
    found = unfinished(session)
    return list(dict.fromkeys(park.id for park, month in found if _to_bill(session, park.id, month, now)))


def _to_bill(session: Session, park_id: int, month: Month, now: datetime) -> list[int]:
    """Name the enterprises whose invoice is missing and worth a try."""
    waiting = set(
        session.scalars(
            select(IssueFailure.enterprise_id)
            .where(IssueFailure.park_id == park_id, IssueFailure.month_key == month.key)
            .where(IssueFailure.retry_at > now)
            .order_by(IssueFailure.enterprise_id)
        )
    )
    return [one for one in enterprises_to_invoice(session, park_id, month) if one not in waiting]


HOUSE = "close months"


def _bill(park_id: int) -> bool:
    session, now = db.session(), clock.now()
    try:
        due = {month: _to_bill(session, park_id, month, now) for _, month in unfinished(session, park_id)}
    finally:
        session.rollback()
    by = Actor.system(HOUSE, park_id)
    made = [bill_each(park_id, month, enterprises, by=by) for month, enterprises in due.items()]
    if failed := sum(len(one.failed) for one in made):
        raise NotAllBilledError(failed)
    return any(one.numbers for one in made)


def _parks(session: Session, now: datetime) -> Sequence[int]:
    del now
    return list(dict.fromkeys(park.id for park, _ in unfinished(session)))


def _finish(session: Session, park_id: int, now: datetime) -> bool:
    by = Actor.system(HOUSE, park_id)
    done = [
        finish_month(session, park, month, by=by, now=now) for park, month in unfinished(session, park_id)
    ]
    return any(done)


EVERY_SECONDS = 10


CLOSE_MONTHS = Errand("close-months", EVERY_SECONDS, _due, _bill)
FINISH_MONTHS = Job("finish-months", EVERY_SECONDS, _parks, _finish)
