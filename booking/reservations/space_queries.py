"""Questions about which spaces there are, and which of them nobody has then."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.parks.edition import kept
from booking.reservations.models import Occupancy
from booking.reservations.queries import claimed_spaces, held_by_others
from booking.spaces.models import Area, Equipment, Kind, Space, space_part
from booking.values.span import Span


class SpaceRow(NamedTuple):
    """What a page says about a space."""

    id: int
    code: str
    name: str
    name_en: str | None
    kind: Kind
    capacity: int
    area_id: int
    area: str
    area_en: str | None
    area_hundredths: int
    picture_id: int | None


SPACE_COLUMNS = (
    Space.id, Space.code, Space.name, Space.name_en, Space.kind, Space.capacity, Space.area_id,
    Area.name, Area.name_en, Space.area_hundredths, Space.picture_id,
)  # fmt: skip


def spaces_in_service(
    session: Session, park_id: int, kind: Kind, now: datetime, area_id: int | None = None
) -> list[SpaceRow]:
    """List the spaces of a kind in service, in the order of areas and positions."""
    where = [Space.park_id == park_id, Space.kind == kind, _in_service(now)]
    if area_id is not None:
        where.append(Space.area_id == area_id)
    rows = session.execute(
        select(*SPACE_COLUMNS)
        .join(Area, Area.id == Space.area_id)
        .where(*where)
        .order_by(Area.position, Area.id, Space.position, Space.id)
    )
    return [SpaceRow._make(row) for row in rows]


def space_rows(session: Session, ids: Collection[int]) -> list[SpaceRow]:
    """Give these spaces, in the order of areas and positions."""
    rows = session.execute(
        select(*SPACE_COLUMNS)
        .join(Area, Area.id == Space.area_id)
        .where(Space.id.in_(ids))
        .order_by(Area.position, Area.id, Space.position, Space.id)
    )
    return [SpaceRow._make(row) for row in rows]


def areas_of_kind(session: Session, park_id: int, kind: Kind) -> Sequence[tuple[int, str, str | None]]:
    """List the areas that have spaces of a kind: id, name, English name."""
    return kept(session, park_id, ("areas", kind), lambda: _areas_of_kind(session, park_id, kind))


def _areas_of_kind(session: Session, park_id: int, kind: Kind) -> tuple[tuple[int, str, str | None], ...]:
    there = select(Space.area_id).where(Space.park_id == park_id, Space.kind == kind)
    rows = session.execute(
        select(Area.id, Area.name, Area.name_en)
        .where(Area.park_id == park_id, Area.id.in_(there))
        .order_by(Area.position, Area.id)
    )
    return tuple((row.id, row.name, row.name_en) for row in rows)


def equipment_of_kind(session: Session, park_id: int, kind: Kind) -> Sequence[str]:
    """List the names of what spaces of a kind have."""
    return kept(session, park_id, ("equipment", kind), lambda: _equipment_of_kind(session, park_id, kind))


def _equipment_of_kind(session: Session, park_id: int, kind: Kind) -> tuple[str, ...]:
    names = (
        select(Equipment.name)
        .join(Space, Space.id == Equipment.space_id)
        .where(Space.park_id == park_id, Space.kind == kind)
    )
    return tuple(session.scalars(names.distinct().order_by(Equipment.name)))


SPACE_TO_BOOK = (
    select(Space)
    .where(Space.id == bindparam("space_id"), Space.park_id == bindparam("park_id"))
    .options(joinedload(Space.area, innerjoin=True), joinedload(Space.park, innerjoin=True))
)


def space_to_book(session: Session, park_id: int, space_id: int) -> Space | None:
    """Give a space of this park with its area and park and nothing more; None where it is another park's."""
    return session.scalar(SPACE_TO_BOOK, {"space_id": space_id, "park_id": park_id})


def spaces_by_id(session: Session, ids: Collection[int]) -> Sequence[Space]:
    """Give these spaces with area and equipment, in order of id."""
    return session.scalars(
        select(Space)
        .where(Space.id.in_(ids))
        .options(joinedload(Space.area), selectinload(Space.equipment))
        .order_by(Space.id)
    ).all()


def largest_of_kinds(session: Session, park_id: int, now: datetime) -> dict[Kind, int]:
    """Tell how many the largest space of each kind seats."""
    rows = session.execute(
        select(Space.kind, func.max(Space.capacity))
        .where(Space.park_id == park_id, _in_service(now))
        .group_by(Space.kind)
    )
    return {row[0]: row[1] for row in rows}


class SpaceFilter(NamedTuple):
    """What a space must offer."""

    people: int = 1
    equipment: Sequence[str] = ()
    area_id: int | None = None


ANYTHING = SpaceFilter()


def free_spaces(
    session: Session,
    park_id: int,
    kind: Kind,
    span: Span,
    now: datetime,
    wanted: SpaceFilter = ANYTHING,
    *,
    but: int | None = None,
) -> list[int]:
    """Name the spaces that nobody has then, but perhaps the reservation named, the smallest first."""
    claimed = claimed_spaces(span, kind, Occupancy.space_kind == kind, held_by_others(but))
    wholes = select(space_part.c.whole_id).where(space_part.c.part_id.in_(claimed))
    free = (Space.id.not_in(claimed), Space.id.not_in(wholes))
    return _fitting(session, park_id, kind, wanted, now, *free)


def fitting_spaces(
    session: Session, park_id: int, kind: Kind, now: datetime, wanted: SpaceFilter = ANYTHING
) -> list[int]:
    """Name the spaces that offer what is wanted, free or not, the smallest first."""
    return _fitting(session, park_id, kind, wanted, now)


def _in_service(now: datetime) -> ColumnElement[bool]:
    return or_(Space.retired_at.is_(None), Space.retired_at > now)


def _fitting(
    session: Session,
    park_id: int,
    kind: Kind,
    wanted: SpaceFilter,
    now: datetime,
    *where: ColumnElement[bool],
) -> list[int]:
    which = [Space.park_id == park_id, Space.kind == kind, Space.capacity >= wanted.people]
    which += [_in_service(now), *where]
    if wanted.area_id is not None:
        which.append(Space.area_id == wanted.area_id)
    has = (select(Equipment.space_id).where(Equipment.name == name) for name in wanted.equipment)
    which += [Space.id.in_(those) for those in has]
    order = (Space.capacity, Space.position, Space.id)
    return list(session.scalars(select(Space.id).where(*which).order_by(*order)))
