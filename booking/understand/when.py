"""Puts hours together: which half of the day an hour is of, and from when to when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from booking.understand.plain_text import AFTER, BEFORE
from booking.understand.said import (
    Half,
    Link,
    Said,
    SaidClock,
    SaidDay,
    SaidHalf,
)

EITHER_HALF = (6, 7)


def is_of_either_half(clock: SaidClock) -> bool:
    """Tell whether an hour may as well be of the morning as of the evening, both being hours of work: 7点."""
    return not clock.exact and clock.half is None and clock.hour in EITHER_HALF


HOUR, NOON, MIDNIGHT = 60, 12, 24
WHOLE: dict[Half, tuple[int, int]] = {
    Half.MORNING: (9 * HOUR, 12 * HOUR),
    Half.NOON: (12 * HOUR, 13 * HOUR),
    Half.AFTERNOON: (13 * HOUR, 18 * HOUR),
    Half.DUSK: (17 * HOUR, 19 * HOUR),
    Half.EVENING: (18 * HOUR, 21 * HOUR),
}
"""From when to when a part of the day is, where no hour is said; minutes after midnight."""
WORKING_DAY = (9 * HOUR, 18 * HOUR)
LAST_AFTERNOON_HOUR = 7
"""Who says an hour from 1 to 7 and nothing else means the afternoon: people book in working hours."""
SMALL_HOURS = 4 * HOUR
HOURS_OF: dict[Half, tuple[dict[int, int], tuple[int, int]]] = {
    Half.DAWN: ({12: 0}, (0, 6)),
    Half.MORNING: ({}, (4, 12)),
    Half.NOON: ({1: 13, 2: 14}, (11, 14)),
    Half.AFTERNOON: ({hour: hour + NOON for hour in range(1, NOON)}, (12, 23)),
    Half.DUSK: ({hour: hour + NOON for hour in range(4, 9)}, (16, 20)),
    Half.EVENING: ({hour: hour + NOON for hour in range(5, NOON + 1)}, (17, MIDNIGHT)),
    Half.NIGHT: ({hour: hour + NOON for hour in range(5, NOON + 1)}, (17, MIDNIGHT)),
}
"""What an hour becomes in a part of the day, and the hours that this part has."""


def minute_said(clock: SaidClock, half: Half | None) -> int | None:
    """Tell the minutes after midnight; None where there is no such hour (25点, 上午三点 of an afternoon)."""
    if clock.wrong or not 0 <= clock.minute < HOUR:
        return None
    half = clock.half or half
    hour = _working_hour(clock) if half is None or (clock.exact and clock.hour > NOON) else clock.hour
    if half is not None:
        becomes, (first, last) = HOURS_OF[half]
        hour = becomes.get(hour, hour)
        if not first <= hour <= last:
            return None
    minute = hour * HOUR + clock.minute
    return minute if 0 <= minute <= MIDNIGHT * HOUR else None


def _working_hour(clock: SaidClock) -> int:
    early = not clock.exact and 1 <= clock.hour <= LAST_AFTERNOON_HOUR
    return clock.hour + NOON if early else clock.hour


@dataclass(slots=True)
class TimePhrase:
    """The pieces that say one time, and what they say."""

    pieces: list[int] = field(default_factory=list)
    start: SaidClock | None = None
    start_half: Half | None = None
    end: SaidClock | None = None
    end_half: Half | None = None
    until: list[int] = field(default_factory=list)  # those of its pieces that say a part of the day to end at

    @property
    def is_open(self) -> bool:
        """Tell whether an hour to begin at was said, and none to end at."""
        return self.start is not None and self.end is None

    @property
    def is_sided(self) -> bool:
        """Tell whether it lies anywhere after an hour, or before one: 三点以后."""
        return any(clock.side for clock in (self.start, self.end) if clock is not None)

    @property
    def whole_half(self) -> Half | None:
        """Tell the part of the day where no hour is said."""
        return self.start_half if self.start is self.end is None else None


NumberedPiece = tuple[int, Said]
"""What is said, with the number of its piece."""


def time_phrases(items: Sequence[NumberedPiece]) -> list[TimePhrase]:
    """Find the times that are said; a part of the day is that of the hour after it, else before it."""
    phrases: list[TimePhrase] = []
    joined: int | None = None  # the piece of a 到, or a -, that stands directly before
    before: int | None = None  # the piece before this one
    after_day = False
    for at, (number, said) in enumerate(items):
        if isinstance(said, SaidHalf):
            leads = at + 1 < len(items) and isinstance(items[at + 1][1], SaidClock)
            _take_half(phrases, number, said.half, joined, None if after_day and leads else before)
        elif isinstance(said, SaidClock):
            _take_clock(phrases, number, said, joined)
        if said is Link.TO or (said is Link.DASH and phrases and phrases[-1].is_open):
            joined = number
        elif not isinstance(said, SaidHalf):
            joined = None
        after_day = isinstance(said, SaidDay)  # 3点 明天下午: of the hour before the day
        before = before if after_day else number
    return [one for phrase in phrases for one in _with_its_end(phrase)]


def _with_its_end(phrase: TimePhrase) -> Iterator[TimePhrase]:
    """End at noon what goes on until noon; until when 到傍晚 is, nobody knows."""
    if phrase.end is not None or not phrase.until:
        yield phrase
    elif phrase.end_half is Half.NOON:
        yield replace(phrase, end=SaidClock(NOON, exact=True))
    else:
        rest = [piece for piece in phrase.pieces if piece not in phrase.until]
        yield from [replace(phrase, pieces=rest, end_half=None)] if rest else []
        yield TimePhrase(phrase.until)


def _take_half(
    phrases: list[TimePhrase], number: int, half: Half, joined: int | None, before: int | None
) -> None:
    last = phrases[-1] if phrases else None
    if joined is not None and last is not None and last.start is not None and last.end is None:
        last.end_half, last.until = half, [joined, number]
        last.pieces += last.until
    elif last is not None and last.start is not None and last.pieces[-1] == before and _has_no_half(last):
        last.start_half = last.end_half = half
        last.pieces.append(number)
    elif joined is not None:
        phrases.append(TimePhrase([joined, number], end_half=half, until=[joined, number]))
    else:
        phrases.append(TimePhrase([number], start_half=half))


def _has_no_half(phrase: TimePhrase) -> bool:
    clocks = [clock for clock in (phrase.start, phrase.end) if clock is not None]
    named = phrase.start_half or phrase.end_half
    return named is None and not any(clock.half or clock.exact for clock in clocks)


def _take_clock(phrases: list[TimePhrase], number: int, clock: SaidClock, joined: int | None) -> None:
    last = phrases[-1] if phrases else None
    within = clock.side == BEFORE and last is not None and last.start is not None and last.start.side == AFTER
    if last is not None and last.is_open and (joined is not None or within):
        last.end = clock
        last.pieces += [piece for piece in (joined, number) if piece is not None and piece not in last.pieces]
    elif last is not None and last.whole_half is not None and joined is None:
        last.start = clock
        last.pieces.append(number)
    elif last is not None and last.start is last.end is None and last.end_half is not None:
        last.end = clock
        last.pieces.append(number)
    elif joined is not None:
        phrases.append(TimePhrase([joined, number], end=clock))
    else:
        phrases.append(TimePhrase([number], start=clock))


def read_phrase(phrase: TimePhrase) -> tuple[int | None, int | None] | None:
    """Tell from when to when; None where that cannot be (三点到两点)."""
    if phrase.whole_half is not None:
        return WHOLE.get(phrase.whole_half)
    if phrase.is_sided:
        return _sided(phrase)
    if phrase.start is None:
        end = minute_said(phrase.end, phrase.end_half) if phrase.end else None
        return None if not end else (None, end)
    if phrase.end is None:
        start = minute_said(phrase.start, phrase.start_half)
        return None if start is None or start >= MIDNIGHT * HOUR else (start, None)
    return _range(phrase, phrase.start, phrase.end)


def covers(whole: tuple[int | None, int | None], part: tuple[int | None, int | None]) -> bool:
    """Tell whether a time lies in another: from 14:00 on in the afternoon."""
    inside = [minute for minute in part if minute is not None]
    return all((whole[0] or 0) <= minute <= (whole[1] or 0) for minute in inside)


def _sided(phrase: TimePhrase) -> tuple[int, int] | None:
    """Read 三点以后 and before noon: what is left on that side of a day from nine to the evening's end."""
    start, end = phrase.start, phrase.end
    if start is not None and end is not None:
        sides = (start.side, end.side)
        return _range(phrase, start, end) if sides in {(AFTER, ""), (AFTER, BEFORE)} else None
    clock, half = (end, phrase.end_half) if start is None else (start, phrase.start_half)
    minute = minute_said(clock, half) if clock is not None else None
    if clock is None or minute is None or half is Half.DAWN or (start is None and clock.side == AFTER):
        return None
    (earliest, _), (_, evening) = WHOLE[Half.MORNING], WHOLE[Half.EVENING]
    if clock.side == BEFORE:
        begins, _ = WHOLE.get(half or Half.MORNING, (earliest, 0))
        begins = begins if begins < minute else earliest
        return (begins, minute) if begins < minute else None
    return (minute, evening if minute < evening else MIDNIGHT * HOUR)


def morning_instead(phrase: TimePhrase, starts: int | None) -> tuple[int, int | None] | None:
    """Give the time as it is of the morning, where an hour of either half was taken for the evening's."""
    start, end = phrase.start, phrase.end
    if start is None or phrase.start_half or not is_of_either_half(start) or (starts or 0) < NOON * HOUR:
        return None
    if phrase.end_half or (end is not None and (end.half or end.exact)):
        return None
    begins, ends = read_phrase(replace(phrase, start_half=Half.MORNING)) or (None, None)
    return None if begins is None else (begins, ends)


def _range(phrase: TimePhrase, start: SaidClock, end: SaidClock) -> tuple[int, int] | None:
    """Take the first reading in which the end comes after the start."""
    for begins in _starts(phrase, start, end):
        for ends in _ends(phrase, start, end, begins):
            if begins < ends:
                return begins, ends
    return None


def _starts(phrase: TimePhrase, start: SaidClock, end: SaidClock) -> Iterator[int]:
    said = phrase.start_half or start.half
    if start.bare and said is None and (end.half or phrase.end_half):  # 8-9pm: both are of the evening
        shared = minute_said(start, end.half or phrase.end_half)
        if shared is not None:
            yield shared
    usual = minute_said(start, said)
    if usual is not None and usual < MIDNIGHT * HOUR:
        yield usual
    if said is None and is_of_either_half(start):  # 7点到12点
        yield minute_said(start, Half.MORNING) or 0


def _ends(phrase: TimePhrase, start: SaidClock, end: SaidClock, begins: int) -> Iterator[int]:
    said = phrase.end_half or end.half
    named = phrase.start_half or start.half
    halves: list[Half | None] = [said] if said else [named, None]
    if not said and named is Half.DAWN:
        halves = [Half.MORNING] if end.hour == NOON else [Half.DAWN, Half.MORNING]
    elif not said and begins < SMALL_HOURS and end.hour != NOON:
        halves.insert(0, Half.DAWN)
    if not said and not end.exact and begins >= NOON * HOUR:
        halves += [Half.AFTERNOON]
        halves += [Half.EVENING] if named or end.hour != NOON else []  # 13点到12点 cannot be
    for half in halves:
        if (minute := minute_said(end, half)) is not None:
            yield minute or MIDNIGHT * HOUR  # 10pm to 12am: what ends at nought ends with the day
