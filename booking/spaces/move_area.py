"""Move an area up or down in the park's list."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.audit.record import record
from booking.spaces.models import Area


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
        "area.moved",
        "area",
        area.id,
        by=by,
        now=now,
        before={"place": before + 1},
        after={"place": after + 1},
    )
