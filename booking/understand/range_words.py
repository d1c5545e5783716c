"""Words for several days, from one to another, and for a last day.

12月10日到12日, 7 to 11 December, 周一三五, 月底; and for what begins with a week or month to come.
"""

import re
from collections.abc import Sequence
from datetime import date
from re import Match

from booking.understand.day_words import (
    DECEMBER,
    END,
    MONTHS_ON,
    NOT_A_NUMBERED_PLACE,
    NOTHING_IN_FRONT,
    OF_YEAR,
    WEEK,
    WEEKDAY,
    WEEKDAY_LETTERS,
    WEEKS,
    either,
    last_of_month,
    of_year,
    weekday_number,
)
from booking.understand.plain_text import (
    ENGLISH_WEEKDAYS,
    MONTH,
    MONTHS,
    ONE_DAY,
    N,
    a_date,
    months_on,
    next_month_day,
    next_weekday,
    numeral_value,
)
from booking.understand.said import Link, Reading, Said, SaidAt, SaidDay

ANOTHER_WEEKDAY = r"[一二三四五六日天](?!\s*[点刻个人位名小十百间起次楼层号月]|时(?!间))"
AFTER_NEXT = r"(?:(?:in|on|of|during) )?(?:the )?week after next"
UP_TO = r"\s*(?:-|to|till?|until|through|thru)\s*(?:the )?"
NTH = r"(?:st|nd|rd|th)"
EN_DAY = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _both(first: date | None, last: date | None) -> Sequence[Said]:
    """Say from which day to which; nothing where the last is not after the first."""
    return [SaidDay(first), Link.TO, SaidDay(last)] if first and last and first < last else []


def _of_a_month(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 12月10日到12日, 7 to 11 December, 下个月10到12号: both of one month."""
    first, last = (numeral_value(match[name]) or 0 for name in ("a", "b"))
    today, groups = at.now.date(), match.groupdict()
    if which := groups.get("which"):
        year, month = months_on(today, MONTHS_ON[which])
        return _both(a_date(year, month, first), a_date(year, month, last))
    named = match["month"]
    month = MONTHS.index(named[:3]) + 1 if named[:3] in MONTHS else numeral_value(named) or 0
    begins = a_date(int(groups["year"]), month, first) if groups.get("year") else of_year(today, month, first)
    return _both(begins, a_date(begins.year, month, last) if begins else None)


def _by_number(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 10到12号, 7th to 11th: the next such days."""
    first, last = (numeral_value(match[name]) or 0 for name in ("a", "b"))
    begins = next_month_day(at.now.date(), first)
    return _both(begins, next_month_day(begins, last) if begins else None)


def _by_weekday(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 下周一至五: the second weekday after the first."""
    today, which = at.now.date(), match["which"]
    first, last = (WEEKDAY_LETTERS[match[name]] for name in ("a", "b"))
    monday = today + (7 * WEEKS[which or "这"] - today.weekday()) * ONE_DAY
    begins = monday + first * ONE_DAY if which else next_weekday(today, first)
    if first >= last:
        return []
    day = SaidDay(begins, weekday=None if which else first)
    return [day, Link.TO, SaidDay(begins + (last - first) * ONE_DAY, weekday=last)]


def _of_next_week(match: Match[str], at: SaidAt) -> Sequence[Said]:
    first, last = (WEEKDAYS.index(match[name][:3]) for name in ("a", "b"))
    monday = at.now.date() + (7 - at.now.weekday()) * ONE_DAY
    return _both(monday + first * ONE_DAY, monday + last * ONE_DAY)


def _month_end(match: Match[str], at: SaidAt) -> Sequence[Said]:
    year, month = months_on(at.now.date(), 1 if match["next"] else 0)
    return [SaidDay(last_of_month(year, month), ends="" if match["which"] else "month")]


def _end_of_named_month(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 1月底, end of January: the next such day."""
    month = match["month"]
    number = MONTHS.index(month[:3]) + 1 if month else numeral_value(match["number"])
    if not number or number > DECEMBER:
        return []
    year = at.now.year + (number < at.now.month)
    return [SaidDay(last_of_month(year, number))]


def _year_end(_match: Match[str], at: SaidAt) -> Sequence[Said]:
    return [SaidDay(date(at.now.year, 12, 31), ends="year")]


def _week(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 下周, this week: one of its working days that are still to come."""
    today, which = at.now.date(), match["which"]
    monday = today + (7 * (which.count("下") or int(which == "next")) - today.weekday()) * ONE_DAY
    days = [monday + number * ONE_DAY for number in range(5)]
    return either(*[day for day in days if day >= today])


THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 31), "early": (1, 10), "mid": (11, 20), "late": (21, 31)}


def _third_of_month(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 12月中旬, mid-December: one of its working days that are still to come."""
    today, named = at.now.date(), match["month"] or match["number"]
    month = MONTHS.index(named[:3]) + 1 if named[:3] in MONTHS else numeral_value(named) or 0
    year = today.year + (month < today.month)
    first, last = THIRDS[match["part"] or match["part2"]]
    days = [day for number in range(first, last + 1) if (day := a_date(year, month, number))]
    return either(*[day for day in days if day >= today and day.weekday() < SATURDAY])


def _weekday_and_number(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read Friday 27th, where the next 27th is one."""
    day = next_month_day(at.now.date(), int(match["day"]))
    return [SaidDay(day)] if day and day.weekday() == weekday_number(match) else []


def _week_after_next(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read the week after next: its Monday, or one of its working days."""
    today = at.now.date()
    monday = today + (14 - today.weekday()) * ONE_DAY
    if "d0" in match.re.groupindex:
        return [SaidDay(monday + weekday_number(match) * ONE_DAY)]
    return either(*[monday + number * ONE_DAY for number in range(5)])


def _several_weekdays(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 周一、三、五: without 每 nobody knows whether these three, or every week."""
    today = at.now.date()
    monday = today + (7 * WEEKS[match["which"] or "这"] - today.weekday()) * ONE_DAY
    days = [WEEKDAY_LETTERS[letter] for letter in re.findall("[一二三四五六日天]", match["days"])]
    found = [monday + day * ONE_DAY if match["which"] else next_weekday(today, day) for day in days]
    return either(*found)


OF_WEEKS = re.compile(
    r"每(?!个?[月年季])|天天|隔|(?<![a-z])(?:every (?!month|year)|daily|weekly|fortnightly)"
)


def _from_next_month(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 从下个月开始 of what comes every week or day: from its first; else which day of it nobody said."""
    year, month = months_on(at.now.date(), 1)
    return [SaidDay(date(year, month, 1))] if OF_WEEKS.search(match.string) else []


SATURDAY = 5
NO_CLOCK = r"(?![\d:a-z./]|\s*(?:[ap]m|[ap]\.m|people|persons|pax|hours?|min|o'|of us))"
A_LONE_NUMBER = rf"(?!\s*\d{{1,2}}{NTH}?(?![\d:]|\s*(?:-|to|till|until|[ap]m|people|pax|persons)))"
RANGES: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (
            rf"(?:(?P<which>下下|下|这|本)\s*个?\s*)?{WEEK}(?P<days>{WEEKDAY}(?:\s*[、,和及与]?\s*{ANOTHER_WEEKDAY})+)",
            _several_weekdays,
        ),
        (
            rf"(?:从|自)?下个?月(?:份|初)?\s*(?:开始|起)|{NOTHING_IN_FRONT}(?:starting|beginning|from)(?: in| from)? next month{END}",
            _from_next_month,
        ),
        (rf"{NOTHING_IN_FRONT}{AFTER_NEXT},?(?: on)? {ENGLISH_WEEKDAYS}", _week_after_next),
        (rf"{NOTHING_IN_FRONT}{ENGLISH_WEEKDAYS},? {AFTER_NEXT}{END}", _week_after_next),
        (rf"{NOTHING_IN_FRONT}{AFTER_NEXT}{END}", _week_after_next),
        (
            rf"{NOTHING_IN_FRONT}{ENGLISH_WEEKDAYS},?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)(?![a-z\d]|\s+floor|\s+(?:of )?{MONTH})",
            _weekday_and_number,
        ),
        (
            rf"(?P<month>{N})月份?的?\s*(?P<a>{N})\s*[日号]?\s*[到至-]\s*(?P<b>{N})\s*[日号]{NOT_A_NUMBERED_PLACE}",
            _of_a_month,
        ),
        (rf"(?P<month>{N})月(?P<a>{N})[到至-](?P<b>{N})(?=[\s,.、]|$)(?!\s*[到至点-])", _of_a_month),
        (
            rf"(?P<which>下下个?|下个?|这个?|本)月的?\s*(?P<a>{N})\s*[日号]?\s*[到至-]\s*(?P<b>{N})\s*[日号]{NOT_A_NUMBERED_PLACE}",
            _of_a_month,
        ),
        (rf"(?P<a>{N})\s*[日号]?\s*[到至-]\s*(?P<b>{N})\s*[日号]{NOT_A_NUMBERED_PLACE}", _by_number),
        (
            rf"(?<![a-z\d])(?:from )?(?:the )?(?P<a>\d{{1,2}}){NTH}?{UP_TO}(?P<b>\d{{1,2}}){NTH}?\s*(?:of )?{MONTH}(?![a-z]){OF_YEAR}{A_LONE_NUMBER}",
            _of_a_month,
        ),
        (
            rf"(?<![a-z]){MONTH}\s*(?:the )?(?P<a>\d{{1,2}}){NTH}?{UP_TO}(?P<b>\d{{1,2}}){NTH}?{NO_CLOCK}(?!\s*(?:of )?{MONTH.replace('?P<month>', '?:')}){OF_YEAR}",
            _of_a_month,
        ),
        (
            rf"(?<![a-z\d])(?:from )?(?:the )?(?P<a>\d{{1,2}}){NTH}{UP_TO}(?P<b>\d{{1,2}}){NTH}(?![a-z]|\s*floor)",
            _by_number,
        ),
        (
            rf"(?:(?P<which>下下|下|这|本)\s*个?\s*)?{WEEK}(?P<a>[一二三四五六])\s*[到至-]\s*(?P<b>[二三四五六日天])(?!\s*[点时刻楼层号个人位名间十])",
            _by_weekday,
        ),
        (rf"(?<![a-z])(?P<a>{EN_DAY}){UP_TO}(?P<b>{EN_DAY}),? next week(?![a-z])", _of_next_week),
        (
            rf"(?<![a-z])next week,?(?: from)? (?P<a>{EN_DAY}){UP_TO}(?P<b>{EN_DAY})(?![a-z])",
            _of_next_week,
        ),
    )
)
"""From a day to a day, said in one; several weekdays, and what counts from next week or month."""
ENDS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (
            rf"(?P<which>这|本|下{{1,3}})\s*个?\s*{WEEK}(?:随便|任意|任何)?(?:哪一?天)?(?![一二三四五六日天\d末])",
            _week,
        ),
        (
            rf"(?<![a-z])(?:(?:some ?time|any ?time|any day|in|during) )?(?P<which>this|next) week{END}",
            _week,
        ),
        (
            rf"(?P<number>{N})月份?的?(?P<part>[上中下])旬|{NOTHING_IN_FRONT}(?:in )?(?P<part2>early|mid|late)[ -]{MONTH}{END}",
            _third_of_month,
        ),
        (
            rf"(?P<number>{N})月份?[底末]|{NOTHING_IN_FRONT}(?:the\s+)?end of {MONTH}{END}",
            _end_of_named_month,
        ),
        (r"(?P<which>这个?|本|(?P<next>下个?))?(?:月底|月末)", _month_end),
        (
            rf"{NOTHING_IN_FRONT}(?:the\s+)?(?:end of (?:(?:the|(?P<which>this|(?P<next>next))) )?month|month[ -]?end){END}",
            _month_end,
        ),
        (
            rf"今?年底|年末|{NOTHING_IN_FRONT}(?:the\s+)?(?:end of (?:(?:the|this) )?year|year[ -]?end){END}",
            _year_end,
        ),
    )
)
"""The last day of a month or year, and a week of which any day may be meant; read after other days."""
