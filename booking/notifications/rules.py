"""When a reminder is due, for how long it is of use, and which way it takes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple


class Occasion(StrEnum):
    """What a reminder is of."""

    START = "start"  # a booking that begins
    END = "end"  # a stay that comes to its planned end
    MISSED = "missed"  # a booking that has begun, and nobody checked in


class Way(StrEnum):
    """How somebody wants to be reminded; but for the first it stands in the inbox in any case."""

    OFF = "off"
    INBOX = "inbox"
    MAIL = "mail"
    PUSH = "push"  # by mail where no browser takes it


class ReminderPlan(NamedTuple):
    """Which way, and how many minutes ahead: of the start, the planned end, the release."""

    way: Way
    minutes: int


LEADS: Final[Mapping[Occasion, tuple[int, ...]]] = {
    Occasion.START: (5, 10, 15, 30, 60, 120, 24 * 60),
    Occasion.END: (5, 10, 15, 30),
    Occasion.MISSED: (3, 5, 10),
}
"""The minutes there are to choose from."""

UNLESS_CHOSEN: Final[Mapping[Occasion, ReminderPlan]] = {
    Occasion.START: ReminderPlan(Way.MAIL, 30),
    Occasion.END: ReminderPlan(Way.MAIL, 10),
    Occasion.MISSED: ReminderPlan(Way.MAIL, 5),
}
"""Those who chose nothing are reminded by mail: two of the three cost money if they are missed."""

QUIET_UNLESS_CHOSEN: Final = (22, 7)

A_MINUTE = timedelta(minutes=1)


def reminder_due(occasion: Occasion, of: datetime, until: datetime, minutes: int) -> datetime:
    """Tell when to remind of something at `of` that is of no use from `until` on.

    What was missed is asked after the start, however short a grace the park gives.
    """
    due = until - minutes * A_MINUTE
    return max(due, of + A_MINUTE) if occasion is Occasion.MISSED else due


def way_at(plan: ReminderPlan, occasion: Occasion, hour: int, quiet: tuple[int, int]) -> Way:
    """Tell which way to take at an hour of the park's day: in quiet hours nothing rings before a start.

    It comes by mail then. Who stays, or should be there by now, is awake. Quiet hours may go over midnight;
    from an hour to itself there are none.
    """
    rings = plan.way is Way.PUSH and occasion is Occasion.START
    return Way.MAIL if rings and _is_quiet(hour, *quiet) else plan.way


def _is_quiet(hour: int, first: int, last: int) -> bool:
    return first <= hour < last if first <= last else hour >= first or hour < last
