"""Add an area to a park."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import Park
from booking.spaces.models import Area
from booking.spaces.rules import AreaNameTaken


def add_area(
    session: Session, park_id: int, name: str, name_en: str | None, *, by: Actor, now: datetime
) -> Area:
    """Put a new area at the end of the list; raises AreaNameTaken."""
    refuse_taken_name(session, park_id, name, but=None)
    last = session.scalar(select(func.max(Area.position)).where(Area.park_id == park_id))
    area = Area(park_id=park_id, name=name, name_en=name_en, position=(last or 0) + 1)
    session.add(area)
    session.flush()
    record(session, "area.added", "area", area.id, by=by, now=now, after={"name": name, "name_en": name_en})
    return area


def refuse_taken_name(session: Session, park_id: int, name: str, *, but: int | None) -> None:
    """Raise AreaNameTaken where another area of the park than `but` has the name."""
    session.get_one(Park, park_id, with_for_update={"key_share": True})  # one at a time
    holder = session.scalar(select(Area.id).where(Area.park_id == park_id, Area.name == name))
    if holder is not None and holder != but:
        raise AreaNameTaken(name)
