"""Puts the days together: which day is meant, until which it goes on, and whether each of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from booking.understand.day_words import last_of_month
from booking.understand.draft import Draft
from booking.understand.plain_text import next_month_day, next_weekday
from booking.understand.said import Link, SaidClock, SaidDay, SaidHalf, SaidLength
from booking.understand.wanted_words import STORE


@dataclass(slots=True)
class SaidDays:
    """The day, and the last day with the pieces that say it."""

    first: SaidDay | None = None
    last: date | None = None
    last_pieces: tuple[int, ...] = ()


def read_days(draft: Draft) -> SaidDays:
    """Find the day, and the last of several; a second day that is another is refused."""
    found = SaidDays()
    items = draft.items()
    for at, (number, said) in enumerate(items):
        if not isinstance(said, SaidDay) or number in draft.refused:
            continue
        joined = items[at - 1][1] if at else None
        follows = joined in {Link.TO, Link.DASH}
        # what a 到 leads to is a last day, though it may be the same one: 周一到月底
        may_be_same = joined is not Link.TO and not (follows and said.weekday is not None)
        if found.first is None and not follows:
            found.first = said
        elif found.first is not None and may_be_same and found.first.agrees(said):
            found.first = (
                said if found.first.fits(said.day) and not said.fits(found.first.day) else found.first
            )
        elif follows and found.last is None:
            found.last = _last_day(found.first, said)
            found.last_pieces = (items[at - 1][0], number)
        elif found.last is None or not said.agrees(SaidDay(found.last)):  # 到12月4日周五
            draft.refuse([number])
    return found


def _last_day(first: SaidDay | None, last: SaidDay) -> date:
    """Read a last day known by its weekday, its number or as an end alone as the next after the first."""
    if first is None:
        return last.day
    if last.weekday is not None:
        return next_weekday(first.day, last.weekday)
    if last.month_day is not None:
        return next_month_day(first.day, last.month_day) or last.day
    if last.ends and last.day < first.day:
        return last_of_month(first.day.year, 12 if last.ends == "year" else first.day.month)
    return last.day


def times_of_another_day(draft: Draft, last_pieces: tuple[int, ...]) -> tuple[int, ...]:
    """Give the pieces of an hour that is said of the last day: 到后天三点."""
    if not last_pieces:
        return ()
    found: list[int] = []
    for number, said in draft.items():
        if number > last_pieces[-1]:
            if not isinstance(said, SaidHalf | SaidClock):
                break
            found.append(number)
    return tuple(found)


MOST_IN_A_ROW = 31


def each_day(draft: Draft, days: SaidDays, kind: str | None) -> str | None:
    """Give the rule of 周一到周五 9点到18点: each of those days; None of a store, and of one long stretch.

    An hour between the days, or one alone after a day that is no weekday (到后天三点), may end it all.
    """
    if days.first is None or days.last is None or not days.last_pieces or kind == STORE:
        return None
    items, number = draft.items(), (days.last - days.first.day).days + 1
    at = next(
        at
        for at, (piece, said) in enumerate(items)
        if piece == days.last_pieces[0] and said in {Link.TO, Link.DASH}
    )
    after = [said for _, said in items[at:] if isinstance(said, SaidClock | SaidHalf)]
    times = [said for _, said in items if isinstance(said, SaidClock | SaidHalf)]
    lengths = [length for _, length in draft.said(SaidLength)]
    by_weekday = any(isinstance(said, SaidDay) and said.weekday is not None for _, said in items[at:])
    of_each = len(after) != 1 or isinstance(after[0], SaidHalf) or bool(lengths) or by_weekday
    beside = at > 0 and isinstance(items[at - 1][1], SaidDay)
    long = any(length.months or length.days > 1 for length in lengths)
    if not beside or not of_each or long or not 1 <= number <= MOST_IN_A_ROW or not (kind or times):
        return None
    days.last_pieces = ()
    return f"FREQ=DAILY;COUNT={number}" if number > 1 else None


LISTED = re.compile(r"[^\w-]*(?:和|跟|与|以?及|还有|and)?[^\w-]*")


def days_listed(draft: Draft) -> tuple[str, tuple[date, ...]] | None:
    """Give the words and days of 周一和周三: whether both, or one, or every week is not guessed."""
    run: list[tuple[int, SaidDay]] = []
    for number, piece in enumerate(draft.pieces):
        said = piece.said[0] if len(piece.said) == 1 and number not in draft.refused else None
        if not isinstance(said, SaidDay) or said.either:
            continue
        if run and not LISTED.fullmatch(draft.between(run[-1][0], number)):
            if _are_several(run):
                break
            run = []
        run.append((number, said))
    if not _are_several(run):
        return None
    draft.refuse(number for number, _ in run)
    words = draft.sentence[draft.pieces[run[0][0]].start : draft.pieces[run[-1][0]].end]
    return words.strip(), tuple(sorted({said.day for _, said in run}))


def _are_several(run: Sequence[tuple[int, SaidDay]]) -> bool:
    return any(not one.agrees(other) for (_, one), (_, other) in pairwise(run))


def one_day_or_another(draft: Draft) -> tuple[str, tuple[date, ...]] | None:
    """Give the words and days of 周三或周四, where they say nothing else."""
    for group in (
        draft.refused.get(number) for number, piece in enumerate(draft.pieces) if Link.OR in piece.said
    ):
        numbers = [number for number, first in draft.refused.items() if first == group and group is not None]
        said = [one for number in numbers for one in draft.pieces[number].said if one is not Link.OR]
        days = [one.day for one in said if isinstance(one, SaidDay) and not one.either]
        if len(days) > 1 and len(days) == len(said) and max(numbers) - min(numbers) < 2 * len(numbers):
            start, end = draft.pieces[min(numbers)].start, draft.pieces[max(numbers)].end
            return draft.sentence[start:end].strip(), tuple(sorted(set(days)))
    return None
