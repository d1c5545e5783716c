"""Reads what a park has as rows of the table."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from booking.spaces import cells
from booking.spaces.exchange.columns import SpaceRow, tidy_lines
from booking.spaces.exchange.planning import Present
from booking.spaces.inventory_queries import all_spaces, areas_of
from booking.spaces.models import Space
from booking.spaces.queries import ParkRules, rules_for


def present_of(session: Session, park_id: int) -> Present:
    """Read everything an import is compared with, in a fixed number of queries."""
    spaces = all_spaces(session, park_id, with_retired=True)
    rules = rules_for(session, park_id)
    return Present(
        spaces={space.code: row_of(space, rules) for space in spaces if space.retired_at is None},
        retired=frozenset(space.code for space in spaces if space.retired_at is not None),
        areas=frozenset(cells.tidy(area.name) for area in areas_of(session, park_id)),
    )


def rows_of(session: Session, park_id: int) -> Sequence[SpaceRow]:
    """List the spaces in use as rows, in the order of their list."""
    rules = rules_for(session, park_id)
    return [row_of(space, rules) for space in all_spaces(session, park_id)]


def row_of(space: Space, rules: ParkRules) -> SpaceRow:
    """Say everything about a space; texts as a file would give them back."""
    return SpaceRow(
        code=space.code,
        name=cells.tidy(space.name),
        kind=space.kind,
        area=cells.tidy(space.area.name),
        name_en=cells.tidy(space.name_en or ""),
        capacity=space.capacity,
        area_hundredths=space.area_hundredths,
        equipment=tuple(sorted(cells.names("、".join(item.name for item in space.equipment)))),
        parts=tuple(sorted(part.code for part in space.parts)),
        description=tidy_lines(space.description),
        opening=rules.of_space.get(space.id),
    )
