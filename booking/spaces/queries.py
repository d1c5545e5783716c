"""Questions about spaces that every room above may ask."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, bindparam, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from booking.parks.models import Park
from booking.parks.queries import kept
from booking.spaces.models import (
    AnySpace,
    Area,
    Equipment,
    ExtendedHours,
    Kind,
    OpeningRule,
    Space,
    space_part,
)
from booking.spaces.rules import FIGURES, ExtendedDay, Opening, usual_opening
from booking.understand.sentence import OwnWords


def space_in_park(session: Session, park_id: int, space_id: int) -> Space | None:
    """Find a space, retired or not, with its area, equipment and parts; None where it is another park's."""
    return session.scalar(
        select(Space)
        .where(Space.id == space_id, Space.park_id == park_id)
        .options(joinedload(Space.area), selectinload(Space.equipment), selectinload(Space.parts))
        .order_by(Space.id)
    )


def spaces_of_kind(
    session: Session,
    park_id: int,
    kind: Kind,
    *,
    area_id: int | None = None,
    with_retired: bool = False,
) -> Sequence[Space]:
    """List the spaces of a kind in the order of their list, with area and equipment, without retired ones."""
    wanted = select(Space).where(Space.park_id == park_id, Space.kind == kind)
    if area_id is not None:
        wanted = wanted.where(Space.area_id == area_id)
    if not with_retired:
        wanted = wanted.where(Space.retired_at.is_(None))
    return session.scalars(
        wanted.options(joinedload(Space.area), selectinload(Space.equipment)).order_by(
            Space.position, Space.code
        )
    ).all()


RULE_FACTS = attrgetter(*FIGURES)


def opening_of(rule: OpeningRule) -> Opening:
    """Turn a row into plain facts."""
    return Opening(*RULE_FACTS(rule))


Exceptions = Mapping[int | None, tuple[ExtendedDay, ...]]
"""The dated exceptions of each space; under None those of the whole park."""


@dataclass(frozen=True, slots=True)
class ParkRules:
    """All rules of a park, read once; `of` tells the one that holds for a space."""

    usual: Mapping[Kind, Opening]
    of_kind: Mapping[Kind, Opening]
    of_space: Mapping[int, Opening]
    extended: Exceptions = field(default_factory=dict)

    def of(self, space_id: int, kind: Kind, *wholes: int) -> Opening:
        """Give the space's own rule whole, else its kind's, else the usual one; with its exceptions.

        Who names combined spaces gets theirs too: then it is open as a part of them.
        """
        rule = self.of_space.get(space_id) or self._of_kind(kind)
        return _extended(rule, kind, self.extended, space_id, *wholes)

    def by_rule(self, ids: Sequence[int], kind: Kind) -> Mapping[Opening, Sequence[int]]:
        """Gather spaces of a kind by the rule that holds for each; most follow that of their kind."""
        own = self.of_space.keys() | self.extended.keys()
        found: defaultdict[Opening, list[int]] = defaultdict(list)
        if plain := [one for one in ids if one not in own]:
            found[self.kind(kind)] = plain
        for one in ids if own else ():
            if one in own:
                found[self.of(one, kind)].append(one)
        return found

    def kind(self, kind: Kind) -> Opening:
        """Give the rule of a kind, else the park's usual one; with the park's exceptions."""
        return _extended(self._of_kind(kind), kind, self.extended)

    def _of_kind(self, kind: Kind) -> Opening:
        return self.of_kind.get(kind) or self.usual[kind]


def _extended(rule: Opening, kind: Kind, known: Exceptions, *spaces: int) -> Opening:
    """Add the exceptions to a rule; stores are had by whole days and have none."""
    if not known or kind is Kind.STORAGE:
        return rule
    found = tuple(one for space in (None, *spaces) for one in known.get(space, ()))
    return replace(rule, extended=found) if found else rule


NO_RULE: tuple[ColumnElement[Any], ...] = tuple(null() for _ in FIGURES)
NO_DAY = (literal(None, Date()), null(), null())
RULES = select(
    OpeningRule.space_id, OpeningRule.kind, *(getattr(OpeningRule, figure) for figure in FIGURES), *NO_DAY
).where(OpeningRule.park_id == bindparam("park_id"))
EXTENDED = select(
    ExtendedHours.space_id,
    null(),
    *NO_RULE,
    ExtendedHours.day,
    ExtendedHours.opens_minute,
    ExtendedHours.closes_minute,
).where(
    ExtendedHours.park_id == bindparam("park_id"),
    ExtendedHours.taken_back_at.is_(None),
)
RULES_OF_PARK = union_all(RULES, EXTENDED)
"""Rules and exceptions come in one statement."""


def rules_for(session: Session, park_id: int, *, since: date | None, anew: bool = False) -> ParkRules:
    """Give the rules of a park, with the exceptions from a local day on.

    Without a day they are the rules as they are written, for whoever edits or explains those. `anew` is for
    who has just made sure that nobody changes them meanwhile.
    """
    of_kind, of_space, extended = _written(session, park_id, anew=anew)
    usual = usual_of(session.get_one(Park, park_id))
    return ParkRules(usual, of_kind, of_space, _from(extended, since))


def _from(extended: Exceptions, since: date | None) -> Exceptions:
    if since is None or not extended:
        return {}
    coming = {space: tuple(one for one in days if one.day >= since) for space, days in extended.items()}
    return {space: days for space, days in coming.items() if days}


_Written = tuple[dict[Kind, Opening], dict[int, Opening], Exceptions]


def _written(session: Session, park_id: int, *, anew: bool) -> _Written:
    """Give all rules and exceptions that are written, by kind and by space."""
    if anew:
        return _read_rules(session, park_id)
    return kept(session, park_id, "rules", lambda: _read_rules(session, park_id))


def _read_rules(session: Session, park_id: int) -> _Written:
    of_kind: dict[Kind, Opening] = {}
    of_space: dict[int, Opening] = {}
    extended: defaultdict[int | None, tuple[ExtendedDay, ...]] = defaultdict(tuple)
    for space_id, kind, *figures, day, opens, closes in session.execute(RULES_OF_PARK, {"park_id": park_id}):
        if day is not None:
            extended[space_id] += (ExtendedDay(day, opens, closes),)
        elif space_id is None:
            of_kind[kind] = Opening(*figures)
        else:
            of_space[space_id] = Opening(*figures)
    return of_kind, of_space, dict(extended)


def usual_of(park: Park) -> Mapping[Kind, Opening]:
    """Make the rules that hold in a park as long as nobody wrote any."""
    return _usual(park.opens, park.closes, park.open_on_rest_days)


@lru_cache(maxsize=64)
def _usual(opens: time, closes: time, open_on_rest_days: bool) -> Mapping[Kind, Opening]:  # noqa: FBT001 - a fact of the park
    return {
        kind: usual_opening(opens, closes, open_on_rest_days=open_on_rest_days, by_day=kind is Kind.STORAGE)
        for kind in Kind
    }


def rule_for(session: Session, space: AnySpace, *, since: date | None, anew: bool = False) -> Opening:
    """Give what holds for a space: its own row whole, else its kind's, else the park's usual one.

    With the exceptions from a local day on, without one as it is written; `anew` as for `rules_for`.
    """
    return rules_for(session, space.park_id, since=since, anew=anew).of(space.id, space.kind)


def own_words(session: Session, park_id: int) -> OwnWords:
    """Give what a park calls its things, areas and spaces, for reading what people ask for."""
    areas = session.execute(select(Area.name, Area.name_en).where(Area.park_id == park_id).order_by(Area.id))
    spaces = session.execute(
        select(Space.name, Space.name_en, Space.code).where(Space.park_id == park_id).order_by(Space.id)
    )
    names, called = ([name for row in rows for name in row if name] for rows in (areas, spaces))
    things = tuple(equipment_names(session, park_id))
    return OwnWords(things, tuple(dict.fromkeys(names)), tuple(dict.fromkeys(called)))


def equipment_names(session: Session, park_id: int) -> Sequence[str]:
    """List the names of equipment in use in a park, each once, in order."""
    return session.scalars(
        select(Equipment.name)
        .join(Space, Space.id == Equipment.space_id)
        .where(Space.park_id == park_id)
        .distinct()
        .order_by(Equipment.name)
    ).all()


ParkStanding = tuple[datetime | None, tuple[tuple[int, Kind], ...]]
"""Since when a space is retired, and its parts with their kinds, in order of id."""

PART = aliased(Space)
STANDING_OF_PARK = (
    select(Space.id, Space.retired_at, PART.id, PART.kind)
    .outerjoin(space_part, space_part.c.whole_id == Space.id)
    .outerjoin(PART, PART.id == space_part.c.part_id)
    .where(Space.park_id == bindparam("park_id"))
    .order_by(Space.id, PART.id)
)
SPACE_STANDING = (
    select(PART.id, PART.kind, Space.retired_at)
    .outerjoin(space_part, space_part.c.whole_id == Space.id)
    .outerjoin(PART, PART.id == space_part.c.part_id)
    .where(Space.id == bindparam("space_id"))
    .order_by(PART.id)
    .with_for_update(read=True, key_share=True, of=Space)
)


def lock_standing(session: Session, space_id: int) -> ParkStanding:
    """Tell it of one space, which nobody can retire before the transaction ends."""
    found = session.connection().execute(SPACE_STANDING, {"space_id": space_id}).all()
    return standing_of_rows(found)


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
