"""Tenancy: when an enterprise leaves the park or comes back, and whether it is there for a use."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.edition import kept
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


def check_tenancy(
    session: Session, park_id: int, enterprise_id: int | None, span: Span, zone: ZoneInfo
) -> None:
    """Raise EnterpriseHasLeft where its last day lies before the span, EndsAfterLeaving where within it."""
    left_on = kept(session, park_id, "last_days", lambda: _last_days(session, park_id)).get(enterprise_id)
    if left_on is not None:
        check_tenant(session.get_one(Enterprise, enterprise_id).name, left_on, span, zone)


def check_tenant(name: str, left_on: date | None, span: Span, zone: ZoneInfo) -> None:
    """Judge, as `check_tenancy` does, of an enterprise whose last day is read already."""
    if left_on is None or left_on >= local_day(span.end - span.end.resolution, zone):
        return
    if left_on < local_day(span.start, zone):
        raise EnterpriseHasLeft(name)
    raise EndsAfterLeaving(left_on)


def _last_days(session: Session, park_id: int) -> Mapping[int | None, date]:
    """Give the last day of each enterprise that has one."""
    gone = select(Enterprise.id, Enterprise.left_on).where(Enterprise.park_id == park_id)
    rows = session.execute(gone.where(Enterprise.left_on.is_not(None)).order_by(Enterprise.id))
    return {row.id: row.left_on for row in rows if row.left_on is not None}
