"""Which days are working days: what weekdays say, and the days that are otherwise (调休)."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Calendar(Protocol):
    """Whatever can tell a working day from a rest day."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on that local day."""


SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Saturdays and Sundays rest unless listed as working; other days work unless listed as resting.

    Raises ValueError where a day is listed as both. Source: docs/rules.md, Time.
    """

    rest_days: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Keep the promise of the type."""
        if both := self.rest_days & self.working_days:
            msg = f"a day either rests or works, got both for {min(both)}"
            raise ValueError(msg)

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on that local day."""
        if day in self.working_days:
            return True
        return day not in self.rest_days and day.weekday() < SATURDAY
