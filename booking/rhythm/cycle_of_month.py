"""What the month page says of 11530: what went out, who opened it, who was visited, what was chased.

And its three steps, each with what went out, and where it stands; read, not kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from booking.audit.actions import Action
from booking.db import Instant
from booking.needs.models import Need, NeedState, NeedStep
from booking.parks.models import Park
from booking.parks.queries import park_calendar, provisional_years
from booking.people.models import Enterprise
from booking.rhythm.cycle_days import CycleStep, StepDays, days_of_month, days_of_step, step_day
from booking.rhythm.cycle_letters import openings, written_at
from booking.rhythm.evaluate import Evaluation, evaluate
from booking.rhythm.visits import Call, calls_of, visits_of
from booking.usage.telling import Knowing
from booking.values import Month, local_day
from booking.values.chinese_order import in_chinese_order


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


class StepState(StrEnum):
    """Where a step stands."""

    TO_COME = "to_come"
    DUE = "due"  # its mail goes out, or did not yet
    DONE = "done"
    NOTHING = "nothing"  # its time is over, and there was nobody to write to


@dataclass(frozen=True, slots=True)
class StepOfMonth:
    """A step with where it stands, and to how many enterprises its letter was written."""

    days: StepDays
    state: StepState
    sent: int


@dataclass(frozen=True, slots=True)
class Unopened:
    """An enterprise that did not open the list it got; `met` tells of a visit, None where there was none."""

    enterprise_id: int
    name: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class RhythmOfMonth:
    """The three steps of a month, who opened its list, and who did not."""

    month: Month
    steps: tuple[StepOfMonth, ...]
    opened: int
    unopened: tuple[Unopened, ...]
    provisional: tuple[int, ...]  # years without a published calendar

    @property
    def next(self) -> StepOfMonth | None:
        """The first step that is not done."""
        return next((one for one in self.steps if one.state in {StepState.TO_COME, StepState.DUE}), None)


def rhythm_of_month(session: Session, park: Park, month: Month, *, now: datetime) -> RhythmOfMonth:
    """Tell it, in seven queries."""
    calendar = park_calendar(session, park.id)
    lists = written_at(session, CycleStep.LIST, month, park.id)
    sent = {
        CycleStep.LIST: len(lists),
        CycleStep.FOLLOW_UP: len(written_at(session, CycleStep.FOLLOW_UP, month, park.id)),
        CycleStep.EVALUATION: 0,
    }
    opened = openings(session, park, month).keys()
    return RhythmOfMonth(
        month=month,
        steps=tuple(
            StepOfMonth(days, _state(days, sent[days.step], local_day(now, park.zone)), sent[days.step])
            for days in days_of_month(month, calendar)
        ),
        opened=len(lists.keys() & opened),
        unopened=_unopened(session, lists.keys() - opened, visits_of(session, park, month)),
        provisional=provisional_years(session, park.id, month.first_day, month.last_day),
    )


def _state(days: StepDays, sent: int, today: date) -> StepState:
    if days.step is CycleStep.EVALUATION:
        return StepState.DONE if today >= days.day else StepState.TO_COME
    if sent:
        return StepState.DONE
    if today < days.mail_day:
        return StepState.TO_COME
    return StepState.DUE if today <= days.last_day else StepState.NOTHING


def _unopened(session: Session, ids: set[int], calls: Mapping[int, bool]) -> tuple[Unopened, ...]:
    rows = session.execute(
        select(Enterprise.id, Enterprise.short_name).where(Enterprise.id.in_(ids)).order_by(Enterprise.id)
    )
    by_name = in_chinese_order(rows, lambda row: row.short_name)
    return tuple(Unopened(row.id, row.short_name, calls.get(row.id)) for row in by_name)


@dataclass(frozen=True, slots=True)
class ListedFirm:
    """An enterprise that its list of a month went out to: when, when it was opened, and the call on it."""

    enterprise_id: int
    name: str
    written_at: datetime
    opened_at: datetime | None
    call: Call | None


def listed_firms(session: Session, park: Park, month: Month) -> list[ListedFirm]:
    """Name them by their short names, in four queries."""
    written = written_at(session, CycleStep.LIST, month, park.id)
    opened, calls = openings(session, park, month), calls_of(session, park, month)
    rows = session.execute(
        select(Enterprise.id, Enterprise.short_name).where(Enterprise.id.in_(written)).order_by(Enterprise.id)
    )
    return [
        ListedFirm(row.id, row.short_name, written[row.id], opened.get(row.id), calls.get(row.id))
        for row in in_chinese_order(rows, lambda row: row.short_name)
    ]
