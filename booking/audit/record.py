"""Write a change into the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.models import AuditEntry


def record(  # noqa: PLR0913 - an audit entry has this many facts
    session: Session,
    action: str,
    subject: str,
    subject_id: int | None,
    *,
    by: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
    park_id: int | None = None,
) -> None:
    """Add one entry to the trail, in the caller's transaction; values must be JSON-able."""
    facts = _facts(action, subject, by, now, park_id)
    session.execute(
        _ENTRY, facts | {"subject_id": subject_id, "before": before, "after": after, "reason": reason}
    )


def record_each(
    session: Session,
    action: str,
    subject: str,
    after: Mapping[int, dict[str, Any]],
    *,
    by: Actor,
    now: datetime,
    park_id: int | None = None,
) -> None:
    """Add the same action on several subjects, each with what it is after it, by subject id; at least one."""
    facts = _facts(action, subject, by, now, park_id)
    session.execute(
        _ENTRY,
        [
            facts | {"subject_id": subject_id, "before": None, "after": one, "reason": None}
            for subject_id, one in after.items()
        ],
    )


def _facts(action: str, subject: str, by: Actor, now: datetime, park_id: int | None) -> dict[str, Any]:
    return {
        "park_id": park_id if park_id is not None else by.park_id,
        "at": now,
        "actor_id": by.member_id,
        "actor_name": by.name,
        "action": action,
        "subject": subject,
        "request_id": by.request_id,
    }


# Almost every verb writes one: past the unit of work, which costs three times as much.
_ENTRY = insert(cast("Table", AuditEntry.__table__))
