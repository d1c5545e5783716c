"""Questions of the administrator's inventory pages; none needs more queries for more rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.spaces.models import Area, Closure, Equipment, Kind, OpeningRule, Space, space_part


@dataclass(frozen=True, slots=True)
class InventoryFilter:
    """What a list of spaces is narrowed to; `state` is in_use, retired or all, `page` counts from 1."""

    kind: Kind | None = None
    area_id: int | None = None
    state: str = "in_use"
    text: str = ""
    page: int = 1


PAGE = 50


def spaces_page(session: Session, park_id: int, wanted: InventoryFilter) -> tuple[Sequence[Space], int]:
    """List one page of the spaces wanted, with area, equipment and parts, and count all of them."""
    where = _narrowed(park_id, wanted)
    total = session.scalar(select(func.count()).select_from(Space).where(*where)) or 0
    rows = session.scalars(
        select(Space)
        .join(Space.area)
        .where(*where)
        .options(joinedload(Space.area), selectinload(Space.equipment), selectinload(Space.parts))
        .order_by(Area.position, Area.name, Space.position, Space.code)
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    ).all()
    return rows, total


def _narrowed(park_id: int, wanted: InventoryFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [Space.park_id == park_id]
    if wanted.kind is not None:
        where.append(Space.kind == wanted.kind)
    if wanted.area_id is not None:
        where.append(Space.area_id == wanted.area_id)
    if wanted.state != "all":
        retired = Space.retired_at.is_not(None)
        where.append(retired if wanted.state == "retired" else ~retired)
    if wanted.text:
        where.append(_speaks_of(wanted.text))
    return where


def _speaks_of(text: str) -> ColumnElement[bool]:
    thing = Space.equipment.any(Equipment.name.icontains(text, autoescape=True))
    columns = (Space.code, Space.name, Space.name_en)
    return or_(thing, *(column.icontains(text, autoescape=True) for column in columns))


def all_spaces(session: Session, park_id: int, *, with_retired: bool = False) -> Sequence[Space]:
    """List all spaces of a park with area, equipment and parts, in the order of their lists."""
    wanted = select(Space).join(Space.area).where(Space.park_id == park_id)
    if not with_retired:
        wanted = wanted.where(Space.retired_at.is_(None))
    return session.scalars(
        wanted.options(
            joinedload(Space.area), selectinload(Space.equipment), selectinload(Space.parts)
        ).order_by(Area.position, Area.name, Space.position, Space.code)
    ).all()


def possible_parts(session: Session, park_id: int, kind: Kind, whole_id: int | None) -> Sequence[Space]:
    """List what a combined space of a kind could be made of: in use, not combined, and not itself."""
    combined = select(space_part.c.whole_id)
    mine = select(space_part.c.part_id).where(space_part.c.whole_id == whole_id)
    free = Space.retired_at.is_(None) & Space.id.not_in(combined) & (Space.id != (whole_id or 0))
    return session.scalars(
        select(Space)
        .where(Space.park_id == park_id, Space.kind == kind, free | Space.id.in_(mine))
        .order_by(Space.position, Space.code)
    ).all()


def wholes_of(session: Session, part_id: int) -> Sequence[Space]:
    """List the combined spaces a space is a part of."""
    return session.scalars(
        select(Space)
        .join(space_part, space_part.c.whole_id == Space.id)
        .where(space_part.c.part_id == part_id)
        .order_by(Space.code)
    ).all()


def lock_space(session: Session, park_id: int, space_id: int) -> Space | None:
    """Find a space of the park and lock it until the transaction ends; None where it is another's."""
    return session.scalar(
        select(Space)
        .where(Space.id == space_id, Space.park_id == park_id)
        .order_by(Space.id)
        .with_for_update(of=Space)
    )


def area_in_park(session: Session, park_id: int, area_id: int) -> Area | None:
    """Find an area; None where it is another park's."""
    return session.scalar(select(Area).where(Area.id == area_id, Area.park_id == park_id).order_by(Area.id))


def areas_of(session: Session, park_id: int) -> Sequence[Area]:
    """List the areas of a park in their order."""
    return session.scalars(
        select(Area).where(Area.park_id == park_id).order_by(Area.position, Area.name)
    ).all()


def spaces_in_areas(session: Session, park_id: int) -> Mapping[int, int]:
    """Count the spaces of each area, retired ones too, since they keep an area from being removed."""
    rows = session.execute(
        select(Space.area_id, func.count())
        .where(Space.park_id == park_id)
        .group_by(Space.area_id)
        .order_by(Space.area_id)
    )
    return {area_id: count for area_id, count in rows}  # noqa: C416 - rows are not tuples to mypy


def spaces_with_own_rules(session: Session, park_id: int) -> Sequence[Space]:
    """List the spaces that override the rule of their kind."""
    return session.scalars(
        select(Space)
        .join(OpeningRule, OpeningRule.space_id == Space.id)
        .where(Space.park_id == park_id)
        .order_by(Space.kind, Space.position, Space.code)
    ).all()


def written_kinds(session: Session, park_id: int) -> frozenset[Kind]:
    """Tell for which kinds a rule was written; the park's hours hold for the others."""
    return frozenset(
        session.scalars(
            select(OpeningRule.kind)
            .where(OpeningRule.park_id == park_id, OpeningRule.space_id.is_(None))
            .order_by(OpeningRule.kind)
        )
    )


def closures_page(
    session: Session, park_id: int, *, now: datetime, past: bool, page: int = 1
) -> tuple[Sequence[Closure], int]:
    """List closures with spaces: what is or comes, first first, or what is over or lifted, latest first."""
    over = (Closure.ends_at <= now) | Closure.lifted_at.is_not(None)
    where = (Closure.park_id == park_id, over if past else ~over)
    total = session.scalar(select(func.count()).select_from(Closure).where(*where)) or 0
    order = (Closure.starts_at.desc(), Closure.id.desc()) if past else (Closure.starts_at, Closure.id)
    rows = session.scalars(
        select(Closure)
        .where(*where)
        .options(joinedload(Closure.space))
        .order_by(*order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return rows, total


def closures_to_come(session: Session, space_id: int, *, now: datetime) -> Sequence[Closure]:
    """List what closes a space that is or comes, earliest first: of its parts and its wholes, too."""
    parts = select(space_part.c.part_id).where(space_part.c.whole_id == space_id)
    wholes = select(space_part.c.whole_id).where(space_part.c.part_id == space_id)
    there = or_(Closure.space_id == space_id, Closure.space_id.in_(parts.union(wholes)))
    return session.scalars(
        select(Closure)
        .where(there, Closure.ends_at > now, Closure.lifted_at.is_(None))
        .options(joinedload(Closure.space))
        .order_by(Closure.starts_at, Closure.id)
    ).all()


def closure_in_park(session: Session, park_id: int, closure_id: int) -> Closure | None:
    """Find a closure; None where it is another park's."""
    return session.scalar(
        select(Closure).where(Closure.id == closure_id, Closure.park_id == park_id).order_by(Closure.id)
    )


def picture_in_park(session: Session, park_id: int, document_id: int) -> bool:
    """Tell whether a document hangs at a space or an area of the park; other documents are no pictures."""
    at_space = select(Space.id).where(Space.park_id == park_id, Space.picture_id == document_id)
    at_area = select(Area.id).where(Area.park_id == park_id, Area.plan_id == document_id)
    return bool(session.scalar(select(at_space.exists() | at_area.exists())))


def codes_of(session: Session, park_id: int, ids: Collection[int]) -> Mapping[int, str]:
    """Give what stands on the doors of these spaces, retired or not, by their ids."""
    if not ids:
        return {}
    wanted = select(Space.id, Space.code).where(Space.park_id == park_id, Space.id.in_(ids))
    return {row.id: row.code for row in session.execute(wanted.order_by(Space.id))}
