"""Reads a sentence from left to right, piece by piece; what no reading takes says nothing."""

import re
from collections.abc import Iterator, Sequence

from booking.understand import (
    clock_words,
    day_words,
    length_words,
    people_words,
    place_words,
    repeat_words,
    small_words,
    thing_words,
)
from booking.understand.plain_text import PlainText
from booking.understand.said import Link, Reading, SaidAt, SaidClock, SaidDay, SaidPiece

USUAL: tuple[Reading, ...] = (
    *small_words.FIRST,
    *repeat_words.READINGS,
    *place_words.NEAR,
    *place_words.AREAS,
    *people_words.READINGS,
    *clock_words.EARLY,
    *day_words.READINGS,
    *length_words.READINGS,
    *clock_words.READINGS,
    *thing_words.EQUIPMENT,
    *thing_words.KINDS,
    *small_words.LAST,
    *place_words.BESIDE,
)
"""The order decides: what is longer or more certain comes before what it might be taken for."""
UNKNOWN = re.compile(r"[a-z][a-z\d]*(?:'[a-z]+)*|\d+(?:\.\d+)?[a-z]*|.", re.DOTALL)


def scan(text: PlainText, at: SaidAt, own: Sequence[Reading] = ()) -> Sequence[SaidPiece]:
    """Cut a sentence into pieces; a park's own words come before the usual ones."""
    pieces = list(_pieces(text, at, (*small_words.FIRST, *own, *USUAL)))
    return list(_joined(text, list(_ended(text, pieces))))


def _pieces(text: PlainText, at: SaidAt, readings: Sequence[Reading]) -> Iterator[SaidPiece]:
    start = 0
    while start < len(text.read):
        piece = _piece(text, start, at, readings)
        yield piece
        start = piece.end


def _ended(text: PlainText, pieces: Sequence[SaidPiece]) -> Iterator[SaidPiece]:
    """Read a day or an hour that is called the last (12月31日止, 三点半结束) as 到 it."""
    for piece in pieces:
        may_end = any(isinstance(said, SaidDay | SaidClock) for said in piece.said)
        ends = may_end and THE_LAST.match(text.read, piece.end)
        yield piece._replace(said=(Link.TO, *piece.said)) if ends else piece


THE_LAST = re.compile(r"\s*(?:为止|截?止|结束)")


def _piece(text: PlainText, start: int, at: SaidAt, readings: Sequence[Reading]) -> SaidPiece:
    for pattern, read in readings:
        match = pattern.match(text.read, start)
        if match is not None and match.end() > start:
            return SaidPiece(start, match.end(), tuple(read(match, at)))
    match = UNKNOWN.match(text.read, start)
    return SaidPiece(start, match.end() if match else start + 1, ())


def _joined(text: PlainText, pieces: Sequence[SaidPiece]) -> Iterator[SaidPiece]:
    """Join what is not understood with its neighbours, and small words inside of it: 开闭幕, red carpet."""
    waiting: list[SaidPiece] = []  # an unknown piece, and small words that may turn out to stand inside of it
    for piece in pieces:
        if not piece.said and waiting:
            waiting = [SaidPiece(waiting[0].start, piece.end, ())]
        elif not piece.said:
            waiting = [piece]
        elif waiting and _may_stand_inside(text, piece):
            waiting.append(piece)
        else:
            yield from waiting
            yield piece
            waiting = []
    yield from waiting


LETTERS = re.compile(r"[\u4e00-\u9fff]{1,2}| ")


def _may_stand_inside(text: PlainText, piece: SaidPiece) -> bool:
    """Tell whether a small word may be a part of the words around it; a blank joins Latin words."""
    if piece.said != (Link.FILLER,):
        return False
    words = text.read[piece.start : piece.end]
    if words == " ":
        beside = text.read[piece.start - 1 : piece.start] + text.read[piece.end : piece.end + 1]
        return beside.isascii()
    return LETTERS.fullmatch(words) is not None
