"""What the month page says of 11530: what went out, who opened it, who was visited, what was chased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import written_at
from booking.rhythm.models import ListOpening
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class CycleOfMonth:
    """The cycle that ran in a month, in numbers; those of needs count what was chased on its 15th."""

    month: Month
    lists_sent: int
    opened: int  # of those sent
    visited: int  # of those not opened
    cards_left: int  # of those not opened, where nobody was met
    needs_chased: int
    needs_done: int  # of those chased, by now

    @property
    def not_opened(self) -> int:
        """How many firms got a list and did not open it."""
        return self.lists_sent - self.opened


def cycle_of_month(session: Session, park: Park, month: Month, *, now: datetime) -> CycleOfMonth:
    """Count what the cycle of a month did, in a fixed number of queries."""
    del now
    sent = written_at(session, CycleStep.LIST, month, park.id)
    opened = openings(session, park, month)
    return CycleOfMonth(
        month=month,
        lists_sent=len(sent),
        opened=len(sent.keys() & opened.keys()),
        visited=0,
        cards_left=0,
        needs_chased=0,
        needs_done=0,
    )


def openings(session: Session, park: Park, month: Month) -> Mapping[int, datetime]:
    """Tell which enterprises of a park opened their list of a month, and when first, by id."""
    rows = session.execute(
        select(ListOpening.enterprise_id, ListOpening.opened_at)
        .join(Enterprise, Enterprise.id == ListOpening.enterprise_id)
        .where(Enterprise.park_id == park.id, ListOpening.month_key == month.key)
        .order_by(ListOpening.enterprise_id)
    )
    return {row.enterprise_id: row.opened_at for row in rows}
