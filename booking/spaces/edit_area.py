"""Name an area anew."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.add_area import refuse_taken_name
from booking.spaces.models import Area


def edit_area(
    session: Session, area: Area, name: str, name_en: str | None, *, by: Actor, now: datetime
) -> Area:
    """Change the names; raises AreaNameTaken. The same names again change nothing."""
    before = {"name": area.name, "name_en": area.name_en}
    after = {"name": name, "name_en": name_en}
    if before == after:
        return area
    refuse_taken_name(session, area.park_id, name, but=area.id)
    area.name, area.name_en = name, name_en
    record(session, "area.edited", "area", area.id, by=by, now=now, before=before, after=after)
    return area
