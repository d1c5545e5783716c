"""What is asked about the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.models import AuditEntry


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
