"""Whether spaces are in use, and what they are made of: from memory, or held while they are claimed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from booking.db.ready import ReadyStatement
from booking.parks.queries import kept
from booking.spaces.models import AnySpace, Kind, Space, space_part

ParkStanding = tuple[datetime | None, tuple[tuple[int, Kind], ...]]
"""Since when a space is retired, and its parts with their kinds, in order of id."""

PART = aliased(Space)
PARTS_NOW = ReadyStatement(
    select(PART.id, PART.kind)
    .join(space_part, space_part.c.part_id == PART.id)
    .where(space_part.c.whole_id == bindparam("space_id"))
    .order_by(PART.id)
)


def parts_now(session: Session, space_id: int) -> tuple[tuple[int, Kind], ...]:
    """Tell what a space that is locked is made of, as it stays till the transaction ends.

    `SPACE_STANDING` tells it as it was before its lock had to wait for whoever changed it.
    """
    found = PARTS_NOW.all(session.connection(), {"space_id": space_id})
    return tuple((part, kind) for part, kind in found)


STANDING_OF_PARK = (
    select(Space.id, Space.retired_at, PART.id, PART.kind)
    .outerjoin(space_part, space_part.c.whole_id == Space.id)
    .outerjoin(PART, PART.id == space_part.c.part_id)
    .where(Space.park_id == bindparam("park_id"))
    .order_by(Space.id, PART.id)
)
STANDING_NOW = (
    select(PART.id, PART.kind, Space.retired_at)
    .outerjoin(space_part, space_part.c.whole_id == Space.id)
    .outerjoin(PART, PART.id == space_part.c.part_id)
    .where(Space.id == bindparam("space_id"))
    .order_by(PART.id)
)
IN_ORDER = (
    select(Space.id)
    .where(Space.id.in_(bindparam("ids", expanding=True)))
    .order_by(Space.id)
    .with_for_update(key_share=True)
)
SPACE_STANDING = STANDING_NOW.with_for_update(read=True, key_share=True, of=Space)
_STANDING_NOW, _HELD_STANDING = ReadyStatement(STANDING_NOW), ReadyStatement(SPACE_STANDING)


def lock_standing(session: Session, space_id: int) -> ParkStanding:
    """Tell it of one space, which nobody can retire or change the parts of before the transaction ends."""
    return standing_of_rows(_HELD_STANDING.all(session.connection(), {"space_id": space_id}))


def standing_of_rows(rows: Sequence[Sequence[Any]]) -> ParkStanding:
    """Tell what the rows of `SPACE_STANDING` say, of which there is at least one."""
    return rows[0][2], tuple((row[0], row[1]) for row in rows if row[0] is not None)


class HeldSpace(NamedTuple):
    """A space whose standing this transaction holds, as an `AnySpace`: until it ends, nobody retires it."""

    id: int
    park_id: int
    kind: Kind
    code: str
    capacity: int
    area_hundredths: int
    retired_at: datetime | None
    parts: tuple[tuple[int, Kind], ...]


def standing_of_park(session: Session, park_id: int) -> Mapping[int, ParkStanding]:
    """Tell it of all spaces of a park, by id, from memory."""
    return kept(session, park_id, "standing", lambda: _standing_of_park(session, park_id))


def _standing_of_park(session: Session, park_id: int) -> dict[int, ParkStanding]:
    retired: dict[int, datetime | None] = {}
    parts: defaultdict[int, list[tuple[int, Kind]]] = defaultdict(list)
    for space_id, retired_at, part_id, kind in session.execute(STANDING_OF_PARK, {"park_id": park_id}):
        retired[space_id] = retired_at
        if part_id is not None:
            parts[space_id].append((part_id, kind))
    return {one: (since, tuple(parts[one])) for one, since in retired.items()}


def held_standing(session: Session, space: AnySpace, *, anew: bool) -> ParkStanding:
    """Tell it of a space for whoever claims it.

    Makes sure that nobody retires it meanwhile, or changes its parts: who does waits for us, or we for them;
    what was read before may be older than their commit. The statement that waited read the parts before it
    did, so they are read again: of one that was combined then, and of any `anew`. That another became so
    meanwhile is seen where its claim is written. SQLite has one writer anyway.
    """
    one_writer = session.get_bind().dialect.name == "sqlite"
    if isinstance(space, HeldSpace):
        retired_at, parts = space.retired_at, space.parts
    elif one_writer:
        retired_at, parts = standing_of_park(session, space.park_id)[space.id]
    else:
        retired_at, parts = lock_standing(session, space.id)
    if (parts or anew) and not one_writer:
        parts = parts_now(session, space.id)
    return retired_at, parts


def lock_to_fill(session: Session, space: AnySpace) -> ParkStanding:
    """Queue up, as `lock_spaces` does, for a space and its parts that many claims are to be written for.

    What is no combined one, as far as one remembers, is locked first and looked at then. Where it became one
    meanwhile, or was one before, its parts are asked for first, and locked with it.
    """
    if session.get_bind().dialect.name == "postgresql" and not _is_combined(session, space):
        lock_spaces(session, {space.id})
        now_is = _STANDING_NOW.all(session.connection(), {"space_id": space.id})
        if not (standing := standing_of_rows(now_is))[1]:
            return standing
    retired_at, parts = held_standing(session, space, anew=True)
    lock_spaces(session, {part for part, _ in parts} | {space.id})
    return retired_at, parts


def _is_combined(session: Session, space: AnySpace) -> bool:
    there = standing_of_park(session, space.park_id).get(space.id)
    return there is not None and bool(there[1])


def is_combined_now(session: Session, space_id: int) -> bool:
    """Tell whether a space became a combined one before we had it locked; SQLite has one writer."""
    return session.get_bind().dialect.name == "postgresql" and bool(parts_now(session, space_id))


def lock_spaces(session: Session, space_ids: set[int]) -> None:
    """Queue up with everybody who takes several spaces or moves between them, so that none waits in a ring.

    Who takes several in one act calls it first, with all of them and their parts. NO KEY UPDATE, since a
    plain claim's foreign key shares the row's key. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    session.connection().execute(IN_ORDER, {"ids": sorted(space_ids)}).all()
