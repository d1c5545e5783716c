"""The audit trail is written here, and nowhere else."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.models import AuditEntry
from booking.db import Base
from booking.db.upsert import TableRow, insert_both
from booking.values.money import Money


def record(  # noqa: PLR0913 - an audit entry has this many facts
    session: Session,
    action: Action,
    subject: str,
    subject_id: int | None,
    *,
    by: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
    park_id: int | None = None,
    beside: TableRow | None = None,
) -> None:
    """Add one entry to the trail, in the caller's transaction; values must be JSON-able.

    `beside` is a row of another table that is written at the same time: one message less to the database.
    """
    facts = _facts(action, subject, by, now, park_id)
    told = {"subject_id": subject_id, "before": before, "after": after, "reason": reason}
    if beside is None:
        session.connection().execute(_ENTRY, facts | told)
    else:
        insert_both(session, beside, (_ENTRIES, facts | told))


def record_each(
    session: Session,
    action: Action,
    subject: str,
    after: Mapping[int, dict[str, Any]],
    *,
    by: Actor,
    now: datetime,
    park_id: int | None = None,
) -> None:
    """Add one entry a subject for the same action; `after` is by subject id, and not empty."""
    facts = _facts(action, subject, by, now, park_id)
    session.execute(
        _ENTRY,
        [
            facts | {"subject_id": subject_id, "before": None, "after": one, "reason": None}
            for subject_id, one in after.items()
        ],
    )


def _facts(action: Action, subject: str, by: Actor, now: datetime, park_id: int | None) -> dict[str, Any]:
    return {
        "park_id": park_id if park_id is not None else by.park_id,
        "at": now,
        "actor_id": by.member_id,
        "actor_name": by.name,
        "action": action.value,
        "subject": subject,
        "request_id": by.request_id,
    }


# Almost every verb writes one: a plain INSERT costs a third of what the unit of work does.
_ENTRIES = cast("Table", AuditEntry.__table__)
_ENTRY = insert(_ENTRIES)


def change_row(row: Base, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the facts that differ; gives them before and after, JSON-able, both empty where nothing changed."""
    differing = {name: value for name, value in facts.items() if getattr(row, name) != value}
    before = {name: as_json(getattr(row, name)) for name in differing}
    for name, value in differing.items():
        setattr(row, name, value)
    return before, {name: as_json(value) for name, value in differing.items()}


def as_json(value: object) -> object:
    """Make a fact JSON-able; money becomes fen."""
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | time) else value
