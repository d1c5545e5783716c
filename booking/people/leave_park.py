"""An enterprise leaves the park, or comes back."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Enterprise
from booking.people.rules import LeavesBeforeItJoined


def leave_park(
    session: Session, enterprise: Enterprise, left_on: date | None, *, by: Actor, now: datetime
) -> None:
    """Keep the day it left, or (None) that it is back; raises LeavesBeforeItJoined.

    Its accounts stay open, so that it can still read and pay its last invoices.
    """
    if left_on is not None and left_on < enterprise.joined_on:
        raise LeavesBeforeItJoined
    before = {"left_on": enterprise.left_on.isoformat() if enterprise.left_on else None}
    enterprise.left_on = left_on
    action = "enterprise.left" if left_on else "enterprise.returned"
    after = {"left_on": left_on.isoformat() if left_on else None}
    record(session, action, "enterprise", enterprise.id, by=by, now=now, before=before, after=after)
