"""What a piece of a sentence says, and pieces being put together: which of them cannot be used."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice, pairwise, takewhile
from re import Match, Pattern
from typing import NamedTuple, TypeVar


class Link(StrEnum):
    """A word that joins or turns what stands beside it."""

    TO = "to"
    DASH = "dash"
    OR = "or"
    WITHIN = "within"
    WHOLE = "whole"
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
    """A length of time: minutes, or whole days, or months; half a day is four hours."""

    minutes: int = 0
    days: int = 0
    months: int = 0
    half_day: bool = False


@dataclass(frozen=True, slots=True)
class SaidPeople:
    """How many people; `vague` is about or above so many (十来个人), which is no number."""

    people: int
    vague: bool = False


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
    | SaidArea | SaidSpace | SaidPurpose | SaidRepeat | SaidCount
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


PieceKind = TypeVar("PieceKind", bound=object)
OF_HOURS = (SaidHalf, SaidClock, SaidLength)


def _of_time(said: Said) -> tuple[type, ...]:
    """Tell what is open where this is: the day, or all hours; nothing of what is no time."""
    if isinstance(said, SaidDay):
        return (SaidDay,)
    of_hours = (SaidLength,) if isinstance(said, SaidLength) else (SaidHalf, SaidClock)
    return of_hours if isinstance(said, OF_HOURS) else ()


@dataclass(slots=True)
class Draft:
    """A sentence's pieces; `refused` gives a piece that cannot be used the first piece it belongs to."""

    sentence: str
    pieces: Sequence[SaidPiece]
    refused: dict[int, int] = field(default_factory=dict)

    def items(self) -> list[tuple[int, Said]]:
        """List what is said, with the number of its piece; what cannot be used stands there as unknown."""
        return [
            (number, said)
            for number, piece in enumerate(self.pieces)
            for said in (piece.said if piece.said and number not in self.refused else (Link.UNKNOWN,))
            if said is not Link.FILLER
        ]

    def said(self, what: type[PieceKind]) -> list[tuple[int, PieceKind]]:
        """List what is said of one sort."""
        return [(number, said) for number, said in self.items() if isinstance(said, what)]

    def refuse(self, numbers: Iterable[int]) -> None:
        """Say of pieces that together they cannot be used."""
        together = sorted(set(numbers))
        self.refused.update(dict.fromkeys(together, together[0]))

    def only(self, what: type[PieceKind]) -> PieceKind | None:
        """Give what is said first of a sort; whatever says otherwise after it is not used."""
        found = self.said(what)
        for number in [number for number, said in found[1:] if said != found[0][1]]:
            self.refuse([number])
        return found[0][1] if found else None

    def refuse_all(self, what: type[object]) -> None:
        """Refuse whatever is said of a sort."""
        for number, _ in self.said(what):
            self.refuse([number])

    def refuse_what_is_turned(self) -> None:
        """Refuse what is not wanted (不要投影), and what is left open (周三或周四)."""
        for number, said in self.items():
            if said is Link.NOT:
                self.refuse([number, *self._wanted_not(number)])
            elif said is Link.NOT_THAT:
                self.refuse([number, *self._before(number)])
            elif said is Link.CHANGE:
                self.refuse([number])
        for number, said in self.items():
            if said is Link.OR and number not in self.refused:
                self.refuse([number, *self._left_open(number)])

    def _wanted_not(self, number: int) -> Iterator[int]:
        """Give the piece after a 不要, and all things of a list of things."""
        after = self._meant(range(number + 1, len(self.pieces)))
        first = [*islice(after, 1)]
        yield from first
        if first and self._is_thing(first[0]):
            yield from takewhile(self._is_thing, after)

    def _is_thing(self, number: int) -> bool:
        return any(isinstance(said, SaidEquipment) for said in self.pieces[number].said)

    def _before(self, number: int) -> Iterator[int]:
        yield from islice(self._meant(range(number - 1, -1, -1)), 1)

    def _meant(self, numbers: Iterable[int]) -> Iterator[int]:
        return (number for number in numbers if self.pieces[number].said != (Link.FILLER,))

    def _left_open(self, number: int) -> Iterator[int]:
        """Give both sides of an 或, and of times what may go with either: the hours, the days, or all."""
        sides = [*self._before(number), *self._wanted_not(number)]
        kinds = {_of_time(said) for side in sides for said in self.pieces[side].said} - {()}
        if kinds:
            meant = kinds.pop() if len(kinds) == 1 else (*OF_HOURS, SaidDay)
            for (other, said), (_, then) in pairwise([*self.items(), (0, Link.UNKNOWN)]):
                joins = said in {Link.TO, Link.DASH} and isinstance(then, meant)
                yield from [other] if isinstance(said, meant) or joins else ()
        yield from sides

    def refuse_what_touches_the_end(self) -> None:
        """Refuse the last piece of what was cut: 12月3 may have been 12月30日."""
        if self.pieces:
            self.refuse([len(self.pieces) - 1])

    def not_understood(self) -> Iterator[str]:
        """Give the words that are left over, as they were typed, those that belong together as one."""
        start, end, group = 0, 0, -1
        for number, piece in enumerate(self.pieces):
            if number in self.refused and self.refused[number] == group:
                end = piece.end
            elif number in self.refused or not piece.said:
                yield from self._words(start, end)
                start, end, group = piece.start, piece.end, self.refused.get(number, -1)
            elif piece.said != (Link.FILLER,):
                yield from self._words(start, end)
                start, end, group = 0, 0, -1
        yield from self._words(start, end)

    def words_of(self, *whats: type[object]) -> str:
        """Give the words that say something of these sorts."""
        pieces = {number for what in whats for number, _ in self.said(what)}
        return " ".join(
            self.sentence[self.pieces[one].start : self.pieces[one].end].strip() for one in sorted(pieces)
        )

    def _words(self, start: int, end: int) -> Iterator[str]:
        if words := self.sentence[start:end].strip():
            yield words
