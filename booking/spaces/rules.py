"""The laws of spaces: when and how long one may be had, and what a space must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import time

DAY_MINUTES = 24 * 60
A_YEAR_OF_MINUTES = 366 * DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Opening:
    """When and how long a space may be had, as the park, its kind or its own row says; all in minutes.

    `opens_minute` and `closes_minute` count from local midnight, the latter up to 1440. `lead_minutes`
    is how long before its start one must ask, `horizon_days` how many local days ahead one may,
    `buffer_minutes` what is kept free after every use.
    """

    opens_minute: int = 8 * 60
    closes_minute: int = 22 * 60
    open_on_rest_days: bool = True
    step_minutes: int = 15
    minimum_minutes: int = 30
    maximum_minutes: int = 12 * 60
    lead_minutes: int = 0
    horizon_days: int = 60
    buffer_minutes: int = 0
    needs_approval: bool = False


def minute_of(clock: time) -> int:
    """Count the minutes from midnight; 23:59 stands for the end of the day, which a clock cannot show."""
    minute = clock.hour * 60 + clock.minute
    return DAY_MINUTES if minute == DAY_MINUTES - 1 else minute


def usual_opening(opens: time, closes: time, *, open_on_rest_days: bool, by_day: bool) -> Opening:
    """Make the rule of a kind nobody wrote one for, from the park's hours; storage goes by whole days."""
    if by_day:
        return Opening(
            opens_minute=0,
            closes_minute=DAY_MINUTES,
            step_minutes=DAY_MINUTES,
            minimum_minutes=DAY_MINUTES,
            maximum_minutes=A_YEAR_OF_MINUTES,
            horizon_days=180,
        )
    return Opening(
        opens_minute=minute_of(opens), closes_minute=minute_of(closes), open_on_rest_days=open_on_rest_days
    )
