"""Questions about spaces that every room above may ask."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.parks.models import Park
from booking.spaces.models import Equipment, Kind, OpeningRule, Space
from booking.spaces.rules import Opening, usual_opening


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


RULE_FACTS = attrgetter(*(field.name for field in fields(Opening)))


def opening_of(rule: OpeningRule) -> Opening:
    """Turn a row into plain facts."""
    return Opening(*RULE_FACTS(rule))


@dataclass(frozen=True, slots=True)
class ParkRules:
    """All rules of a park, read once; `of` tells the one that holds for a space."""

    usual: dict[Kind, Opening]
    of_kind: dict[Kind, Opening]
    of_space: dict[int, Opening]

    def of(self, space_id: int, kind: Kind) -> Opening:
        """Give the space's own rule whole, else its kind's, else the park's usual one."""
        return self.of_space.get(space_id) or self.kind(kind)

    def kind(self, kind: Kind) -> Opening:
        """Give the rule of a kind, else the park's usual one."""
        return self.of_kind.get(kind) or self.usual[kind]


def rules_for(session: Session, park_id: int) -> ParkRules:
    """Read the rules of a park in one go."""
    rows = session.scalars(
        select(OpeningRule).where(OpeningRule.park_id == park_id).order_by(OpeningRule.id)
    ).all()
    return ParkRules(
        usual=usual_of(session.get_one(Park, park_id)),
        of_kind={row.kind: opening_of(row) for row in rows if row.space_id is None},
        of_space={row.space_id: opening_of(row) for row in rows if row.space_id is not None},
    )


def usual_of(park: Park) -> dict[Kind, Opening]:
    """Make the rules that hold in a park as long as nobody wrote any."""
    return {
        kind: usual_opening(
            park.opens,
            park.closes,
            open_on_rest_days=park.open_on_rest_days,
            by_day=kind is Kind.STORAGE,
        )
        for kind in Kind
    }


RULES_OF_SPACE = (
    select(*(getattr(OpeningRule, field.name) for field in fields(Opening)))
    .where(OpeningRule.park_id == bindparam("park_id"), OpeningRule.kind == bindparam("kind"))
    .where((OpeningRule.space_id == bindparam("space_id")) | OpeningRule.space_id.is_(None))
    .order_by(OpeningRule.space_id.is_(None))
)


def rule_for(session: Session, space: Space) -> Opening:
    """Give the rule that holds for a space: its own row whole, else its kind's, else the park's usual one."""
    asked = {"park_id": space.park_id, "kind": space.kind, "space_id": space.id}
    rule = session.execute(RULES_OF_SPACE, asked).first()
    if rule is not None:
        return Opening(*rule)
    return usual_of(session.get_one(Park, space.park_id))[space.kind]


def equipment_names(session: Session, park_id: int) -> Sequence[str]:
    """List the names of equipment in use in a park, each once, in order."""
    return session.scalars(
        select(Equipment.name)
        .join(Space, Space.id == Equipment.space_id)
        .where(Space.park_id == park_id)
        .distinct()
        .order_by(Equipment.name)
    ).all()
