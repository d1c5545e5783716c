"""Understands one sentence: what is said, put together, and what is left over; it never guesses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from booking.understand.draft import Draft
from booking.understand.how_often import read_repeat
from booking.understand.people_words import read_people
from booking.understand.place_words import own_areas
from booking.understand.plain_text import ONE_DAY, PlainText, months_later
from booking.understand.said import (
    Link,
    Reading,
    SaidArea,
    SaidAt,
    SaidCount,
    SaidDay,
    SaidEquipment,
    SaidKind,
    SaidLength,
    SaidNear,
    SaidPeople,
    SaidPurpose,
    SaidRepeat,
    SaidSize,
    SaidSpace,
)
from booking.understand.scan import scan
from booking.understand.several_days import (
    MOST_IN_A_ROW,
    SaidDays,
    days_listed,
    each_day,
    one_day_or_another,
    read_days,
    times_of_another_day,
)
from booking.understand.space_words import own_spaces
from booking.understand.understood import Understood
from booking.understand.wanted_words import ROOM, STORE, own_equipment
from booking.understand.when import (
    HOUR,
    MIDNIGHT,
    WORKING_DAY,
    covers,
    morning_instead,
    read_phrase,
    time_phrases,
)

DAY_MINUTES = MIDNIGHT * HOUR


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What a park calls its things and places; of its spaces the names and the codes on their doors."""

    equipment: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()


USUAL_WORDS = OwnWords()


def understand(sentence: str, now: datetime, own: OwnWords = USUAL_WORDS) -> Understood:
    """Tell what a sentence asks for; `now` is in the park's zone."""
    text = PlainText.of(sentence)
    draft = Draft(sentence, scan(text, SaidAt(now, text.shown), _readings(own)))
    if text.rest:
        draft.refuse_what_touches_the_end()
    draft.refuse_what_is_turned()
    vague, either, kind = _vague_people(draft), _either_day(draft), _kind(draft)
    days = read_days(draft)
    repeat = read_repeat(draft, days, now) or each_day(draft, days, kind) or _days_on(draft, days, kind)
    when = _when(draft, days, kind, now, again=repeat is not None)
    things, people = [thing for _, thing in draft.said(SaidEquipment)], read_people(draft)
    near, area, space, size = map(draft.only, (SaidNear, SaidArea, SaidSpace, SaidSize))
    left = (*draft.not_understood(), *_shortened(text.rest))
    return Understood(
        kind=kind or _usual_kind(people, things),
        usual_kind=kind is None,
        day=when.day,
        starts=when.starts,
        ends=when.ends,
        minutes=when.minutes,
        people=people,
        equipment=tuple(dict.fromkeys(thing.name for thing in things)),
        near=near.name if near else None,
        area=area.name if area else None,
        space=space.name if space else None,
        purpose=" ".join(one.name for _, one in draft.said(SaidPurpose)) or None,
        size=size.name if size else None,
        repeat=repeat,
        not_understood=left,
        too_long=bool(text.rest),
        part_of_day=when.whole,
        all_of_it=_is_all_meant(draft),
        vague_people=vague,
        either_day=None if repeat else either,
        leaves_open=bool(draft.refused or left),
        early=when.early,
        from_now=any(said is Link.NOW for _, said in draft.items()),
        of_what_is_booked=any(Link.CHANGE in piece.said for piece in draft.pieces),
        repeat_said=draft.words_of(SaidRepeat, SaidCount) if repeat else "",
    )


def every_week(words: str, now: datetime) -> str:
    """Give the words for every week on these weekdays: 每周一、三、五; "" where they name no two."""
    for often in (f"每{words}", f"every {words}"):
        said = understand(often, now)
        if "," in (said.repeat or "") and not said.leaves_open and not words.endswith(("末", "weekend")):
            return often
    return ""


def _days_on(draft: Draft, days: SaidDays, kind: str | None) -> str | None:
    """Read 工位 从明天起 三天: what is not kept for days on end is had on each of them."""
    lengths = [one for _, one in draft.said(SaidLength) if one.months or one.days > 1]
    if kind in {None, STORE} or days.first is None or days.last is not None or len(lengths) != 1:
        return None
    number = 0 if lengths[0].months else lengths[0].days
    return f"FREQ=DAILY;COUNT={number}" if 1 < number <= MOST_IN_A_ROW else None


def _vague_people(draft: Draft) -> tuple[str, int] | None:
    """Give the words for about or above so many people, with that number; which is meant is not guessed."""
    found = [(number, said) for number, said in draft.said(SaidPeople) if said.vague]
    if not found:
        return None
    draft.refuse_all(SaidPeople)
    return draft.words(found[0][0]), found[0][1].people


def _either_day(draft: Draft) -> tuple[str, tuple[date, ...]] | None:
    """Give the words that may mean one of two days (周末), and those days; which is meant is not guessed."""
    found = [(number, said) for number, said in draft.said(SaidDay) if said.either]
    for number, _ in found:
        draft.refuse([number])
    if not found:
        return days_listed(draft) or one_day_or_another(draft)
    return draft.words(found[0][0]), found[0][1].either


def _is_all_meant(draft: Draft) -> bool:
    """Tell whether the whole of a part of the day was said: 整个下午, 上午半天; or any stretch of it."""
    links = {said for _, said in draft.items() if isinstance(said, Link)}
    return bool(links & {Link.WHOLE, Link.WITHIN}) or any(one.half_day for _, one in draft.said(SaidLength))


SHOWN_OF_THE_REST = 40


def _shortened(rest: str) -> Sequence[str]:
    words = rest.strip()[:SHOWN_OF_THE_REST].strip()
    return (words,) if words else ()


@lru_cache(maxsize=64)
def _readings(own: OwnWords) -> tuple[Reading, ...]:
    return (
        *own_areas(own.areas, [PlainText.of(name).read for name in own.areas]),
        *own_equipment(own.equipment, [PlainText.of(name).read for name in own.equipment]),
        *own_spaces(own.spaces),
    )


def _kind(draft: Draft) -> str | None:
    """Take the kind that is named; what people will do there hints at one where none is."""
    said = draft.said(SaidKind)
    named = [kind for kind in said if not kind[1].hint] or said
    for number, kind in named[1:]:
        if kind.kind != named[0][1].kind:
            draft.refuse([number])
    return named[0][1].kind if named else None


def _usual_kind(people: int | None, things: Sequence[SaidEquipment]) -> str | None:
    """Take a meeting room for several people; else what usually has all the things that are said."""
    kinds = {thing.of for thing in things if thing.of}
    if (people or 1) > 1 or (things and not kinds):
        return ROOM
    return kinds.pop() if len(kinds) == 1 else None


@dataclass(slots=True)
class _When:
    day: date | None = None
    starts: int | None = None
    ends: int | None = None
    minutes: int | None = None
    whole: bool = False  # a part of the day, no hour of it
    early: tuple[int, int | None] | None = None

    @property
    def window(self) -> int | None:
        return None if self.starts is None or self.ends is None else self.ends - self.starts


def _when(draft: Draft, days: SaidDays, kind: str | None, now: datetime, *, again: bool) -> _When:
    when = _When()
    if days.last_pieces and not _several_days(when, days, kind):
        draft.refuse([*days.last_pieces, *times_of_another_day(draft, days.last_pieces)])
    _read_times(draft, when)
    if days.first is not None:
        when.day = _ahead(days, when, now)
    for number, length in draft.said(SaidLength):
        if again and length.days > 1:
            continue  # 每天9点 10天: how often, and not how long
        if not _lengthen(when, length, storage=kind == STORE):
            draft.refuse([number])
    if when.minutes is None:
        when.minutes = when.window
    return when


def _several_days(when: _When, days: SaidDays, kind: str | None) -> bool:
    """Count the days a store is wanted for; nothing else is had for days on end."""
    if kind != STORE or days.first is None or days.last is None or days.last < days.first.day:
        return False
    when.minutes = ((days.last - days.first.day).days + 1) * DAY_MINUTES
    return True


def _read_times(draft: Draft, when: _When) -> None:
    found: tuple[int | None, int | None] | None = None
    for phrase in time_phrases(draft.items()):
        read = read_phrase(phrase)
        if found and phrase.whole_half and read and covers(read, found):
            continue  # 2-3pm tomorrow afternoon
        if read is None or found not in {None, read}:
            draft.refuse(phrase.pieces)
        elif found is None:
            found = read
            (when.starts, when.ends), when.whole = read, phrase.whole_half is not None or phrase.is_sided
            when.early = morning_instead(phrase, read[0])
    if when.window is not None and any(said is Link.WITHIN for _, said in draft.items()):
        when.whole = True  # 两点到四点之间: any stretch of it


def _ahead(days: SaidDays, when: _When, now: datetime) -> date | None:
    """Give the day; a weekday that is today is the next one where its time is over."""
    if days.first is None:
        return None
    last = when.ends if when.whole or when.starts is None else when.starts
    over = last is not None and last < now.hour * HOUR + now.minute
    if days.first.weekday is not None and days.first.day == now.date() and over:
        return days.first.day + 7 * ONE_DAY
    return days.first.day


HALF_A_DAY = 4 * HOUR


def _lengthen(when: _When, length: SaidLength, *, storage: bool) -> bool:
    """Put a length into the time; False where it does not go with what else is said."""
    if length.open_ended or length.months or length.days > 1 or (length.days and storage):
        return storage and _for_days(when, length)
    if length.days:
        return _all_day(when)
    if length.half_day:
        return when.whole or _for_minutes(when, HALF_A_DAY)
    return _for_minutes(when, length.minutes)


def _for_days(when: _When, length: SaidLength) -> bool:
    if when.minutes is not None or when.window is not None or (length.months and when.day is None):
        return False
    days = length.days
    if length.months and when.day is not None:
        days = (months_later(when.day, length.months) - when.day).days
    when.minutes = days * DAY_MINUTES or None  # none of what is kept until it is given back
    return True


def _all_day(when: _When) -> bool:
    if when.starts is not None or when.ends is not None or when.minutes is not None:
        return (when.starts, when.ends) == WORKING_DAY
    when.starts, when.ends = WORKING_DAY
    return True


def _for_minutes(when: _When, minutes: int) -> bool:
    if when.minutes is not None:
        return when.minutes == minutes
    if when.window is not None:
        fits = minutes <= when.window if when.whole else minutes == when.window
        when.minutes = minutes if fits else None
        return fits
    if when.starts is not None and when.starts + minutes <= DAY_MINUTES:
        when.ends = when.starts + minutes
    elif when.starts is None and when.ends is not None and when.ends >= minutes:
        when.starts = when.ends - minutes
    elif when.starts is not None or when.ends is not None:
        return False
    when.minutes = minutes
    return True
