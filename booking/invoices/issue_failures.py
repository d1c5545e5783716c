"""Keep why an enterprise's invoice could not be made, and when it is worth another try."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.invoices.models import IssueFailure
from booking.people.models import Enterprise
from booking.values.month import Month

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ERROR = 500


def note_failure(session: Session, enterprise_id: int, month: Month, error: str, *, now: datetime) -> None:
    """Write the failure down; each further one waits longer."""
    row = session.get(IssueFailure, (enterprise_id, month.key), with_for_update=True)
    if row is None:
        park_id = session.get_one(Enterprise, enterprise_id).park_id
        row = IssueFailure(enterprise_id=enterprise_id, month_key=month.key, park_id=park_id, attempts=0)
        session.add(row)
    row.attempts += 1
    row.at, row.error = now, error[:LONGEST_ERROR]
    row.retry_at = now + min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), LONGEST_WAIT)


def forget_failure(session: Session, enterprise_id: int, month: Month) -> None:
    """The invoice is made."""
    session.execute(
        delete(IssueFailure).where(
            IssueFailure.enterprise_id == enterprise_id, IssueFailure.month_key == month.key
        )
    )


def failures_of(session: Session, park_id: int, month: Month) -> Sequence[IssueFailure]:
    """Give the failures of a month that are not mended, by enterprise."""
    return session.scalars(
        select(IssueFailure)
        .where(IssueFailure.park_id == park_id, IssueFailure.month_key == month.key)
        .order_by(IssueFailure.enterprise_id)
    ).all()
