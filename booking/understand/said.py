"""What a piece of a sentence says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from re import Match, Pattern
from typing import NamedTuple


class Link(StrEnum):
    """A word that joins or turns what stands beside it."""

    TO = "to"
    DASH = "dash"
    OR = "or"
    WITHIN = "within"
    WHOLE = "whole"
    NOW = "now"
    CHANGE = "change"
    NOT = "not"
    NOT_THAT = "not that"
    FILLER = "filler"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SaidKind:
    """A kind of space; a hint (开会) yields to a kind that is named."""

    kind: str
    hint: bool = False


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A day; one known by weekday or number alone is the next such; of `either` one is meant."""

    day: date
    weekday: int | None = None
    month_day: int | None = None
    either: tuple[date, ...] = ()
    ends: str = ""  # "month" or "year" of 月底, 年底: the end of the one meant

    def agrees(self, other: "SaidDay") -> bool:
        """Tell whether both may be the same day: 12月4日 and 周五."""
        return self.day == other.day or self.fits(other.day) or other.fits(self.day)

    def fits(self, day: date) -> bool:
        """Tell whether a day is one of those that the word alone may mean."""
        return self.weekday == day.weekday() or self.month_day == day.day


class Half(StrEnum):
    """A part of the day; from when to when dawn and night are, nobody knows."""

    DAWN = "dawn"
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    DUSK = "dusk"
    EVENING = "evening"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class SaidHalf:
    """A part of the day, for the hour beside it or as a whole."""

    half: Half


@dataclass(frozen=True, slots=True)
class SaidClock:
    """An hour and minute; `exact` is of 24 hours, `wrong` cannot be used (25点), `side` is where it lies."""

    hour: int
    minute: int = 0
    half: Half | None = None
    exact: bool = False
    wrong: bool = False
    bare: bool = False
    side: str = ""


@dataclass(frozen=True, slots=True)
class SaidLength:
    """A length of time: minutes, or whole days, or months; half a day is four hours; or, of a store, open."""

    minutes: int = 0
    days: int = 0
    months: int = 0
    half_day: bool = False
    open_ended: bool = False  # until it is given back


@dataclass(frozen=True, slots=True)
class SaidPeople:
    """How many people; `vague` is about or above so many (十来个人), which is no number; `in_all` is 共8人.

    `us` are the booker's own, `guests` whoever comes to them; of 6人 nobody knows whether they are all.
    """

    people: int
    vague: bool = False
    in_all: bool = False
    us: bool = False
    guests: bool = False


@dataclass(frozen=True, slots=True)
class SaidEquipment:
    """One thing a place must have; `of` is the kind of place that usually has it."""

    name: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class SaidName:
    """Something by its name, as it was said."""

    name: str


class SaidNear(SaidName):
    """Somebody or something to be near to."""


class SaidArea(SaidName):
    """A building, floor or zone."""


class SaidSpace(SaidName):
    """One of the park's spaces, by its name or code, or by what several begin with."""


class SaidSize(SaidName):
    """A large room, or a small one, of those that would do."""


class SaidPurpose(SaidName):
    """What it is for, which decides nothing."""


@dataclass(frozen=True, slots=True)
class SaidRepeat:
    """A recurrence rule of RFC 5545, still without its end."""

    rule: str


@dataclass(frozen=True, slots=True)
class SaidCount:
    """How often; `every` is the rule where only the count was said (连续三天); `in_all` is 共8次."""

    times: int
    every: str | None = None
    in_all: bool = False


Said = (
    Link | SaidKind | SaidDay | SaidHalf | SaidClock | SaidLength | SaidPeople | SaidEquipment | SaidNear
    | SaidArea | SaidSize | SaidSpace | SaidPurpose | SaidRepeat | SaidCount
)  # fmt: skip


class SaidPiece(NamedTuple):
    """A stretch of the sentence and what it says; nothing where it is not understood."""

    start: int
    end: int
    said: tuple[Said, ...]


class SaidAt(NamedTuple):
    """When the sentence is said, in the park's zone, and the sentence with its capitals."""

    now: datetime
    shown: str

    def text(self, match: Match[str], group: str | int = 0) -> str:
        """Give what was matched as it was typed, blanks at its ends cut."""
        return self.shown[match.start(group) : match.end(group)].strip()


Reading = tuple[Pattern[str], Callable[[Match[str], SaidAt], Sequence[Said]]]
"""A pattern and what it says; nothing said means that the words cannot be used (2月31日)."""
