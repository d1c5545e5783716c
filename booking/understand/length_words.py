"""Words for how long, how far off, and how often in all: 一个半小时, 90分钟, 三天, for an hour, 三天后, 共8次."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from re import Match

from booking.understand.day_words import WEEKDAY_LETTERS, either, unclear, weekday_number
from booking.understand.plain_text import (
    ENGLISH_WEEKDAYS,
    ONE_DAY,
    A,
    E,
    N,
    Z,
    next_weekday,
    numeral_value,
)
from booking.understand.said import Link, Reading, Said, SaidAt, SaidClock, SaidCount, SaidDay, SaidLength

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


A_QUARTER = timedelta(minutes=QUARTER)


def _moment(now: datetime) -> Sequence[Said]:
    """Give the quarter of an hour that begins then or next."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + -((midnight - now) // A_QUARTER) * A_QUARTER
    return [SaidDay(at.date()), SaidClock(at.hour, at.minute, exact=True)]


def _from_now_on(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read for two hours from now: from now on, and so long."""
    number = 0 if match["half"] else numeral_value(match["n"]) or 0
    minutes = number if match["minutes"] else number * HOUR + (30 if match["half"] or match["more"] else 0)
    return [Link.NOW, *_moment(at.now), *_minutes_said(minutes)]


def _now(_match: Match[str], at: SaidAt) -> Sequence[Said]:
    return [Link.NOW, *_moment(at.now)]


MOST_HOURS_AHEAD = 100


def _later(match: Match[str], at: SaidAt) -> Sequence[Said]:
    half = match["half"] is not None
    number = 0 if half else numeral_value(match["n"])
    if number is None or number > MOST_HOURS_AHEAD:
        return []
    minutes = 30 if half else number if match["minutes"] else number * HOUR + (30 if match["more"] else 0)
    return _moment(at.now + timedelta(minutes=minutes))


SATURDAY, SUNDAY = 5, 6


def _weekend(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 周末: one of its days; 周末两天 are both."""
    today, which = at.now.date(), match["which"] or ""
    later = which.count("下") or int(which == "next")
    from_then = today if not which else max(today, today + (7 * later - today.weekday()) * ONE_DAY)
    saturday, sunday = (next_weekday(from_then, day) for day in (SATURDAY, SUNDAY))
    if match["both"]:
        return [SaidDay(saturday), SaidCount(2, "FREQ=DAILY")]
    return either(sunday) if which and sunday < saturday else either(saturday, sunday)


def _two_days(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 明后天: one of them; 明后两天 are both."""
    first = at.now.date() + (ONE_DAY if match["first"] == "明" else timedelta(0))
    return [SaidDay(first), SaidCount(2, "FREQ=DAILY")] if match["both"] else either(first, first + ONE_DAY)


def _weekday_weeks_later(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 两周后的周三: of that week, or the next one after those two weeks, which may be another."""
    number, today = numeral_value(match["n"]), at.now.date()
    if number is None or number > MOST_DAYS:
        return []
    weekday = WEEKDAY_LETTERS[match["day"]] if "day" in match.re.groupindex else weekday_number(match)
    monday = today - today.weekday() * ONE_DAY
    return either(
        monday + (7 * number + weekday) * ONE_DAY, next_weekday(today + 7 * number * ONE_DAY, weekday)
    )


def _weeks_from_weekday(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read Friday week, two weeks from Friday: so many weeks after the next such day."""
    number = numeral_value(match["n"]) if match["n"] else 2 if match["two"] else 1
    if not number or number > MOST_DAYS:
        return []
    return [SaidDay(next_weekday(at.now.date(), weekday_number(match)) + 7 * number * ONE_DAY)]


W = r"(?:周|星期|礼拜)"
NOW = r"现在|马上|立刻|立即|即刻|这会儿|此刻|(?<![a-z])(?:right now|now|immediately|asap|right away)(?![a-z])"
SOME, UNITS = rf"(?:{N}|半|几)\s*个?半?\s*", rf"{W}|天|月|小时|钟头|分钟|刻钟"
EN_SOME = rf"(?:{E}|an?|half an?|a few|a couple of)(?: and a half)?"
EN_UNITS = r"(?:days?|weeks?|months?|hours?|min(?:ute)?s?)(?: and a half)?"
OPEN_ENDED = (
    rf"(?:一?直?[到至]\s*)退租(?:为止)?|长期|长租|不定期|{A}(?:open[- ]ended|long[- ]term|indefinitely){Z}"
)
LATER: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (OPEN_ENDED, lambda _match, _at: [SaidLength(open_ended=True)]),
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
            rf"{A}(?<!for )(?<!for a )(?:a )?(?P<two>fortnight)(?P<n>(?!))? (?:from|after|on) {ENGLISH_WEEKDAYS}",
            _weeks_from_weekday,
        ),
        (rf"{A}in a fortnight(?:'s time)?{Z}", lambda _m, at: [SaidDay(at.now.date() + 14 * ONE_DAY)]),
        (
            rf"{A}(?<!for )(?P<n>{E}|a) weeks?(?P<two>(?!))? (?:from|after|on) {ENGLISH_WEEKDAYS}",
            _weeks_from_weekday,
        ),
        (
            rf"{A}for (?:the next )?(?:(?P<half>half an hour)|(?P<n>{E}|an) (?:hours?(?P<more> and a half)?|(?P<minutes>min(?:ute)?s?)))(?:,? (?:starting|beginning))? (?:from )?(?:right )?now{Z}",
            _from_now_on,
        ),
        (
            rf"{A}(?:the )?(?:first|last) (?:working|business|work) ?day (?:of|in) (?:the|this|next|each|every) (?:month|year|quarter){Z}",
            unclear,
        ),
        (NOW, _now),
        (
            rf"(?:(?P<half>半)个?(?:小时|钟头)|(?P<n>{N})(?:个?(?P<more>半)?(?:小时|钟头)|(?P<minutes>分钟)))(?:之后|以后|后(?!天))",
            _later,
        ),
        (
            rf"(?<![超点不])再?过(?:(?P<half>半)个?(?:小时|钟头)|(?P<n>{N})(?:个?(?P<more>半)?(?:小时|钟头)|(?P<minutes>分钟)))(?:之后|以后|后(?!天))?",
            _later,
        ),
        (
            rf"(?<![a-z])(?:in (?=.*)|(?=[a-z\d ]+ from now))(?:(?P<half>half an hour)|(?P<n>{E}|an) (?:hours?(?P<more> and a half)?|(?P<minutes>min(?:ute)?s?)))(?: from now)?(?![a-z])",
            _later,
        ),
        (
            rf"{SOME}(?:{UNITS})(?:之|以)?内(?!容)|(?:未来|接下来的?|今后|往后|最近|这)的?\s*{SOME}(?:{UNITS}|工作日)(?!末)|{A}(?:within(?: the)?(?: next)?|(?:(?:in|for|over|during) )?the next|in (?:under|less than)) {EN_SOME} {EN_UNITS}{Z}|{A}{EN_SOME} (?:hours?|min(?:ute)?s?)(?: and a half)? from now{Z}|{A}(?<!for ){EN_SOME} days? (?:from|after) (?:(?:next|this) )?{ENGLISH_WEEKDAYS}",
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
        (r"(?<!\d)(?:(?:1[3-9]|2[0-3])h(?:[0-5]\d)?|(?:[7-9]|1[0-2])h[0-5]\d)(?![a-z\d])", unclear),
        (
            r"(?<!\d)(?P<n>[1-6])h(?P<minutes>[0-5]\d)(?:m|mins?)?(?![a-z\d])(?P<more>(?!))?(?P<half>(?!))?",
            _hours,
        ),
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
        (rf"(?P<n>{N})\s*分(?![钟机之部公享配析数店类])", _minutes),
        (rf"半天|{A}half a day(?![a-z])|{A}half day(?![a-z])", lambda _m, _at: [SaidLength(half_day=True)]),
        (rf"一?整天|全天|{A}(?:all|the whole|whole|full) day(?![a-z])", lambda _m, _at: [SaidLength(days=1)]),
        (rf"(?P<n>{N})\s*(?:个?\s*(?P<weeks>周|星期|礼拜)|天)(?![一二三四五六日天\d后])", _days),
        (rf"{A}(?P<n>{E}|an?)\s*(?:(?P<weeks>weeks?)|days?)(?![a-z])", _days),
        (
            rf"提前\s*(?:{N}|半)\s*个?(?:分钟|小时|钟头|天)|(?:布置|收拾|整理|准备|打扫|调试|休息)\s*(?:{N}|半)\s*个?(?:分钟|小时|钟头)",
            unclear,
        ),
        (rf"(?<!每)半年(?![度会])|{A}half a year{Z}", lambda _m, _at: [SaidLength(months=6)]),
        (rf"(?P<n>{N})\s*个月", _months),
        (rf"{A}(?P<n>{E}|an?)\s*months?(?![a-z])", _months),
    )
)
