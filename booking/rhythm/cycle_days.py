"""The days of the cycle 11530: when a step is, when its mail goes out, how long it is worth catching up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from booking.values import ONE_DAY, Calendar, Month, next_working_day


class CycleStep(StrEnum):
    """What there is to do in a month, in order."""

    LIST = "list"
    FOLLOW_UP = "follow_up"
    EVALUATION = "evaluation"


LIST_DAY, FOLLOW_UP_DAY, EVALUATION_DAY = 1, 15, 30
MAIL_FROM = time(9)
"""On the park's clock; nobody's telephone rings at midnight."""


@dataclass(frozen=True, slots=True)
class StepDays:
    """A step of a month: its day, the working day on which its mail goes out, and the last for it."""

    step: CycleStep
    month: Month
    day: date
    mail_day: date
    last_day: date

    def is_due(self, local_now: datetime) -> bool:
        """Tell whether its mail is to go out, at an instant in the park's zone."""
        today = local_now.date()
        began = today > self.mail_day or (today == self.mail_day and local_now.time() >= MAIL_FROM)
        return began and today <= self.last_day

    def had(self, joined: date | None) -> bool:
        """Tell whether the step concerns who is there since a day; None: for ever.

        A list is about the month before: who came later gets none. The others are about the days so far.
        """
        about = self.month.previous.last_day if self.step is CycleStep.LIST else self.day
        return joined is None or joined <= about


def step_day(step: CycleStep, month: Month) -> date:
    """Give the 1st, the 15th, the 30th; in February its last day."""
    number = {
        CycleStep.LIST: LIST_DAY,
        CycleStep.FOLLOW_UP: FOLLOW_UP_DAY,
        CycleStep.EVALUATION: min(EVALUATION_DAY, month.day_count),
    }[step]
    return month.first_day.replace(day=number)


def days_of_step(step: CycleStep, month: Month, calendar: Calendar) -> StepDays:
    """Give a step's days.

    A step that was missed is caught up until the day before the next step: later, what it says is old. Where
    rest days last longer than that, it goes out on the working day after them.
    """
    day = step_day(step, month)
    mail_day = next_working_day(calendar, day)
    return StepDays(step, month, day, mail_day, max(mail_day, _next_step(step, month) - ONE_DAY))


def _next_step(step: CycleStep, month: Month) -> date:
    later = list(CycleStep)[list(CycleStep).index(step) + 1 :]
    return step_day(later[0], month) if later else step_day(CycleStep.LIST, month.next)


def days_of_month(month: Month, calendar: Calendar) -> Iterator[StepDays]:
    """Give the three steps in order."""
    return (days_of_step(step, month, calendar) for step in CycleStep)


def due_steps(local_now: datetime, month: Month, calendar: Calendar) -> list[StepDays]:
    """Give the steps of a month whose mail is to go out now."""
    return [days for days in days_of_month(month, calendar) if days.is_due(local_now)]
