"""Questions about floor plans."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.spaces.models import Area, Space, space_part
from booking.spaces.plans.models import FloorPlan
from booking.spaces.plans.rules import Layout


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
