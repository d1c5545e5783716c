"""Every no of this room, with its facts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import NamedTuple

from booking.values import Refusal, Span

OwnBooking = tuple[str, int]
"""Who holds something: a column of the occupancy and its value."""


@dataclass(eq=False)
class HasBegun(Refusal):
    """Its start has passed: it is not put off any more, by those who hold it."""

    starts_at: datetime


@dataclass(eq=False)
class HasLapsed(Refusal):
    """Nobody came while it was kept for them: it counts as a no-show, though nobody released it yet."""

    kept_until: datetime


@dataclass(eq=False)
class Taken(Refusal):
    """Somebody has it, or the space is closed then.

    `own` is who asked, where they hold something already, which is not in their own way.
    """

    space_id: int
    span: Span
    own: OwnBooking | None = None


@dataclass(eq=False)
class AskedAlready(Refusal):
    """They asked for that very space and time, and wait for the answer."""

    reservation_id: int


class RequestPart(Enum):
    """What of a request is refused, where it could be one thing or another."""

    DAY = auto()
    START = auto()
    END = auto()
    UNTIL = auto()  # the last day of a store, or the end of who walks in or stays on
    EQUIPMENT = auto()
    AREA = auto()


@dataclass(eq=False)
class EndsBeforeItStarts(Refusal):
    """The end is not after the start."""

    starts: datetime
    ends: datetime
    part: RequestPart = RequestPart.END


@dataclass(eq=False)
class NoSuchClock(Refusal):
    """The park's clocks skip this time of that day."""

    day: date
    minute: int
    part: RequestPart = RequestPart.START


@dataclass(eq=False)
class InThePast(Refusal):
    """It would begin, or end, before now."""

    instant: datetime
    now: datetime
    part: RequestPart = RequestPart.START


@dataclass(eq=False)
class TooSoon(Refusal):
    """The space must be asked for earlier."""

    lead_minutes: int


@dataclass(eq=False)
class BeyondHorizon(Refusal):
    """So far ahead nobody may ask yet."""

    horizon_days: int
    last_day: date


@dataclass(eq=False)
class OffTheStep(Refusal):
    """A time between two steps."""

    step_minutes: int
    part: RequestPart = RequestPart.START


@dataclass(eq=False)
class CrossesMidnight(Refusal):
    """It would go on into the next day."""

    day: date


@dataclass(eq=False)
class TooShort(Refusal):
    """Less than the shortest use."""

    minimum_minutes: int


@dataclass(eq=False)
class TooLong(Refusal):
    """More than the longest use."""

    maximum_minutes: int
    by_day: bool = False
    part: RequestPart = RequestPart.END


@dataclass(eq=False)
class ClosedThatDay(Refusal):
    """A rest day, on which the space is not open."""

    day: date


@dataclass(eq=False)
class OutsideOpeningHours(Refusal):
    """Before it opens or after it closes; minutes after midnight."""

    opens: int
    closes: int
    part: RequestPart = RequestPart.START


@dataclass(eq=False)
class NobodyComes(Refusal):
    """Fewer than one person."""


@dataclass(eq=False)
class TooManyPeople(Refusal):
    """More people than seats."""

    people: int
    capacity: int


@dataclass(eq=False)
class TooManyNamed(TooManyPeople):
    """More than seats are named as guests and colleagues; whoever books is one of the people."""


@dataclass(eq=False)
class NoSuchSpace(Refusal):
    """No space of the kind has all that is asked for, whenever."""

    part: RequestPart | None = None


@dataclass(eq=False)
class AskForOne(Refusal):
    """Spaces that the park has to approve are asked for one by one, not left to chance."""


@dataclass(eq=False)
class Retired(Refusal):
    """The space is out of service."""

    code: str


@dataclass(eq=False)
class NothingFree(Refusal):
    """Of all that would do, nothing is free then."""

    span: Span


@dataclass(eq=False)
class OutOfDate(Refusal):
    """Somebody changed the reservation since the page was drawn."""

    version: int


@dataclass(eq=False)
class CannotChange(Refusal):
    """A reservation in this state is not changed any more (or not in this way)."""

    state: str


@dataclass(eq=False)
class AskedTooLate(Refusal):
    """The start of what was asked for has passed without an answer."""

    starts_at: datetime


@dataclass(eq=False)
class ProposesTheSame(Refusal):
    """What is proposed is what was asked for: that is approved."""


@dataclass(eq=False)
class ProposalOver(Refusal):
    """No proposal of the park stands (any more)."""


@dataclass(eq=False)
class NotLonger(Refusal):
    """To extend is to end later."""

    ends_at: datetime
    part: RequestPart = RequestPart.END


@dataclass(eq=False)
class NotShorter(Refusal):
    """To shorten is to end earlier, and not before it began."""

    ends_at: datetime


@dataclass(eq=False)
class AnotherKind(Refusal):
    """A reservation moves between spaces of one kind only."""

    kind: str


@dataclass(eq=False)
class AsksForApproval(Refusal):
    """A place one holds is not swapped for one that the park has yet to approve."""

    space_id: int
    name: str
    span: Span


@dataclass(eq=False)
class LiftedBefore(Refusal):
    """The closure was lifted already, and the space could be had since."""

    lifted_at: datetime


class Conflict(NamedTuple):
    """A reservation that stands in the way of a closure."""

    reservation_id: int | None  # None: a walk-in or another closure
    starts_at: datetime
    ends_at: datetime


@dataclass(eq=False)
class ClosureTooLong(Refusal):
    """A closure ends within this many days, or has an open end: until further notice."""

    longest_days: int


@dataclass(eq=False)
class ClosureConflicts(Refusal):
    """Who holds the space must be moved first; the conflicts in order of time."""

    conflicts: tuple[Conflict, ...]
