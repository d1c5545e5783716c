"""Take a retired space into use again."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.models import Space
from booking.spaces.rules import PartsRetired


def bring_back_space(session: Session, space: Space, *, by: Actor, now: datetime) -> None:
    """Undo a retirement, once; raises PartsRetired."""
    if space.retired_at is None:
        return
    if gone := tuple(sorted(part.code for part in space.parts if part.retired_at is not None)):
        raise PartsRetired(gone)
    before = {"retired_at": space.retired_at.isoformat()}
    space.retired_at = None
    session.flush()
    record(session, "space.brought_back", "space", space.id, by=by, now=now, before=before)
