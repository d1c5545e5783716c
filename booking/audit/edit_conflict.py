"""Edit conflicts: who changed a thing since a form was drawn from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from booking.audit.models import AuditEntry
from booking.values.refusal import Refusal


@dataclass(eq=False)
class EditConflict(Refusal):
    """Somebody changed what a form was drawn from before it was sent; the form shows what, who and when.

    `known` is whether the form said what it was drawn from: without that only both values can be shown.
    """

    known: bool = True


def latest_entry(session: Session, park_id: int, subject: str, subject_id: int | None) -> int:
    """Give the id of the last entry about a thing (None: about any of a park); 0 where there is none."""
    found: int | None = session.scalar(
        select(func.max(AuditEntry.id)).where(*_about(park_id, subject, subject_id))
    )
    return found or 0


MOST = 20


def entries_since(
    session: Session, park_id: int, subject: str, subject_id: int | None, last_id: int
) -> Sequence[AuditEntry]:
    """Give the entries about a thing after one, earliest first; where none is later, the last there is.

    An entry may get its number before and its place after the form was drawn: then it is that last one.
    """
    newest = select(AuditEntry).where(*_about(park_id, subject, subject_id)).order_by(AuditEntry.id.desc())
    later = session.scalars(newest.where(AuditEntry.id > last_id).limit(MOST)).all()
    return list(reversed(later)) or session.scalars(newest.limit(1)).all()


def _about(park_id: int, subject: str, subject_id: int | None) -> list[ColumnElement[bool]]:
    about = [AuditEntry.park_id == park_id, AuditEntry.subject == subject]
    return about if subject_id is None else [*about, AuditEntry.subject_id == subject_id]
