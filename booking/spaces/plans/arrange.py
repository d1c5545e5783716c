"""Draw an area's plan and lay its spaces on it; go one version back."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE
from booking.spaces.models import Area
from booking.spaces.plans.models import FloorPlan
from booking.spaces.plans.queries import latest_plan, spaces_to_place, version_of_plan
from booking.spaces.plans.rules import Layout, NoEarlierPlan, check_layout


def arrange(session: Session, area: Area, layout: Layout, *, by: Actor, now: datetime) -> FloorPlan:
    """Make the next version of an area's plan; raises what `check_layout` refuses.

    The same again makes none. One after the other: the area is locked.
    """
    session.get_one(Area, area.id, with_for_update=NO_KEY_UPDATE)
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
    session.get_one(Area, area.id, with_for_update=NO_KEY_UPDATE)
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
