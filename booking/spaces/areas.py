"""The areas of a park: add, edit, put in another order, remove."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE
from booking.parks.models import Park
from booking.spaces.models import Area, Space
from booking.spaces.plans.arrange import forget_plans
from booking.spaces.rules import AreaInUse, AreaNameTaken


def add_area(
    session: Session, park_id: int, name: str, name_en: str | None, *, by: Actor, now: datetime
) -> Area:
    """Put a new area at the end of the list; raises AreaNameTaken."""
    refuse_taken_name(session, park_id, name, but=None)
    last = session.scalar(select(func.max(Area.position)).where(Area.park_id == park_id))
    area = Area(park_id=park_id, name=name, name_en=name_en, position=(last or 0) + 1)
    session.add(area)
    session.flush()
    record(
        session, Action.AREA_ADDED, "area", area.id, by=by, now=now, after={"name": name, "name_en": name_en}
    )
    return area


def refuse_taken_name(session: Session, park_id: int, name: str, *, but: int | None) -> None:
    """Raise AreaNameTaken where another area of the park than `but` has the name."""
    session.get_one(Park, park_id, with_for_update=NO_KEY_UPDATE)  # one at a time
    holder = session.scalar(select(Area.id).where(Area.park_id == park_id, Area.name == name))
    if holder is not None and holder != but:
        raise AreaNameTaken(name)


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
    record(session, Action.AREA_EDITED, "area", area.id, by=by, now=now, before=before, after=after)
    return area


def move_area(session: Session, area: Area, steps: int, *, by: Actor, now: datetime) -> None:
    """Move by so many places (-1 is up); stops at either end. All places are numbered anew from 1."""
    areas = list(
        session.scalars(select(Area).where(Area.park_id == area.park_id).order_by(Area.position, Area.name))
    )
    before = areas.index(area)
    after = min(max(before + steps, 0), len(areas) - 1)
    if after == before:
        return
    areas.insert(after, areas.pop(before))
    for position, one in enumerate(areas, start=1):
        one.position = position
    record(
        session,
        Action.AREA_MOVED,
        "area",
        area.id,
        by=by,
        now=now,
        before={"place": before + 1},
        after={"place": after + 1},
    )


def remove_area(session: Session, area: Area, *, by: Actor, now: datetime) -> None:
    """Delete an area without spaces, retired ones included; raises AreaInUse."""
    spaces = session.scalar(select(func.count()).select_from(Space).where(Space.area_id == area.id)) or 0
    if spaces:
        raise AreaInUse(area.name, spaces)
    before = {"name": area.name, "name_en": area.name_en}
    record(session, Action.AREA_REMOVED, "area", area.id, by=by, now=now, before=before)
    forget_plans(session, area.id)
    session.delete(area)
    session.flush()
