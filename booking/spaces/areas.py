"""The areas of a park: add, edit, put in another order, remove; draw an area's plan, lay its spaces on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import lock_row
from booking.parks.models import Park
from booking.spaces.floor_plan import Layout, NoEarlierPlan, check_layout
from booking.spaces.models import Area, FloorPlan, Space, space_part
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
    lock_row(session, Park, park_id)  # one at a time
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


def arrange(session: Session, area: Area, layout: Layout, *, by: Actor, now: datetime) -> FloorPlan:
    """Make the next version of an area's plan; raises what `check_layout` refuses.

    The same again makes none. One after the other: the area is locked.
    """
    lock_row(session, Area, area.id)
    check_layout(layout, {space.id: space.code for space in spaces_to_place(session, area.id)})
    last = latest_plan(session, area.id)
    if last is not None and Layout.read(last.layout, of=f"floor_plan {last.id}") == layout:
        return last
    made = _next(session, area, last, layout, by, now)
    return _recorded(session, Action.AREA_PLAN_DRAWN, last, made, by, now)


def undo_arranging(session: Session, area: Area, version: int, *, by: Actor, now: datetime) -> FloorPlan:
    """Bring back the version before the one that holds, as the next one; nothing is lost by it.

    Pressed again it goes one further back. Raises NoEarlierPlan, also where `version` is not the one that
    holds: somebody has saved another one, or pressed already.
    """
    lock_row(session, Area, area.id)
    last = latest_plan(session, area.id)
    before = _before(session, last) if last and last.version == version else None
    if last is None or before is None:
        raise NoEarlierPlan
    kept = Layout.read(before.layout, of=f"floor_plan {before.id}")
    made = _next(session, area, last, kept, by, now)
    made.copy_of = _shown(before)
    return _recorded(session, Action.AREA_PLAN_UNDONE, last, made, by, now)


def can_undo(plan: FloorPlan | None) -> bool:
    """Tell whether there is an earlier version to go back to."""
    return plan is not None and _shown(plan) > 1


def forget_plans(session: Session, area_id: int) -> None:
    """Delete the plans of an area that goes itself."""
    session.execute(delete(FloorPlan).where(FloorPlan.area_id == area_id))


def _before(session: Session, plan: FloorPlan) -> FloorPlan | None:
    return version_of_plan(session, plan.area_id, _shown(plan) - 1) if can_undo(plan) else None


def _shown(plan: FloorPlan) -> int:
    """Give the number of the version that somebody drew, where this one only brings it back."""
    return plan.copy_of or plan.version


def _next(
    session: Session, area: Area, last: FloorPlan | None, layout: Layout, by: Actor, now: datetime
) -> FloorPlan:
    made = FloorPlan(
        park_id=area.park_id,
        area_id=area.id,
        version=(last.version if last else 0) + 1,
        layout=layout.stored(),
        created_at=now,
        created_by_id=by.member_id,
    )
    session.add(made)
    return made


def _recorded(
    session: Session, action: Action, last: FloorPlan | None, made: FloorPlan, by: Actor, now: datetime
) -> FloorPlan:
    session.flush()
    before = {"plan_version": last.version if last else 0}
    after = {"plan_version": made.version}
    record(session, action, "area", made.area_id, by=by, now=now, before=before, after=after)
    return made


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """An area, the picture behind its plan, and the version that holds, if it has any."""

    area: Area
    plan: FloorPlan | None

    @property
    def layout(self) -> Layout | None:
        """The plan as it was drawn last."""
        return Layout.read(self.plan.layout, of=f"floor_plan {self.plan.id}") if self.plan else None

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to look at."""
        return self.plan is not None


LATEST = (
    select(FloorPlan.area_id, func.max(FloorPlan.version).label("version"))
    .group_by(FloorPlan.area_id)
    .subquery()
)


def area_plans(session: Session, park_id: int) -> Sequence[AreaPlan]:
    """List the areas of a park in their order, each with the version of its plan that holds."""
    rows = session.execute(
        select(Area, FloorPlan)
        .outerjoin(LATEST, LATEST.c.area_id == Area.id)
        .outerjoin(FloorPlan, (FloorPlan.area_id == Area.id) & (FloorPlan.version == LATEST.c.version))
        .where(Area.park_id == park_id)
        .order_by(Area.position, Area.name)
    )
    return [AreaPlan(*row) for row in rows]


def latest_plan(session: Session, area_id: int) -> FloorPlan | None:
    """Give the version of an area's plan that holds; None where it has none."""
    return version_of_plan(session, area_id, None)


def was_placed(session: Session, area_id: int, space_id: int) -> bool:
    """Tell whether an area's plan has a place for a space, be it in that area still or not."""
    plan = latest_plan(session, area_id)
    return plan is not None and space_id in Layout.read(plan.layout, of=f"floor_plan {plan.id}").boxes()


def version_of_plan(session: Session, area_id: int, version: int | None) -> FloorPlan | None:
    """Give one version of an area's plan, without a number the latest; None where there is none."""
    wanted = select(FloorPlan).where(FloorPlan.area_id == area_id)
    if version is not None:
        wanted = wanted.where(FloorPlan.version == version)
    return session.scalar(wanted.order_by(FloorPlan.version.desc()).limit(1))


def spaces_to_place(session: Session, area_id: int) -> Sequence[Space]:
    """List what may lie on an area's plan: its spaces in use; combined ones lie where their parts do."""
    combined = select(space_part.c.whole_id)
    return session.scalars(
        select(Space)
        .where(Space.area_id == area_id, Space.retired_at.is_(None), Space.id.not_in(combined))
        .order_by(Space.position, Space.code)
    ).all()
