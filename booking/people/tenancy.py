"""Tenancy: when an enterprise leaves the park or comes back, and whether it is there for a use."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.people.models import Enterprise
from booking.people.rules import EndsAfterLeaving, EnterpriseHasLeft, LeavesBeforeItJoined
from booking.values.month import local_day
from booking.values.span import Span


def leave_park(
    session: Session, enterprise: Enterprise, left_on: date | None, *, by: Actor, now: datetime
) -> None:
    """Set the day an enterprise leaves, or (None) that it is back; raises LeavesBeforeItJoined.

    Its accounts stay open: it must still read and pay its last invoices.
    """
    if left_on is not None and left_on < enterprise.joined_on:
        raise LeavesBeforeItJoined
    before = {"left_on": enterprise.left_on.isoformat() if enterprise.left_on else None}
    enterprise.left_on = left_on
    action = Action.ENTERPRISE_LEFT if left_on else Action.ENTERPRISE_RETURNED
    after = {"left_on": left_on.isoformat() if left_on else None}
    record(session, action, "enterprise", enterprise.id, by=by, now=now, before=before, after=after)


GONE = select(Enterprise.name, Enterprise.left_on).where(
    Enterprise.id == bindparam("enterprise_id"), Enterprise.left_on < bindparam("day")
)


def check_tenancy(session: Session, enterprise_id: int | None, span: Span, zone: ZoneInfo) -> None:
    """Raise EnterpriseHasLeft where its last day lies before the span, EndsAfterLeaving where within it."""
    last_day = local_day(span.end - span.end.resolution, zone)
    gone = session.execute(GONE, {"enterprise_id": enterprise_id, "day": last_day}).first()
    if gone is None:
        return
    if gone.left_on < local_day(span.start, zone):
        raise EnterpriseHasLeft(gone.name)
    raise EndsAfterLeaving(gone.left_on)
