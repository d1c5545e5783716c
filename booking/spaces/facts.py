"""What a person says about a space, and how it is written into its row."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.spaces.models import Equipment, Kind, Space, space_part
from booking.spaces.rules import OnePartIsNoCombination, Opening, PartCannotBe, PartCannotCombine


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """Everything a form or a row of a file says about a space; `area_hundredths` is hundredths of a m²."""

    code: str
    name: str
    kind: Kind
    area_id: int
    capacity: int = 1
    area_hundredths: int = 0
    name_en: str | None = None
    description: str = ""
    equipment: tuple[str, ...] = ()
    part_ids: tuple[int, ...] = ()
    position: int | None = None  # None: at the end, or where it stands


PLAIN = ("code", "name", "name_en", "area_id", "capacity", "area_hundredths", "description")


def facts_of(space: Space) -> SpaceFacts:
    """Read the facts of a row; equipment in order of name, parts in order of id."""
    return SpaceFacts(
        **{name: getattr(space, name) for name in PLAIN},
        kind=space.kind,
        equipment=tuple(sorted(item.name for item in space.equipment)),
        part_ids=tuple(sorted(part.id for part in space.parts)),
        position=space.position,
    )


def write_facts(space: Space, facts: SpaceFacts, parts: Sequence[Space]) -> None:
    """Put the facts into the row; equipment is kept once each."""
    for name in PLAIN:
        setattr(space, name, getattr(facts, name))
    if facts.position is not None:
        space.position = facts.position
    kept = {item.name: item for item in space.equipment}
    space.equipment = [
        kept.get(name) or Equipment(name=name) for name in sorted(dict.fromkeys(facts.equipment))
    ]
    space.parts = list(parts)


def choose_parts(session: Session, park_id: int, facts: SpaceFacts, whole: Space | None) -> list[Space]:
    """Find the parts named; raises where one cannot be a part, or the whole cannot be combined.

    Parts are of the same park and kind, in use, and never combined themselves; there are two or more.
    """
    if not facts.part_ids:
        return []
    if len(facts.part_ids) == 1:
        raise OnePartIsNoCombination
    if whole is not None and (wholes := codes_of_wholes(session, whole.id)):
        raise PartCannotCombine(wholes)
    wanted = select(Space).where(Space.park_id == park_id, Space.id.in_(facts.part_ids)).order_by(Space.id)
    # Who takes a part out of use just now comes before, and is seen, or waits and then sees the whole.
    held = wanted.with_for_update(read=True, key_share=True, of=Space)
    found = session.scalars(held.execution_options(populate_existing=True)).all()
    already = set(whole.parts) if whole is not None else set()
    wrong = [part for part in found if part not in already and not _may_be_part(part, facts, whole)]
    if wrong or len(found) < len(facts.part_ids):
        raise PartCannotBe(tuple(part.code for part in wrong))
    return list(found)


def _may_be_part(part: Space, facts: SpaceFacts, whole: Space | None) -> bool:
    return part is not whole and part.kind is facts.kind and part.retired_at is None and not part.parts


def codes_of_wholes(session: Session, part_id: int, *, in_use: bool = False) -> tuple[str, ...]:
    """Name the combined spaces a space is a part of; `in_use` leaves out retired ones."""
    wanted = (
        select(Space.code)
        .join(space_part, space_part.c.whole_id == Space.id)
        .where(space_part.c.part_id == part_id)
        .order_by(Space.code)
    )
    return tuple(session.scalars(wanted.where(Space.retired_at.is_(None)) if in_use else wanted))


def audited_facts(facts: SpaceFacts | Opening) -> dict[str, Any]:
    """Say the facts for the audit trail."""
    said = asdict(facts)
    said.pop("extended", None)  # an exception has an entry of its own
    return said
