"""Pieces of a sentence being put together: which of them cannot be used, and what is left over."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise, takewhile
from typing import TypeVar

from booking.understand.plain_text import PlainText
from booking.understand.said import (
    Link,
    Said,
    SaidClock,
    SaidDay,
    SaidEquipment,
    SaidHalf,
    SaidLength,
    SaidPiece,
)

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
        self.refuse_each(number for number, _ in self.said(what))

    def refuse_each(self, numbers: Iterable[int]) -> None:
        """Say of pieces that each by itself cannot be used."""
        for number in numbers:
            self.refuse([number])

    def words(self, number: int) -> str:
        """Give the words of a piece, as they were typed."""
        return self.sentence[self.pieces[number].start : self.pieces[number].end].strip()

    def between(self, number: int, other: int) -> str:
        """Give the words between a piece and a later one, as they are read."""
        return PlainText.of(self.sentence[self.pieces[number].end : self.pieces[other].start]).read

    def before(self, number: int) -> str:
        """Give the words before a piece, as they are read."""
        return PlainText.of(self.sentence[: self.pieces[number].start]).read

    def after(self, number: int) -> str:
        """Give the words after a piece, as they are read."""
        return PlainText.of(self.sentence[self.pieces[number].end :]).read

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
