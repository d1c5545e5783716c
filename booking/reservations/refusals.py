"""Every no of this room, with its facts; `field` names the form field the sentence belongs beside."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from booking.values.refusal import Refusal
from booking.values.span import Span

Own = tuple[str, int]
"""Who holds something: a column of the occupancy and its value."""


@dataclass(frozen=True)
class Taken(Refusal):
    """Somebody has it, or the space is closed then.

    `own` is who asked, where they hold something already, which is not in their own way.
    """

    space_id: int
    span: Span
    field: str | None = "starts"
    own: Own | None = None


@dataclass(frozen=True)
class EndsBeforeItStarts(Refusal):
    """The end is not after the start."""

    starts: datetime
    ends: datetime
    field: str | None = "ends"


@dataclass(frozen=True)
class InThePast(Refusal):
    """It would begin, or end, before now."""

    instant: datetime
    now: datetime
    field: str | None = "starts"


@dataclass(frozen=True)
class TooSoon(Refusal):
    """The space must be asked for earlier."""

    lead_minutes: int
    field: str | None = "starts"


@dataclass(frozen=True)
class BeyondHorizon(Refusal):
    """So far ahead nobody may ask yet."""

    horizon_days: int
    last_day: date
    field: str | None = "day"


@dataclass(frozen=True)
class OffTheStep(Refusal):
    """A time between two steps."""

    step_minutes: int
    field: str | None = "starts"


@dataclass(frozen=True)
class CrossesMidnight(Refusal):
    """It would go on into the next day."""

    day: date
    field: str | None = "ends"


@dataclass(frozen=True)
class TooShort(Refusal):
    """Less than the shortest use."""

    minimum_minutes: int
    field: str | None = "ends"


@dataclass(frozen=True)
class TooLong(Refusal):
    """More than the longest use."""

    maximum_minutes: int
    by_day: bool = False
    field: str | None = "ends"


@dataclass(frozen=True)
class ClosedThatDay(Refusal):
    """A rest day, on which the space is not open."""

    day: date
    field: str | None = "day"


@dataclass(frozen=True)
class OutsideOpeningHours(Refusal):
    """Before it opens or after it closes; minutes after midnight."""

    opens: int
    closes: int
    field: str | None = "starts"


@dataclass(frozen=True)
class NobodyComes(Refusal):
    """Fewer than one person."""

    field: str | None = "people"


@dataclass(frozen=True)
class TooManyPeople(Refusal):
    """More people than seats."""

    people: int
    capacity: int
    field: str | None = "people"


@dataclass(frozen=True)
class NoSuchSpace(Refusal):
    """No space of the kind has all that is asked for, whenever."""

    field: str | None = None


@dataclass(frozen=True)
class AskForOne(Refusal):
    """Spaces that the park has to approve are asked for one by one, not left to chance."""

    field: str | None = "kind"


@dataclass(frozen=True)
class Retired(Refusal):
    """The space is out of service."""

    code: str
    field: str | None = "space"


@dataclass(frozen=True)
class NothingFree(Refusal):
    """Of all that would do, nothing is free then."""

    span: Span
    field: str | None = "starts"


@dataclass(frozen=True)
class OutOfDate(Refusal):
    """Somebody changed the reservation since the page was drawn."""

    version: int


@dataclass(frozen=True)
class CannotChange(Refusal):
    """A reservation in this state is not changed any more (or not in this way)."""

    state: str


@dataclass(frozen=True)
class AskedTooLate(Refusal):
    """The start of what was asked for has passed without an answer."""

    starts_at: datetime


@dataclass(frozen=True)
class NotLonger(Refusal):
    """To extend is to end later."""

    ends_at: datetime
    field: str | None = "ends"


@dataclass(frozen=True)
class NotShorter(Refusal):
    """To shorten is to end earlier, and not before it began."""

    ends_at: datetime
    field: str | None = "ends"


@dataclass(frozen=True)
class AnotherKind(Refusal):
    """A reservation moves between spaces of one kind only."""

    kind: str
    field: str | None = "space"


@dataclass(frozen=True)
class AsksForApproval(Refusal):
    """A place one holds is not swapped for one that the park has yet to approve."""

    space_id: int
    name: str
    span: Span
    field: str | None = "space"


@dataclass(frozen=True)
class LiftedBefore(Refusal):
    """The closure was lifted already, and the space could be had since."""

    lifted_at: datetime


class Conflict(NamedTuple):
    """A reservation that stands in the way of a closure."""

    reservation_id: int | None  # None: a walk-in or another closure
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class ClosureTooLong(Refusal):
    """A closure ends within this many days, or has an open end: until further notice."""

    longest_days: int
    field: str | None = "ends"


@dataclass(frozen=True)
class ClosureConflicts(Refusal):
    """Who holds the space must be moved first; the conflicts in order of time."""

    conflicts: tuple[Conflict, ...]
    field: str | None = "starts"
