"""The audit trail: written here and nowhere else, read, and asked what changed since a form was rendered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, func, insert, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.models import AuditEntry
from booking.db import Base
from booking.db.rows import Follower, TableRow, insert_both, insert_row
from booking.values import Money, Refusal


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
        insert_row(session.connection(), _ENTRIES, facts | told)
    else:
        insert_both(session, beside, (_ENTRIES, facts | told))


def entry_beside(
    action: Action, subject: str, *, by: Actor, now: datetime, after: dict[str, Any], park_id: int | None
) -> Follower:
    """Give the entry on what is being inserted, to go with it."""
    told = {"before": None, "after": after, "reason": None}
    return Follower(_ENTRIES, "subject_id", _facts(action, subject, by, now, park_id) | told)


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


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What to look for in the trail; None and "" mean all. `since` is included, `until` is not."""

    subject: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None


PAGE = 50


def trail_of(session: Session, park_id: int, asked: TrailFilter, offset: int) -> Sequence[AuditEntry]:
    """Give a page of a park's trail, newest first, with one more than a page where there is a next one."""
    found = select(AuditEntry).where(AuditEntry.park_id == park_id)
    if asked.subject:
        found = found.where(AuditEntry.subject == asked.subject)
    if asked.actor:
        found = found.where(AuditEntry.actor_name.contains(asked.actor, autoescape=True))
    if asked.since and asked.until:
        found = found.where(AuditEntry.at >= asked.since, AuditEntry.at < asked.until)
    newest = found.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return session.scalars(newest.limit(PAGE + 1).offset(offset)).all()


def subjects_of(session: Session, park_id: int) -> Sequence[str]:
    """Give the subjects that occur in a park's trail, in order."""
    named = select(AuditEntry.subject).where(AuditEntry.park_id == park_id).distinct()
    return session.scalars(named.order_by(AuditEntry.subject)).all()


@dataclass(eq=False)
class EditConflict(Refusal):
    """Somebody changed the record after the form was rendered; the form then shows what, who and when.

    `known` is False where the form did not carry its version: then only both values can be shown.
    """

    known: bool = True


def latest_entry(session: Session, park_id: int, subject: str, subject_id: int | None) -> int:
    """Give the id of the latest entry about a subject (None: any of the park); 0 where there is none."""
    found: int | None = session.scalar(
        select(func.max(AuditEntry.id)).where(*_about(park_id, subject, subject_id))
    )
    return found or 0


MOST = 20


def entries_since(
    session: Session, park_id: int, subject: str, subject_id: int | None, last_id: int
) -> Sequence[AuditEntry]:
    """Give the entries about a subject after an id, earliest first; where none is later, the latest there is.

    An entry's id may be taken before, and its transaction end after, the form was rendered: then it is that
    latest one.
    """
    newest = select(AuditEntry).where(*_about(park_id, subject, subject_id)).order_by(AuditEntry.id.desc())
    later = session.scalars(newest.where(AuditEntry.id > last_id).limit(MOST)).all()
    return list(reversed(later)) or session.scalars(newest.limit(1)).all()


def _about(park_id: int, subject: str, subject_id: int | None) -> list[ColumnElement[bool]]:
    about = [AuditEntry.park_id == park_id, AuditEntry.subject == subject]
    return about if subject_id is None else [*about, AuditEntry.subject_id == subject_id]
