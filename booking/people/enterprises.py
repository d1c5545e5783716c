"""Enterprises: taken into the park, changed, leaving and back; and whether one is there for a use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import as_json, change_row, record
from booking.db import lock_row
from booking.parks.models import Park
from booking.parks.queries import kept
from booking.people import rules
from booking.people.accounts import invite_colleague
from booking.people.models import Enterprise, Role
from booking.people.tickets import NewTicket
from booking.values import Span, local_day
from booking.values.names import check_name, check_names


@dataclass(frozen=True, slots=True)
class FirstManager:
    """An enterprise's first manager, and their invitation."""

    email: str
    name: str
    ticket: NewTicket


def add_enterprise(
    session: Session,
    park_id: int,
    facts: Mapping[str, Any],
    manager: FirstManager,
    *,
    by: Actor,
    now: datetime,
) -> Enterprise:
    """Add an enterprise (facts named as the columns) and invite its first manager.

    Raises NameHoldsAddress, BadUscc or UsccTaken, and what `invite` raises.
    """
    check_names(facts, rules.MAILED_NAMES)
    check_name(manager.name, "manager_name")
    kept = dict(facts) | {"uscc": unused_uscc(session, park_id, facts["uscc"])}
    enterprise = Enterprise(park_id=park_id, **kept)
    session.add(enterprise)
    session.flush()
    after = {name: as_json(value) for name, value in kept.items()}
    record(session, Action.ENTERPRISE_ADDED, "enterprise", enterprise.id, by=by, now=now, after=after)
    invite_colleague(
        session,
        enterprise,
        email=manager.email,
        name=manager.name,
        role=Role.MANAGER,
        ticket=manager.ticket,
        by=by,
        now=now,
    )
    return enterprise


def edit_enterprise(
    session: Session, enterprise: Enterprise, facts: Mapping[str, Any], *, by: Actor, now: datetime
) -> bool:
    """Set the facts (named as the columns); tells whether any changed. Issued invoices keep their own copy.

    Raises NameHoldsAddress, BadUscc or UsccTaken.
    """
    wanted = dict(facts)
    check_names(wanted, rules.MAILED_NAMES, enterprise)
    if "uscc" in wanted:
        wanted["uscc"] = unused_uscc(session, enterprise.park_id, wanted["uscc"], enterprise.id)
    if enterprise.may_be_named and not wanted.get("may_be_named", True):
        enterprise.naming_withdrawn_at = now
    before, after = change_row(enterprise, wanted)
    if after:
        record(
            session,
            Action.ENTERPRISE_EDITED,
            "enterprise",
            enterprise.id,
            by=by,
            now=now,
            before=before,
            after=after,
        )
    return bool(after)


def unused_uscc(session: Session, park_id: int, code: str, own_id: int | None = None) -> str:
    """Normalise the code; raises BadUscc, or UsccTaken where another enterprise of the park has it."""
    normal = rules.check_uscc(code)
    lock_row(session, Park, park_id)  # one at a time
    taken = select(Enterprise.id).where(Enterprise.park_id == park_id, Enterprise.uscc == normal)
    if session.scalar(taken) not in {None, own_id}:
        raise rules.UsccTaken(normal)
    return normal


LOCKED = (
    select(Enterprise.id).where(Enterprise.id == bindparam("enterprise_id")).with_for_update(key_share=True)
)


def lock_enterprise(session: Session, enterprise_id: int) -> None:
    """Let one transaction at a time touch an enterprise's charges, or its baselines.

    Two stays that end together must not both take the last free minutes; what is corrected, questioned or
    checked while its month closes comes before or after, never in between.
    """
    if session.get_bind().dialect.name != "sqlite":  # which has one writer anyway
        session.execute(LOCKED, {"enterprise_id": enterprise_id})


def leave_park(
    session: Session, enterprise: Enterprise, left_on: date | None, *, by: Actor, now: datetime
) -> None:
    """Set the day an enterprise leaves, or (None) that it is back; raises LeavesBeforeItJoined.

    Its accounts stay open: it must still read and pay its last invoices.
    """
    if left_on is not None and left_on < enterprise.joined_on:
        raise rules.LeavesBeforeItJoined
    before = {"left_on": enterprise.left_on.isoformat() if enterprise.left_on else None}
    enterprise.left_on = left_on
    action = Action.ENTERPRISE_LEFT if left_on else Action.ENTERPRISE_RETURNED
    after = {"left_on": left_on.isoformat() if left_on else None}
    record(session, action, "enterprise", enterprise.id, by=by, now=now, before=before, after=after)


def check_tenancy(
    session: Session, park_id: int, enterprise_id: int | None, span: Span, zone: ZoneInfo
) -> None:
    """Raise EnterpriseHasLeft where its last day lies before the span, EndsAfterLeaving where within it."""
    if (left := leaving_of(session, park_id, enterprise_id)) is not None:
        left.check(span, zone)


class Leaving(NamedTuple):
    """An enterprise that leaves, or has left: how it is called, and its last day."""

    name: str
    last_day: date

    def check(self, span: Span, zone: ZoneInfo) -> None:
        """Raise EnterpriseHasLeft where its last day lies before the span, EndsAfterLeaving where within."""
        if self.last_day >= local_day(span.end - span.end.resolution, zone):
            return
        if self.last_day < local_day(span.start, zone):
            raise rules.EnterpriseHasLeft(self.name)
        raise rules.EndsAfterLeaving(self.last_day)


def leaving_of(session: Session, park_id: int, enterprise_id: int | None) -> Leaving | None:
    """Tell when an enterprise of the park leaves; None while nothing is said of it, as of nearly all."""
    last_day = kept(session, park_id, "last_days", lambda: _last_days(session, park_id)).get(enterprise_id)
    if last_day is None:
        return None
    return Leaving(session.get_one(Enterprise, enterprise_id).name, last_day)


def _last_days(session: Session, park_id: int) -> Mapping[int | None, date]:
    """Give the last day of each enterprise that has one."""
    gone = select(Enterprise.id, Enterprise.left_on).where(Enterprise.park_id == park_id)
    rows = session.execute(gone.where(Enterprise.left_on.is_not(None)).order_by(Enterprise.id))
    return {row.id: row.left_on for row in rows if row.left_on is not None}
