"""Edit conflicts: what changed, and by whom, since a form was rendered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from booking.audit.models import AuditEntry
from booking.values.refusal import Refusal


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
