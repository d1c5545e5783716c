"""Questions about which spaces there are, and which of them nobody has then."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.db.ready import ReadyStatement
from booking.db.rows import columns_of, facts_of, object_of
from booking.parks.models import Park
from booking.parks.queries import is_seen, kept, note_edition
from booking.reservations.queries import claimed_spaces, held_by_others, parts_of_wholes, times_of
from booking.spaces.models import Area, Equipment, Kind, Space
from booking.values import Span


class Combined(NamedTuple):
    """A combined space and what it is made of, each by its names; the parts by id."""

    name: str
    name_en: str | None
    parts: Mapping[int, tuple[str, str | None]]


def combined_spaces(session: Session, park_id: int) -> Mapping[int, Combined]:
    """Tell of the combined spaces of a park, by id; from memory while nothing of the park changes."""
    return kept(session, park_id, "combined", lambda: _combined(session, park_id))


def _combined(session: Session, park_id: int) -> Mapping[int, Combined]:
    wholes = parts_of_wholes(session, park_id)
    ids = {one for whole, parts in wholes.items() for one in (whole, *parts)}
    rows = (
        session.execute(select(Space.id, Space.name, Space.name_en).where(Space.id.in_(ids))) if ids else ()
    )
    names = {row[0]: (row[1], row[2]) for row in rows}
    return {
        whole: Combined(*names[whole], {part: names[part] for part in parts})
        for whole, parts in wholes.items()
    }


BEHIND_A_NAME = " \u3000·・.,_()（）/-"


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
    park_id: int
    position: int
    retired_at: datetime | None
    equipment: tuple[str, ...]  # names, in order

    def begins_with(self, name: str) -> bool:
        """Tell whether its name, in either language, is this one and more behind a blank or point."""
        names = (one for one in (self.name, self.name_en) if one and one.startswith(name))
        return bool(name) and any(one[len(name)] in BEHIND_A_NAME for one in names if len(one) > len(name))

    def is_in_service(self, now: datetime) -> bool:
        """Tell whether it is not retired yet."""
        return self.retired_at is None or self.retired_at > now

    @classmethod
    def of(cls, space: Space) -> Self:
        """Make it of a space that is loaded."""
        area, has = space.area, tuple(sorted(one.name for one in space.equipment))
        return cls(
            space.id, space.code, space.name, space.name_en, space.kind, space.capacity, space.area_id,
            area.name, area.name_en, space.area_hundredths, space.picture_id, space.park_id, space.position,
            space.retired_at, has,
        )  # fmt: skip


PLACE_COLUMNS = (
    Space.id, Space.code, Space.name, Space.name_en, Space.kind, Space.capacity, Space.area_id,
    Area.name, Area.name_en, Space.area_hundredths, Space.picture_id, Space.park_id, Space.position,
    Space.retired_at,
)  # fmt: skip


def _places(session: Session, park_id: int, kind: Kind) -> tuple[SpaceRow, ...]:
    """Give all spaces of a kind, retired or not, in the order of areas and positions."""
    return kept(session, park_id, ("places", kind), lambda: _read_places(session, park_id, kind))


def _read_places(session: Session, park_id: int, kind: Kind) -> tuple[SpaceRow, ...]:
    has: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    here = (Space.park_id == park_id, Space.kind == kind)
    equipment = select(Equipment.space_id, Equipment.name).join(Space, Space.id == Equipment.space_id)
    for space_id, name in session.execute(equipment.where(*here).order_by(Equipment.name)):
        has[space_id] += (name,)
    rows = session.execute(
        select(*PLACE_COLUMNS)
        .join(Area, Area.id == Space.area_id)
        .where(*here)
        .order_by(Area.position, Area.id, Space.position, Space.id)
    )
    return tuple(SpaceRow._make((*facts, has[facts[0]])) for facts in rows)


def _by_size(session: Session, park_id: int, kind: Kind) -> tuple[SpaceRow, ...]:
    """Give the same, the smallest first."""

    def ordered() -> tuple[SpaceRow, ...]:
        found = _places(session, park_id, kind)
        return tuple(sorted(found, key=lambda one: (one.capacity, one.position, one.id)))

    return kept(session, park_id, ("places by size", kind), ordered)


def spaces_in_service(
    session: Session, park_id: int, kind: Kind, now: datetime, area_id: int | None = None
) -> list[SpaceRow]:
    """List the spaces of a kind in service, in the order of areas and positions."""
    places = _places(session, park_id, kind)
    return [one for one in places if one.is_in_service(now) and area_id in {None, one.area_id}]


def space_rows(session: Session, park_id: int, kind: Kind, ids: Collection[int]) -> list[SpaceRow]:
    """Give these spaces of a kind, in the order of areas and positions."""
    asked = frozenset(ids)
    return [one for one in _places(session, park_id, kind) if one.id in asked]


def space_row(session: Session, park_id: int, space_id: int) -> SpaceRow | None:
    """Give a space of this park, retired or not, from memory; None where it is another park's."""

    def by_id() -> dict[int, SpaceRow]:
        return {one.id: one for kind in Kind for one in _places(session, park_id, kind)}

    return kept(session, park_id, "places by id", by_id).get(space_id)


def spaces_called(session: Session, park_id: int, name: str, now: datetime) -> list[SpaceRow]:
    """List the spaces in service of this name, in either language, or with this code; else that begin so."""
    there = [row for kind in Kind for row in _places(session, park_id, kind)]
    called = [row for row in there if name in {row.name, row.name_en, row.code}]
    found = called or [row for row in there if row.begins_with(name)]
    return [row for row in found if row.is_in_service(now)]


def areas_of_kind(session: Session, park_id: int, kind: Kind) -> Sequence[tuple[int, str, str | None]]:
    """List the areas that have spaces of a kind, retired ones too: id, name, English name."""

    def named() -> tuple[tuple[int, str, str | None], ...]:
        rows = _places(session, park_id, kind)
        return tuple(dict.fromkeys((row.area_id, row.area, row.area_en) for row in rows))

    return kept(session, park_id, ("areas", kind), named)


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


SPACE, AREA = columns_of(Space), columns_of(Area)
RULES = {"id", "zone_name", "opens", "closes", "open_on_rest_days", "edition"}
RULES_OF_PARK = columns_of(Park, only=RULES)
RULES_ALONE = ReadyStatement(select(*RULES_OF_PARK).where(Park.id == bindparam("park_id")))
SPACE_TO_BOOK = ReadyStatement(
    select(*SPACE, *AREA, *RULES_OF_PARK)
    .join(Area, Space.area_id == Area.id)
    .join(Park, Space.park_id == Park.id)
    .where(Space.id == bindparam("space_id"), Space.park_id == bindparam("park_id"))
)


def read_rules(session: Session, park_id: int) -> None:
    """Read what rules ask of a park, unless this transaction has; raises NoResultFound."""
    if not is_seen(session, park_id):
        row = RULES_ALONE.one(session.connection(), {"park_id": park_id})
        (facts,) = facts_of(row, RULES_OF_PARK)
        note_edition(session, object_of(session, Park, facts))


def space_to_book(session: Session, park_id: int, space_id: int) -> Space | None:
    """Give a space of this park with its area, and what rules ask of its park; None where it is another's."""
    asked = {"space_id": space_id, "park_id": park_id}
    row = SPACE_TO_BOOK.first(session.connection(), asked)
    if row is None:
        return None
    space, area, park = facts_of(row, SPACE, AREA, RULES_OF_PARK)
    space |= {"area": object_of(session, Area, area), "park": object_of(session, Park, park)}
    note_edition(session, space["park"])
    return object_of(session, Space, space)


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
    taken = spaces_taken(session, park_id, kind, span, but=but)
    return [found for found in fitting_spaces(session, park_id, kind, now, wanted) if found not in taken]


def spaces_taken(
    session: Session, park_id: int, kind: Kind, span: Span, *, but: int | None = None
) -> frozenset[int]:
    """Name the spaces of a kind that somebody has then, but perhaps the reservation named.

    A combined one is taken with any of its parts.
    """
    asked = {"park_id": park_id, "kind": kind} | times_of(span)
    claimed = frozenset(session.scalars(claimed_spaces(kind, held_by_others(but)), asked))
    wholes = parts_of_wholes(session, park_id).items()
    return claimed.union(whole for whole, parts in wholes if not claimed.isdisjoint(parts))


def fitting_spaces(
    session: Session, park_id: int, kind: Kind, now: datetime, wanted: SpaceFilter = ANYTHING
) -> list[int]:
    """Name the spaces that offer what is wanted, free or not, the smallest first."""
    return [row.id for row in _that_offer(_by_size(session, park_id, kind), wanted, now)]


def fitting_rows(
    session: Session, park_id: int, kind: Kind, now: datetime, wanted: SpaceFilter = ANYTHING
) -> list[SpaceRow]:
    """Give the spaces that offer what is wanted, free or not, in the order of areas and positions."""
    return _that_offer(_places(session, park_id, kind), wanted, now)


def _that_offer(places: Iterable[SpaceRow], wanted: SpaceFilter, now: datetime) -> list[SpaceRow]:
    """Choose those in service that have what is wanted."""
    things, area = frozenset(wanted.equipment), wanted.area_id
    return [
        row
        for row in places
        if row.capacity >= wanted.people
        and (row.retired_at is None or row.retired_at > now)
        and (area is None or row.area_id == area)
        and (not things or things.issubset(row.equipment))
    ]


def _in_service(now: datetime) -> ColumnElement[bool]:
    return or_(Space.retired_at.is_(None), Space.retired_at > now)
