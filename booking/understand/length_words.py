"""Words for how long, how far off, and how often in all: 一个半小时, 90分钟, 半天, 三天, for an hour, 三天后, 共8次."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from re import Match

from booking.understand.plain_text import E, N, numeral_value
from booking.understand.said import Reading, Said, SaidAt, SaidCount, SaidDay, SaidLength

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


LATER: tuple[Reading, ...] = tuple(
    (re.compile(pattern), _days_later)
    for pattern in (
        rf"(?P<n>{N})个?(?:(?P<weeks>(?:周|星期|礼拜))|天)(?:之后|以后|后)(?!天)",
        rf"{A}in\s+(?P<n>{E}|a|an)\s+(?:(?P<weeks>weeks?)|days?)(?![a-z])",
        rf"(?P<n>{E}|a)\s+(?:(?P<weeks>weeks?)|days?)\s+from\s+(?:now|today)(?![a-z])",
    )
)
"""How far off a day is."""

LENGTHS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"连续\s*(?P<n>{N})\s*(?:天|个?(?P<weeks>周|星期|礼拜))", _running),
        (rf"(?P<all>一?共|总共|连续|重复|只)?\s*(?P<n>{N})\s*次", _times),
        (rf"(?P<n>{E}) times(?![a-z])(?P<all> in all| in total| altogether)?", _times),
        (r"(?P<n>\d{1,3}\.\d{1,2})\s*个?\s*" + HOURS, _decimal),
        (rf"(?P<n>{N})\s*个?\s*(?P<more>半)\s*{HOURS}头?(?P<minutes>)(?P<half>)", _hours),
        (rf"{A}three quarters of an hour{Z}", lambda _m, _at: _minutes_said(3 * QUARTER)),
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
