"""What the month page is made of, read from every room in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.activities.queries import ActivitiesOfMonth, activities_of_month
from booking.needs.queries import MattersOfMonth, NeedsOfMonth, matters_of_month, needs_of_month
from booking.parks.models import Park
from booking.savings.visible import visible_months
from booking.savings.visible_month import VisibleMonth
from booking.usage.utilisation import MonthUse, utilisation_of_months
from booking.values.money import Money
from booking.values.month import Month

COLUMNS = 12


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """A month with the eleven before it; `months` are in order of time, the last is the page's own."""

    park: Park
    now: datetime
    months: Sequence[VisibleMonth]
    matters: MattersOfMonth
    needs: NeedsOfMonth
    activities: ActivitiesOfMonth
    uses: Mapping[Month, MonthUse]  # of this month and the one before

    @property
    def month(self) -> Month:
        """The page's own month."""
        return self.chosen.month

    @property
    def chosen(self) -> VisibleMonth:
        """What may be seen of its savings."""
        return self.months[-1]

    @property
    def signed_months(self) -> int:
        """How many months are signed."""
        return sum(month.signed for month in self.months)

    @property
    def signed_saving(self) -> Money:
        """What they saved together, corrections included."""
        signed = [month for month in self.months if month.signed]
        return Money.total([month.total.figures.saving + month.corrected for month in signed])

    @property
    def use(self) -> MonthUse:
        """How much of the park was used."""
        return self.uses[self.month]

    @property
    def use_before(self) -> MonthUse:
        """How much was used the month before."""
        return self.uses[self.month.previous]


def read_month(session: Session, park: Park, month: Month, *, now: datetime) -> MonthFacts:
    """Read a month of the park."""
    first = month
    for _ in range(COLUMNS - 1):
        first = first.previous
    return MonthFacts(
        park=park,
        now=now,
        months=visible_months(session, park, first, month, now=now),
        matters=matters_of_month(session, park, month, now),
        needs=needs_of_month(session, park, month, now),
        activities=activities_of_month(session, park, month),
        uses=utilisation_of_months(session, park, month.previous, month, now=now),
    )
