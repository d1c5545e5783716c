"""Hang a photograph at a space or a floor plan at an area, or take it down.

Redrawing costs up to a second: whoever calls does it before the transaction, not under its lock.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.documents.store import store
from booking.spaces.models import Area, Space
from booking.spaces.picture import MEDIA_TYPE


def set_picture(session: Session, space: Space, drawn: bytes | None, *, by: Actor, now: datetime) -> None:
    """Keep what `redrawn` gave as the photograph; None takes it down."""
    before = space.picture_id
    space.picture_id = _kept(session, space.park_id, f"space-{space.code}.webp", drawn, now)
    _record(session, "space", space.id, before, space.picture_id, by, now)


def set_plan(session: Session, area: Area, drawn: bytes | None, *, by: Actor, now: datetime) -> None:
    """Keep what `redrawn` gave as the floor plan; None takes it down."""
    before = area.plan_id
    area.plan_id = _kept(session, area.park_id, f"plan-{area.id}.webp", drawn, now)
    _record(session, "area", area.id, before, area.plan_id, by, now)


def _kept(session: Session, park_id: int, name: str, drawn: bytes | None, now: datetime) -> int | None:
    if drawn is None:
        return None
    return store(session, park_id, name, MEDIA_TYPE, drawn, now=now).id


def _record(
    session: Session,
    subject: str,
    subject_id: int,
    before: int | None,
    after: int | None,
    by: Actor,
    now: datetime,
) -> None:
    if before == after:
        return
    record(
        session,
        f"{subject}.picture_set",
        subject,
        subject_id,
        by=by,
        now=now,
        before={"document_id": before},
        after={"document_id": after},
    )
