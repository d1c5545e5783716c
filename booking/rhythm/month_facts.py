"""What the month page is made of, read from every room in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.activities.queries import ActivitiesOfMonth, activities_of_month
from booking.needs.queries import MattersOfMonth, NeedsOfMonth, matters_of_month, needs_of_month
from booking.parks.models import Park
from booking.rhythm.cycle_of_month import CycleOfMonth, cycle_of_month
from booking.savings.periods import PeriodKind, PeriodSum, periods_of
from booking.savings.queries import missing_baselines, opening_month
from booking.savings.report import read_sources
from booking.savings.sign_report import mark_of_draft
from booking.savings.visible_month import ReportState, Signing, VisibleMonth, disclose
from booking.spaces.idle.queries import IdleSummary, idle_places_put_to_use
from booking.usage.telling import Knowing, telling_of, told_months
from booking.usage.utilisation import MonthUse, utilisation_of_months
from booking.values import Month


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """A month with the eleven before it; `months` are in order of time, the last is the page's own."""

    park: Park
    now: datetime
    months: Sequence[VisibleMonth]
    matters: MattersOfMonth
    needs: NeedsOfMonth
    activities: ActivitiesOfMonth
    cycle: CycleOfMonth
    idle: IdleSummary
    uses: Mapping[Month, MonthUse]  # of this month and the one before
    since_opening: PeriodSum | None  # where it ends with this month; a later one tells its own
    has_begun: bool  # False of a month before anything was used or closed in the park
    baselines_waiting: int  # of those without a checked baseline, how many stated one that waits
    draft: str  # the mark of the draft to sign, "" where there is none

    @property
    def month(self) -> Month:
        """The page's own month."""
        return self.chosen.month

    @property
    def chosen(self) -> VisibleMonth:
        """What may be seen of its savings."""
        return self.months[-1]

    @property
    def use(self) -> MonthUse:
        """How much of the park was used."""
        return self.uses[self.month]

    @property
    def use_before(self) -> MonthUse:
        """How much was used the month before."""
        return self.uses[self.month.previous]


COLUMNS = 12


def read_month(
    session: Session,
    park: Park,
    month: Month,
    *,
    now: datetime,
    knowing: Knowing | None = None,
    signing: Signing | None = None,
) -> MonthFacts:
    """Read a month of the park; its use as the reader may know it, by default exactly.

    With a `signing` the savings of the month stand as they will once it is through.
    """
    running, first = Month.of(now, park.zone), month.later(1 - COLUMNS)
    opening = opening_month(session, park, running)
    earliest = min(opening, first)
    sources = read_sources(session, park, earliest, running, now=now)
    seen = [sources.visible(one) for one in earliest.through(running)]
    if signing is not None:
        as_signed = disclose(sources.fresh(month), signing)
        seen = [as_signed if one.month == month else one for one in seen]
    months = [one for one in seen if first <= one.month <= month]
    is_draft = months[-1].state is ReportState.DRAFT and months[-1].count > 0
    telling = telling_of(session, knowing, month.previous.first_day, month.last_day)
    uses = told_months(utilisation_of_months(session, park, month.previous, month, now=now), telling)
    return MonthFacts(
        park=park,
        now=now,
        months=months,
        matters=matters_of_month(session, park, month, now),
        needs=needs_of_month(session, park, month, now),
        activities=activities_of_month(session, park, month),
        cycle=cycle_of_month(session, park, month, now=now, knowing=knowing),
        idle=idle_places_put_to_use(session, park, month),
        uses=uses,
        since_opening=_since([one for one in seen if one.month >= opening], month),
        has_begun=month >= opening or bool(uses[month].total.open),
        baselines_waiting=_waiting(session, months[-1], park, now),
        draft=mark_of_draft(sources, month) if is_draft else "",
    )


def _waiting(session: Session, seen: VisibleMonth, park: Park, now: datetime) -> int:
    """Count them, in a signed month as it was signed."""
    until = seen.signing.at if seen.signing else now
    missing = missing_baselines(session, park.id, seen.month, until=until)
    return min(sum(one.waiting is not None for one in missing), seen.without_baseline)


def _since(months: Sequence[VisibleMonth], month: Month) -> PeriodSum | None:
    """Add up all that is signed; None where a month after this one is signed, or fewer than two are."""
    period = periods_of(months, PeriodKind.OPENING)[0]
    if len(period.months) < 2 or period.months[-1].month > month:  # noqa: PLR2004 - one month is no sum
        return None
    return period
