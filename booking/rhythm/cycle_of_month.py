"""What the month page says of 11530: what went out, who opened it, who was visited, what was chased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action
from booking.db import Instant
from booking.needs.models import Need, NeedState, NeedStep
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.rhythm.cycle_days import CycleStep, StepDays, days_of_step, step_day
from booking.rhythm.cycle_letters import written_at
from booking.rhythm.evaluate import Evaluation, evaluate
from booking.rhythm.open_list import openings
from booking.rhythm.visits import visits_of
from booking.usage.telling import Knowing
from booking.values.month import Month, local_day


@dataclass(frozen=True, slots=True)
class CycleOfMonth:
    """The cycle that ran in a month, in numbers; of an open month, so far.

    `list_went` is the day of the first letter, None where there is none yet. `evaluation` is None before its
    day, the 30th (or the last of February).
    """

    month: Month
    list_days: StepDays
    list_went: date | None
    lists_sent: int
    opened: int  # of those sent
    visited: int  # of those not opened, where somebody was met
    cards_left: int  # of those not opened, where nobody was met
    needs_chased: int
    needs_answered: int  # of those chased, answered or ended by now
    evaluation: Evaluation | None

    @property
    def not_opened(self) -> int:
        """How many firms got a list and did not open it."""
        return self.lists_sent - self.opened


def cycle_of_month(
    session: Session, park: Park, month: Month, *, now: datetime, knowing: Knowing | None = None
) -> CycleOfMonth:
    """Count what the cycle of a month did, in eleven queries; the evaluation as its reader may know it."""
    written = written_at(session, CycleStep.LIST, month, park.id)
    sent = written.keys()
    calendar = park_calendar(session, park.id)
    opened = openings(session, park, month).keys()
    calls = visits_of(session, park, month)
    met = [calls[one] for one in sent - opened if one in calls]
    chased, answered = _chased(session, park, month)
    has_come = local_day(now, park.zone) >= step_day(CycleStep.EVALUATION, month)
    return CycleOfMonth(
        month=month,
        list_days=days_of_step(CycleStep.LIST, month, calendar),
        list_went=local_day(min(written.values()), park.zone) if written else None,
        lists_sent=len(sent),
        opened=len(sent & opened),
        visited=sum(met),
        cards_left=len(met) - sum(met),
        needs_chased=chased,
        needs_answered=answered,
        evaluation=evaluate(session, park, month, now=now, knowing=knowing) if has_come else None,
    )


def _chased(session: Session, park: Park, month: Month) -> tuple[int, int]:
    """Count the needs that were chased in a month, and those of them that do not wait any more."""
    over = case((Need.state != NeedState.OPEN, Need.id))
    row = session.execute(
        select(func.count(Need.id.distinct()), func.count(over.distinct()))
        .join(NeedStep, NeedStep.need_id == Need.id)
        .where(*_of_chase(park, month))
    ).one()
    return row[0], row[1]


def chased_needs(session: Session, park: Park, month: Month) -> Sequence[tuple[Need, datetime]]:
    """Give the needs that were chased in a month, with when first, in that order."""
    chased = (
        select(Need.id, func.min(NeedStep.at, type_=Instant).label("first"))
        .join(NeedStep, NeedStep.need_id == Need.id)
        .where(*_of_chase(park, month))
        .group_by(Need.id)
        .subquery()
    )
    rows = session.execute(
        select(Need, chased.c.first)
        .join(chased, chased.c.id == Need.id)
        .options(joinedload(Need.enterprise), joinedload(Need.member), joinedload(Need.owner))
        .order_by(chased.c.first, Need.id)
    )
    return [(need, at) for need, at in rows]


def _of_chase(park: Park, month: Month) -> tuple[ColumnElement[bool], ...]:
    return (
        Need.park_id == park.id,
        NeedStep.action == Action.NEED_CHASED.value,
        NeedStep.at >= month.span.start,
        NeedStep.at < month.span.end,
    )
