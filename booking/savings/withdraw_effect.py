"""Take back what an enterprise said; reports published before keep it."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.savings.models import DeclaredEffect


def withdraw_effect(session: Session, effect: DeclaredEffect, *, by: Actor, now: datetime) -> None:
    """Remove the row; the audit trail keeps what it said."""
    before = {"enterprise_id": effect.enterprise_id, "title": effect.title, "figure": effect.figure}
    record(
        session, "effect.withdrawn", "declared_effect", effect.id,
        by=by, now=now, before=before, park_id=effect.park_id,
    )  # fmt: skip
    session.delete(effect)
