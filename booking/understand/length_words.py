"""Words for how long, how far off, and how often in all: 一个半小时, 90分钟, 三天, for an hour, 三天后, 共8次.

And days put together: which day is meant, until which it goes on, and whether each of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from re import Match

from booking.understand.day_words import WEEKDAY_LETTERS, unclear, weekday_number
from booking.understand.plain_text import (
    ENGLISH_WEEKDAYS,
    ONE_DAY,
    E,
    N,
    next_month_day,
    next_weekday,
    numeral_value,
)
from booking.understand.said import (
    Draft,
    Link,
    Reading,
    Said,
    SaidAt,
    SaidClock,
    SaidCount,
    SaidDay,
    SaidHalf,
    SaidLength,
)
from booking.understand.wanted_words import STORE

A, Z = r"(?<![a-z])", r"(?![a-z])"
HOUR, QUARTER, MOST_HOURS, MOST_DAYS = 60, 15, 1000, 1000
HOURS = r"(?:小时|钟头|钟(?!头)|hours?(?![a-z])|hrs?(?![a-z])|h(?![a-z]))"
MINUTES = r"(?:分钟|minutes?(?![a-z])|mins?(?![a-z]))"
AND_MINUTES = rf"(?:\s*(?:零|加|and )?\s*(?P<minutes>{N})\s*(?:{MINUTES}|分)|(?P<half>半)(?!天))?"


def _hours(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    hours = numeral_value(match["n"])
    more = (
        numeral_value(match["minutes"]) if match["minutes"] else 30 if match["half"] or match["more"] else 0
    )
    if hours is None or more is None or hours > MOST_HOURS:
        return []
    return _minutes_said(hours * HOUR + more)


def _minutes_said(minutes: int) -> Sequence[Said]:
    return [SaidLength(minutes=minutes)] if minutes > 0 else []


def _decimal(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    minutes = Decimal(match["n"]) * HOUR
    return _minutes_said(int(minutes)) if minutes == int(minutes) else []


def _minutes(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return _minutes_said(numeral_value(match["n"]) or 0)


def _half_more(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return _minutes_said((numeral_value(match["n"]) or 0) * HOUR + 30)


def _quarters(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return _minutes_said(QUARTER * (numeral_value(match["n"]) or 0))


def _days(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"])
    if not number or number > MOST_DAYS:
        return []
    return [SaidLength(days=number * (7 if match["weeks"] else 1))]


def _months(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"])
    return [SaidLength(months=number)] if number and number <= HOUR else []


def _times(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"])
    return [SaidCount(number, in_all=bool(match["all"]))] if number else []


def _running(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"])
    every = "FREQ=WEEKLY" if match["weeks"] else "FREQ=DAILY"
    return [SaidCount(number, every)] if number else []


def _days_later(match: Match[str], at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"])
    if number is None or number > MOST_DAYS:
        return []
    days = number * (7 if match["weeks"] else 1)
    return [SaidDay(at.now.date() + timedelta(days))]


def _either(*days: date) -> Sequence[Said]:
    """Say a day that may be one of two; which is meant is not guessed."""
    found = tuple(sorted(set(days)))
    return [SaidDay(found[0], either=found if len(found) > 1 else ())]


SATURDAY, SUNDAY = 5, 6


def _weekend(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 周末: one of its days; 周末两天 are both."""
    today, which = at.now.date(), match["which"] or ""
    later = which.count("下") or int(which == "next")
    from_then = today if not which else max(today, today + (7 * later - today.weekday()) * ONE_DAY)
    saturday, sunday = (next_weekday(from_then, day) for day in (SATURDAY, SUNDAY))
    if match["both"]:
        return [SaidDay(saturday), SaidCount(2, "FREQ=DAILY")]
    return _either(sunday) if which and sunday < saturday else _either(saturday, sunday)


def _two_days(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 明后天: one of them; 明后两天 are both."""
    first = at.now.date() + (ONE_DAY if match["first"] == "明" else timedelta(0))
    return [SaidDay(first), SaidCount(2, "FREQ=DAILY")] if match["both"] else _either(first, first + ONE_DAY)


def _weekday_weeks_later(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 两周后的周三: of that week, or the next one after those two weeks, which may be another."""
    number, today = numeral_value(match["n"]), at.now.date()
    if number is None or number > MOST_DAYS:
        return []
    weekday = WEEKDAY_LETTERS[match["day"]] if "day" in match.re.groupindex else weekday_number(match)
    monday = today - today.weekday() * ONE_DAY
    return _either(
        monday + (7 * number + weekday) * ONE_DAY, next_weekday(today + 7 * number * ONE_DAY, weekday)
    )


def _weeks_from_weekday(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read Friday week, two weeks from Friday: so many weeks after the next such day."""
    number = numeral_value(match["n"]) if match["n"] else 2 if match["two"] else 1
    if not number or number > MOST_DAYS:
        return []
    return [SaidDay(next_weekday(at.now.date(), weekday_number(match)) + 7 * number * ONE_DAY)]


W = r"(?:周|星期|礼拜)"
LATER: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"(?:(?P<which>下下个?|下个?|这个?|本)\s*)?{W}末(?P<both>的?[两二2]天)?", _weekend),
        (
            rf"{A}(?P<both>both days (?:of )?)?(?:(?:on|at|over) )?(?:the )?(?:(?P<which>this|next|coming) )?weekend{Z}",
            _weekend,
        ),
        (r"(?P<first>今|明)[明后](?P<both>[两二2]天)", _two_days),
        (r"(?P<first>今|明)[明后](?P<both>(?!))?天", _two_days),
        (rf"(?P<n>{N})个?{W}(?:之|以)?后的?\s*{W}(?P<day>[一二三四五六日天](?!点))", _weekday_weeks_later),
        (rf"{A}{ENGLISH_WEEKDAYS},? in (?P<n>{E}|a) weeks?(?:' time)?{Z}", _weekday_weeks_later),
        (rf"{A}in (?P<n>{E}|a) weeks?(?:' time)?,? on {ENGLISH_WEEKDAYS}", _weekday_weeks_later),
        (rf"上上?个?{W}末|{A}(?:last weekend|(?:the )?{ENGLISH_WEEKDAYS} after next){Z}", unclear),
        (rf"{A}{ENGLISH_WEEKDAYS} (?:week|(?P<two>fortnight))(?P<n>(?!))?{Z}", _weeks_from_weekday),
        (
            rf"{A}(?:a )?(?P<two>fortnight)(?P<n>(?!))? (?:from|after|on) {ENGLISH_WEEKDAYS}",
            _weeks_from_weekday,
        ),
        (rf"{A}in a fortnight(?:'s time)?{Z}", lambda _m, at: [SaidDay(at.now.date() + 14 * ONE_DAY)]),
        (rf"{A}(?P<n>{E}|a) weeks?(?P<two>(?!))? (?:from|after|on) {ENGLISH_WEEKDAYS}", _weeks_from_weekday),
        (
            rf"{N}\s*个?(?:{W}|天|月|小时|钟头|分钟)(?:之|以)?内|(?:未来|接下来的?|今后|往后|最近|这)的?\s*{N}\s*个?(?:天|月|工作日|{W}(?!末))|{A}(?:{E}|an?|half an) (?:hours?|min(?:ute)?s?) from now{Z}|{A}within (?:the next )?(?:{E}|an?) (?:days?|weeks?|months?|hours?|minutes?){Z}",
            unclear,
        ),
        (rf"(?P<n>{N})个?(?:(?P<weeks>{W})|天)(?:之后|以后|后)(?!天)", _days_later),
        (rf"{A}in\s+(?P<n>{E}|a|an)\s+(?:(?P<weeks>weeks?)|days?)(?![a-z])", _days_later),
        (rf"(?P<n>{E}|a)\s+(?:(?P<weeks>weeks?)|days?)\s+from\s+(?:now|today)(?![a-z])", _days_later),
    )
)
"""How far off a day is, and which of two days may be meant."""

LENGTHS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (r"(?<!\d)(?:1[3-9]|2[0-3])h(?![a-z\d])", unclear),
        (rf"连续\s*(?P<n>{N})\s*(?:天|个?(?P<weeks>周|星期|礼拜))", _running),
        (rf"(?P<all>一?共|总共|连续|重复|只)?\s*(?P<n>{N})\s*次", _times),
        (rf"(?P<n>{E}) times(?![a-z])(?P<all> in all| in total| altogether)?", _times),
        (r"(?P<n>\d{1,3}\.\d{1,2})\s*个?\s*" + HOURS, _decimal),
        (rf"(?P<n>{N})\s*个?\s*(?P<more>半)\s*{HOURS}头?(?P<minutes>)(?P<half>)", _hours),
        (rf"{A}(?:three|3) quarters of an hour{Z}", lambda _m, _at: _minutes_said(3 * QUARTER)),
        (rf"{A}(?:a )?quarter of an hour{Z}", lambda _m, _at: _minutes_said(QUARTER)),
        (rf"{A}(?P<n>{E}|an?) and a half hours?(?![a-z])", _half_more),
        (rf"{A}(?P<n>{E}|an?) hours? and a half(?![a-z])", _half_more),
        (
            rf"(?:半\s*个?\s*(?:小时|钟头|钟)|{A}half(?: an?|-)?[ -]?hour(?![a-z]))",
            lambda _m, _at: _minutes_said(30),
        ),
        (r"(?P<n>[一二三1-3])刻钟", _quarters),
        (rf"(?P<n>{N})\s*个?\s*{HOURS}{AND_MINUTES}(?P<more>(?!))?", _hours),
        (rf"{A}(?P<n>{E}|an?)\s*{HOURS}(?P<minutes>(?!))?(?P<half>(?!))?(?P<more>(?!))?", _hours),
        (rf"(?P<n>{N}|{E})\s*{MINUTES}", _minutes),
        (rf"半天|{A}half a day(?![a-z])|{A}half day(?![a-z])", lambda _m, _at: [SaidLength(half_day=True)]),
        (rf"一?整天|全天|{A}(?:all|the whole|whole|full) day(?![a-z])", lambda _m, _at: [SaidLength(days=1)]),
        (rf"(?P<n>{N})\s*(?:个?\s*(?P<weeks>周|星期|礼拜)|天)(?![一二三四五六日天\d后])", _days),
        (rf"{A}(?P<n>{E}|an?)\s*(?:(?P<weeks>weeks?)|days?)(?![a-z])", _days),
        (rf"(?P<n>{N})\s*个月", _months),
        (rf"{A}(?P<n>{E}|an?)\s*months?(?![a-z])", _months),
    )
)


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
        if not isinstance(said, SaidDay):
            continue
        follows = at > 0 and items[at - 1][1] in {Link.TO, Link.DASH}
        if found.first is None and not follows:
            found.first = said
        elif (
            found.first is not None
            and found.first.agrees(said)
            and not (follows and said.weekday is not None)
        ):
            found.first = (
                said if found.first.fits(said.day) and not said.fits(found.first.day) else found.first
            )
        elif follows and found.last is None:
            found.last = _last_day(found.first, said)
            found.last_pieces = (items[at - 1][0], number)
        else:
            draft.refuse([number])
    return found


def _last_day(first: SaidDay | None, last: SaidDay) -> date:
    """Read a last day known by its weekday or number alone as the next such one after the first."""
    if first is None:
        return last.day
    if last.weekday is not None:
        return next_weekday(first.day, last.weekday)
    if last.month_day is not None:
        return next_month_day(first.day, last.month_day) or last.day
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
    """Give the rule of 周一到周五 9点到18点: each of those days, once; None of a store, and of one long stretch.

    An hour between the days, or one alone after a day that is no weekday (到后天三点), may be when all of it ends.
    """
    if days.first is None or days.last is None or not days.last_pieces or kind == STORE:
        return None
    items, number = draft.items(), (days.last - days.first.day).days + 1
    at = next(at for at, (piece, _) in enumerate(items) if piece == days.last_pieces[0])
    after = [said for _, said in items[at:] if isinstance(said, SaidClock | SaidHalf)]
    lengths = [length for _, length in draft.said(SaidLength)]
    by_weekday = any(isinstance(said, SaidDay) and said.weekday is not None for _, said in items[at:])
    of_each = len(after) != 1 or isinstance(after[0], SaidHalf) or bool(lengths) or by_weekday
    beside = at > 0 and isinstance(items[at - 1][1], SaidDay)
    long = any(length.months or length.days > 1 for length in lengths)
    if not beside or not of_each or long or not 1 < number <= MOST_IN_A_ROW or not (kind or after):
        return None
    days.last_pieces = ()
    return f"FREQ=DAILY;COUNT={number}"
