"""The laws of spaces: when and how long one may be had, and what a space must be."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, time
from typing import NamedTuple

from booking.values import Calendar, Refusal


class Hours(NamedTuple):
    """When a place opens and closes on a day, in minutes after local midnight."""

    opens: int
    closes: int


class ExtendedDay(NamedTuple):
    """A local day on which a dated exception opens a place for longer; None is as by rule."""

    day: date
    opens: int | None
    closes: int | None


@dataclass(frozen=True, slots=True)
class Opening:
    """When and how long a space may be had, as the park, its kind or its own row says; all in minutes.

    `opens_minute` and `closes_minute` count from local midnight, the latter up to 1440. `lead_minutes`
    is how long before its start one must ask, `horizon_days` how many local days ahead one may,
    `buffer_minutes` what is kept free after every use. `extended` are the dated exceptions read with the
    rule; no figure of its own (FIGURES).
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
    extended: tuple[ExtendedDay, ...] = ()

    def usual_hours(self, day: date, calendar: Calendar) -> Hours | None:
        """Tell when the rule itself opens a place on a local day; None where it is closed all day."""
        if self.open_on_rest_days or calendar.is_working_day(day):
            return Hours(self.opens_minute, self.closes_minute)
        return None

    def hours_on(self, day: date, calendar: Calendar) -> Hours | None:
        """Tell when a place is open on a local day; None where it is closed all day.

        With an exception it opens at the earlier of the two and closes at the later: never shorter.
        """
        usual = self.usual_hours(day, calendar)
        added = self._added(day)
        return widest([usual, *added] if usual else added) if added else usual

    def widest_on(self, days: Collection[date]) -> Hours:
        """Give the hours from the first opening to the last closing that the rule or any of the days has."""
        added = [hours for day in days for hours in self._added(day)]
        return widest([Hours(self.opens_minute, self.closes_minute), *added])

    def _added(self, day: date) -> list[Hours]:
        found = (
            Hours(
                self.opens_minute if one.opens is None else one.opens,
                self.closes_minute if one.closes is None else one.closes,
            )
            for one in self.extended
            if one.day == day
        )
        return [hours for hours in found if hours.opens < hours.closes]


FIGURES = tuple(field.name for field in fields(Opening) if field.name != "extended")
"""What a rule says; its exceptions have rows of their own."""


def widest(hours: Collection[Hours]) -> Hours:
    """Give the hours from the first opening to the last closing."""
    return Hours(min(one.opens for one in hours), max(one.closes for one in hours))


DAY_MINUTES = 24 * 60


def minute_of(clock: time) -> int:
    """Count the minutes from midnight; 23:59 stands for the end of the day, which a clock cannot show."""
    minute = clock.hour * 60 + clock.minute
    return DAY_MINUTES if minute == DAY_MINUTES - 1 else minute


A_YEAR_OF_MINUTES = 366 * DAY_MINUTES


def usual_opening(opens: time, closes: time, *, open_on_rest_days: bool, by_day: bool) -> Opening:
    """Make the rule of a kind nobody wrote one for, from the park's hours; storage has a year of days."""
    if by_day:
        return Opening(opens_minute=0, closes_minute=DAY_MINUTES, maximum_minutes=A_YEAR_OF_MINUTES)
    return Opening(
        opens_minute=minute_of(opens), closes_minute=minute_of(closes), open_on_rest_days=open_on_rest_days
    )


CODE_LENGTH = 20
NAME_LENGTH = 60
EQUIPMENT_LENGTH = 40
MOST_EQUIPMENT = 30
DESCRIPTION_LENGTH = 500
REASON_LENGTH = 200
MOST_SEATS = 10_000
LARGEST_AREA = 1_000_000_00  # a hundred hectares, in hundredths of a square metre
LONGEST_LEAD = 30 * DAY_MINUTES
FARTHEST_HORIZON = 730
LONGEST_BUFFER = 12 * 60


@dataclass(eq=False)
class AreaNameTaken(Refusal):
    """Another area of the park has this name."""

    name: str


@dataclass(eq=False)
class AreaInUse(Refusal):
    """An area goes only when no space, retired or not, names it."""

    name: str
    spaces: int


@dataclass(eq=False)
class CodeTaken(Refusal):
    """Another space of the park has this code, in use or retired."""

    code: str


@dataclass(eq=False)
class SpaceStillBooked(Refusal):
    """The space is reserved, asked for or in use; `count` things are yet to come or to end."""

    space_id: int
    count: int


@dataclass(eq=False)
class PartOfCombined(Refusal):
    """The space is a part of combined spaces in use, which would lose it."""

    wholes: tuple[str, ...]


@dataclass(eq=False)
class PartsRetired(Refusal):
    """A combined space cannot come back while parts of it are retired."""

    parts: tuple[str, ...]


@dataclass(eq=False)
class PartCannotBe(Refusal):
    """A space cannot be a part: itself combined, of another kind, retired, the whole itself or unknown."""

    codes: tuple[str, ...]


@dataclass(eq=False)
class OnePartIsNoCombination(Refusal):
    """A combined space has two parts or more."""


@dataclass(eq=False)
class PartCannotCombine(Refusal):
    """A space that is a part of others cannot have parts itself."""

    wholes: tuple[str, ...]


@dataclass(eq=False)
class PartsStillBooked(Refusal):
    """Parts change only while nothing is reserved: claims stand on the parts they were made for."""

    space_id: int
    count: int


class BadRule(Refusal):
    """An opening rule that nobody could use; `figure` is the one to change."""

    figure: str


@dataclass(eq=False)
class RuleOutOfRange(BadRule):
    """A figure of an opening rule lies outside what can be meant."""

    figure: str
    lowest: int
    highest: int


@dataclass(eq=False)
class ClosesBeforeItOpens(BadRule):
    """A place closes later than it opens, on the same day."""

    figure = "closes_minute"


@dataclass(eq=False)
class MaximumBelowMinimum(BadRule):
    """The longest use must not be shorter than the shortest."""

    figure = "maximum_minutes"


@dataclass(eq=False)
class MinimumOffStep(BadRule):
    """The shortest use is a whole number of steps, or nobody could book it."""

    step: int
    figure = "minimum_minutes"


@dataclass(eq=False)
class MinimumBeyondTheDay(BadRule):
    """The shortest use must fit into the opening hours."""

    open_minutes: int
    figure = "minimum_minutes"


RANGES = {
    "opens_minute": (0, DAY_MINUTES - 1),
    "closes_minute": (1, DAY_MINUTES),
    "step_minutes": (1, DAY_MINUTES),
    "minimum_minutes": (1, A_YEAR_OF_MINUTES),
    "maximum_minutes": (1, 10 * A_YEAR_OF_MINUTES),
    "lead_minutes": (0, LONGEST_LEAD),
    "horizon_days": (1, FARTHEST_HORIZON),
    "buffer_minutes": (0, LONGEST_BUFFER),
}
"""What each figure of an opening rule may be, both ends included."""


def check_opening(opening: Opening, *, by_day: bool) -> None:
    """Refuse a rule that contradicts itself; `by_day` is storage, whose use may outlast a day."""
    for figure, (lowest, highest) in RANGES.items():
        if not lowest <= getattr(opening, figure) <= highest:
            raise RuleOutOfRange(figure, lowest, highest)
    if opening.closes_minute <= opening.opens_minute:
        raise ClosesBeforeItOpens
    if opening.maximum_minutes < opening.minimum_minutes:
        raise MaximumBelowMinimum
    if opening.minimum_minutes % opening.step_minutes:
        raise MinimumOffStep(opening.step_minutes)
    open_minutes = opening.closes_minute - opening.opens_minute
    if not by_day and opening.minimum_minutes > open_minutes:
        raise MinimumBeyondTheDay(open_minutes)
