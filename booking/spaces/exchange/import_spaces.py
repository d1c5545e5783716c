"""Import spaces from a file: compare with what is there, then carry the plan out as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.spaces import cells
from booking.spaces.areas import add_area
from booking.spaces.exchange.columns import ExchangeRow, tidy_lines
from booking.spaces.exchange.parsing import parse
from booking.spaces.exchange.planning import Plan, Present, plan
from booking.spaces.exchange.reading import Grid
from booking.spaces.inventory import SpaceFacts, Upcoming, add_space, drop_rule, edit_space, set_space_rule
from booking.spaces.inventory_queries import all_spaces, areas_of
from booking.spaces.models import Space
from booking.spaces.queries import ParkRules, rules_for
from booking.values import Refusal


@dataclass(eq=False)
class PlanOutOfDate(Refusal):
    """The inventory changed since the preview; it must be looked at again."""


def plan_import(session: Session, park_id: int, grid: Grid, *, upcoming: Upcoming, now: datetime) -> Plan:
    """Say what an import of this table would do now; writes nothing."""
    ids = {space.code: space.id for space in all_spaces(session, park_id)}
    return plan(parse(grid), present_of(session, park_id), lambda code: upcoming(session, ids[code], now=now))


def import_spaces(
    session: Session,
    park_id: int,
    grid: Grid,
    fingerprint: str,
    *,
    new_code: Callable[[], str],
    upcoming: Upcoming,
    by: Actor,
    now: datetime,
) -> Plan:
    """Do what the preview with this fingerprint showed; raises PlanOutOfDate where it would be otherwise.

    `new_code` makes the secret of a new space's label. Safe twice: done once, the plan is another one.
    """
    made = plan_import(session, park_id, grid, upcoming=upcoming, now=now)
    if made.mistakes or made.fingerprint != fingerprint:
        raise PlanOutOfDate
    for name in made.areas:
        add_area(session, park_id, name, None, by=by, now=now)
    writer = _Writer(session, park_id, new_code, upcoming, by, now)
    targets = [(row, None) for _, row in made.added] + [(item.after, item.before) for item in made.changed]
    for target, before in sorted(targets, key=lambda item: bool(item[0].parts)):  # parts before wholes
        writer.write(target, before)
    counts = {"added": len(made.added), "changed": len(made.changed), "unchanged": made.unchanged}
    record(session, Action.INVENTORY_IMPORTED, "park", park_id, by=by, now=now, after=counts)
    return made


class _Writer:
    """Writes targets one by one, knowing the ids of areas and spaces by name and code."""

    def __init__(
        self,
        session: Session,
        park_id: int,
        new_code: Callable[[], str],
        upcoming: Upcoming,
        by: Actor,
        now: datetime,
    ) -> None:
        self.session, self.park_id, self.new_code, self.upcoming = session, park_id, new_code, upcoming
        self.by, self.now = by, now
        self.areas = {cells.tidy(area.name): area.id for area in areas_of(session, park_id)}
        self.spaces = {space.code: space for space in all_spaces(session, park_id)}

    def write(self, target: ExchangeRow, before: ExchangeRow | None) -> None:
        """Add or change one space and its rule."""
        facts = self._facts(target)
        if before is None:
            secret = self.new_code()
            made = add_space(self.session, self.park_id, facts, scan_code=secret, by=self.by, now=self.now)
            self.spaces[target.code] = made
        else:
            held = self.spaces[target.code]
            edit_space(self.session, held, facts, upcoming=self.upcoming, by=self.by, now=self.now)
        if target.opening != (before.opening if before else None):
            self._write_rule(target)

    def _facts(self, target: ExchangeRow) -> SpaceFacts:
        return SpaceFacts(
            code=target.code,
            name=target.name,
            name_en=target.name_en or None,
            kind=target.kind,
            area_id=self.areas[target.area],
            capacity=target.capacity,
            area_hundredths=target.area_hundredths,
            description=target.description,
            equipment=target.equipment,
            part_ids=tuple(self.spaces[code].id for code in target.parts),
        )

    def _write_rule(self, target: ExchangeRow) -> None:
        space = self.spaces[target.code]
        if target.opening is not None:
            set_space_rule(self.session, space, target.opening, by=self.by, now=self.now)
        else:
            drop_rule(self.session, self.park_id, space.kind, space.id, by=self.by, now=self.now)


def present_of(session: Session, park_id: int) -> Present:
    """Read everything an import is compared with, in a fixed number of queries."""
    spaces = all_spaces(session, park_id, with_retired=True)
    rules = rules_for(session, park_id, since=None)
    return Present(
        spaces={space.code: exchange_row(space, rules) for space in spaces if space.retired_at is None},
        retired=frozenset(space.code for space in spaces if space.retired_at is not None),
        areas=frozenset(cells.tidy(area.name) for area in areas_of(session, park_id)),
    )


def rows_of(session: Session, park_id: int) -> Sequence[ExchangeRow]:
    """List the spaces in use as rows, in the order of their list."""
    rules = rules_for(session, park_id, since=None)
    return [exchange_row(space, rules) for space in all_spaces(session, park_id)]


def exchange_row(space: Space, rules: ParkRules) -> ExchangeRow:
    """Say everything about a space; texts as a file would give them back."""
    return ExchangeRow(
        code=space.code,
        name=cells.tidy(space.name),
        kind=space.kind,
        area=cells.tidy(space.area.name),
        name_en=cells.tidy(space.name_en or ""),
        capacity=space.capacity,
        area_hundredths=space.area_hundredths,
        equipment=tuple(sorted(cells.split_names("、".join(item.name for item in space.equipment)))),
        parts=tuple(sorted(part.code for part in space.parts)),
        description=tidy_lines(space.description),
        opening=rules.of_space.get(space.id),
    )
