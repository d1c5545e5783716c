"""Questions about spaces that every room above may ask."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, literal, null, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.parks.models import Park
from booking.parks.queries import kept, park_at_hand
from booking.spaces.models import (
    AnySpace,
    Area,
    Equipment,
    ExtendedHours,
    Kind,
    OpeningRule,
    Space,
)
from booking.spaces.rules import FIGURES, ExtendedDay, Opening, usual_opening
from booking.spaces.standing import standing_of_park
from booking.understand.sentence import OwnWords
from booking.values import FAR_FUTURE


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
    owed: Mapping[int, int] = field(default_factory=dict)

    def of(self, space_id: int, kind: Kind, *wholes: int) -> Opening:
        """Give the space's own rule whole, else its kind's, else the usual one; with its exceptions.

        Who names combined spaces gets theirs too: then it is open as a part of them. What is combined is kept
        free after a use as long as any of its parts, unless these are the rules as they are written.
        """
        rule = self.of_space.get(space_id) or self._of_kind(kind)
        if (owed := self.owed.get(space_id, 0)) > rule.buffer_minutes:
            rule = replace(rule, buffer_minutes=owed)
        return _extended(rule, kind, self.extended, space_id, *wholes)

    def by_rule(self, ids: Sequence[int], kind: Kind) -> Mapping[Opening, Sequence[int]]:
        """Gather spaces of a kind by the rule that holds for each; most follow that of their kind."""
        own = self.of_space.keys() | self.extended.keys() | self.owed.keys()
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
    of_kind, of_space, extended, owed = _written(session, park_id, anew=anew)
    usual = usual_of(park_at_hand(session, park_id))
    owed = NOTHING_OWED if since is None else owed
    return ParkRules(usual, of_kind, of_space, _from(extended, since), owed)


def _from(extended: Exceptions, since: date | None) -> Exceptions:
    if since is None or not extended:
        return {}
    coming = {space: tuple(one for one in days if one.day >= since) for space, days in extended.items()}
    return {space: days for space, days in coming.items() if days}


NOTHING_OWED: Mapping[int, int] = {}
_Written = tuple[dict[Kind, Opening], dict[int, Opening], Exceptions, Mapping[int, int]]


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
    return of_kind, of_space, dict(extended), _owed(session, park_id, of_kind, of_space)


def _owed(
    session: Session, park_id: int, of_kind: Mapping[Kind, Opening], of_space: Mapping[int, Opening]
) -> Mapping[int, int]:
    """Tell for how many minutes combined spaces are kept free after a use for the longest of their parts."""
    if not any(rule.buffer_minutes for rule in (*of_kind.values(), *of_space.values())):
        return NOTHING_OWED

    def minutes(space_id: int, kind: Kind) -> int:
        rule = of_space.get(space_id) or of_kind.get(kind)
        return rule.buffer_minutes if rule else 0

    standing = standing_of_park(session, park_id).items()
    return {whole: max(minutes(*part) for part in parts) for whole, (_, parts) in standing if parts}


def kept_until(session: Session, space: AnySpace, end: datetime, buffer_minutes: int | None) -> datetime:
    """Tell until when a use that ends then keeps a space: by its rule, or a part's that says longer.

    `buffer_minutes` is for who knows that already.
    """
    if end >= FAR_FUTURE:
        return end
    if buffer_minutes is None:
        buffer_minutes = rule_for(session, space, since=date.max).buffer_minutes
    return end + timedelta(minutes=buffer_minutes)


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
