"""Remove an area that holds nothing."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.models import Area, Space
from booking.spaces.rules import AreaInUse


def remove_area(session: Session, area: Area, *, by: Actor, now: datetime) -> None:
    """Delete an area without spaces, retired ones included; raises AreaInUse."""
    spaces = session.scalar(select(func.count()).select_from(Space).where(Space.area_id == area.id)) or 0
    if spaces:
        raise AreaInUse(area.name, spaces)
    before = {"name": area.name, "name_en": area.name_en}
    record(session, "area.removed", "area", area.id, by=by, now=now, before=before)
    session.delete(area)
    session.flush()
