"""Give a space a new code to scan; labels with the old one stop working."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.models import Space


def renew_scan_code(session: Session, space: Space, scan_code: str, *, by: Actor, now: datetime) -> None:
    """Replace the code; neither secret is written into the trail."""
    space.scan_code = scan_code
    session.flush()
    record(session, "space.scan_code_renewed", "space", space.id, by=by, now=now)
