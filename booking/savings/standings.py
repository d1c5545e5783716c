"""Reads how enterprises stood in each settled quarter."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.people.models import Enterprise
from booking.savings.disclosure import SettledQuarter, Standing, first_of_quarter
from booking.savings.models import DisclosureQuarter, EnterpriseStanding
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class Standings:
    """The settled quarters, by the key of their first month, and how each enterprise stands last."""

    quarters: Mapping[int, SettledQuarter] = field(default_factory=dict)
    last: Mapping[int, Standing] = field(default_factory=dict)
    settled_at: datetime | None = None  # the last of them

    def of(self, month: Month) -> SettledQuarter:
        """Give the quarter of a month; of one that is not settled, one that shows no group."""
        return self.quarters.get(first_of_quarter(month).key, SettledQuarter())

    def holds(self, enterprise_id: int) -> bool:
        """Tell whether an enterprise that agreed has to wait for the next quarter to be named."""
        return self.last.get(enterprise_id, Standing.NAMED) is not Standing.NAMED


def held_enterprises(session: Session, park_id: int) -> frozenset[int]:
    """Name those who are not named before the next quarter, even if they agree."""
    standings = standings_of(session, park_id)
    return frozenset(one for one in standings.last if standings.holds(one))


def shown_enterprises(session: Session, park_id: int) -> frozenset[int]:
    """Name those whose figures the branch may see: they agreed, and nothing holds them. Three queries."""
    agreed = select(Enterprise.id).where(Enterprise.park_id == park_id, Enterprise.may_be_named)
    return frozenset(session.scalars(agreed)) - held_enterprises(session, park_id)


def shown_before(session: Session, park_id: int) -> frozenset[int]:
    """Name those who agreed once and withdrew: what they used then is known, and hides nobody beside them."""
    withdrew = Enterprise.naming_withdrawn_at.is_not(None)
    return frozenset(session.scalars(select(Enterprise.id).where(Enterprise.park_id == park_id, withdrew)))


def may_be_shown(session: Session, enterprise: Enterprise) -> bool:
    """Tell whether the branch may see an enterprise's figures and papers: it agreed, and nothing holds it."""
    return enterprise.may_be_named and enterprise.id not in held_enterprises(session, enterprise.park_id)


def standings_of(session: Session, park_id: int) -> Standings:
    """Read them all: two queries."""
    quarters = session.scalars(
        select(DisclosureQuarter)
        .where(DisclosureQuarter.park_id == park_id)
        .order_by(DisclosureQuarter.quarter_key)
    ).all()
    rows = session.scalars(
        select(EnterpriseStanding)
        .join(DisclosureQuarter, DisclosureQuarter.id == EnterpriseStanding.quarter_id)
        .where(DisclosureQuarter.park_id == park_id)
        .order_by(DisclosureQuarter.quarter_key, EnterpriseStanding.enterprise_id)
    )
    found: dict[int, list[EnterpriseStanding]] = defaultdict(list)
    last: dict[int, Standing] = {}
    for row in rows:
        found[row.quarter_id].append(row)
        last[row.enterprise_id] = row.standing
    settled_at = max((one.settled_at for one in quarters), default=None)
    return Standings({one.quarter_key: _settled(found[one.id]) for one in quarters}, last, settled_at)


def _settled(rows: list[EnterpriseStanding]) -> SettledQuarter:
    small = frozenset(row.enterprise_id for row in rows if row.in_small_group)
    return SettledQuarter({row.enterprise_id: row.standing for row in rows}, small)
