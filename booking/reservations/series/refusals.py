"""Why a rule of repetition is refused, with the facts."""

from dataclasses import dataclass
from datetime import date

from booking.values import Refusal


@dataclass(eq=False)
class RuleNotOffered(Refusal):
    """A rule of RFC 5545 that the form does not offer, or no rule at all."""


@dataclass(eq=False)
class NoWeekdayChosen(Refusal):
    """Weekly, on no day."""


@dataclass(eq=False)
class BadInterval(Refusal):
    """Every how many days, weeks or months: from one to `most`."""

    most: int


@dataclass(eq=False)
class NoSuchMonthDay(Refusal):
    """No month has that day."""


@dataclass(eq=False)
class NeverEnds(Refusal):
    """Neither a last day nor a number is named."""


@dataclass(eq=False)
class EndsTwice(Refusal):
    """Both a last day and a number are named."""


@dataclass(eq=False)
class CountTooSmall(Refusal):
    """Fewer than one occurrence."""


@dataclass(eq=False)
class UntilBeforeFirst(Refusal):
    """The last day lies before the first."""

    first: date


@dataclass(eq=False)
class TooManyOccurrences(Refusal):
    """More occurrences than one series may have."""

    most: int
    by_count: bool = False  # the number says so, and not the last day


@dataclass(eq=False)
class LastsTooLong(Refusal):
    """A series goes on to this day at most."""

    last_day: date
    by_count: bool = False  # so many do not fit in, though no last day was named


@dataclass(eq=False)
class EndsNoLater(Refusal):
    """To extend is to name a day later than the last."""

    last_day: date


@dataclass(eq=False)
class GoesOnElsewhere(Refusal):
    """What would come with it are all days that the series has which the rest of it went on as."""

    days: tuple[date, ...]


@dataclass(eq=False)
class NeverHappens(Refusal):
    """No day of the calendar fits the rule, up to its end."""


@dataclass(eq=False)
class NothingOfSeriesFree(Refusal):
    """None of the occurrences can be booked."""

    occurrences: int


@dataclass(eq=False)
class SeriesNotOpenYet(Refusal):
    """All of it lies too far ahead: the first may be booked from `opens_on`; today, what is by `last_day`."""

    first: date
    opens_on: date
    last_day: date


@dataclass(eq=False)
class NotOfSeries(Refusal):
    """The series has no such occurrence, or it is settled already."""


@dataclass(eq=False)
class NothingLeftOfSeries(Refusal):
    """From this day on nothing of the series is to come that a rule could change."""

    day: date
