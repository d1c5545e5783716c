"""The rhythm of a month: its three steps with what went out, and where each stands; read, not kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.parks.queries import park_calendar, provisional_years
from booking.people.models import Enterprise
from booking.rhythm.cycle_days import CycleStep, StepDays, days_of_month
from booking.rhythm.cycle_letters import written_at
from booking.rhythm.open_list import openings
from booking.rhythm.visits import Call, calls_of, visits_of
from booking.values.chinese_order import in_chinese_order
from booking.values.month import Month, local_day


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
