"""Numbers that are hours by what stands beside them: 下午2-4, from 9 to 11.30, 8-9pm, 0900-1030, two thirty."""

import re
from collections.abc import Sequence
from dataclasses import replace
from re import Match

from booking.understand.clock_words import AM_PM, half_of
from booking.understand.day_words import CHINESE_SCRIPT
from booking.understand.plain_text import ENGLISH_WEEKDAYS, MONTH, MONTHS, A, E, N, Z, numeral_value
from booking.understand.said import Link, Reading, Said, SaidAt, SaidClock

NOON = 12


def bare_hour(match: Match[str]) -> SaidClock:
    """Give the hour that a mere number says."""
    hour = numeral_value(match["hour"]) or 0
    return SaidClock(hour, exact=hour > NOON or match["hour"].startswith("0"), bare=True)


def _bare(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return [bare_hour(match)]


def _until(match: Match[str], at: SaidAt) -> Sequence[Said]:
    return [Link.TO, *_bare(match, at)]


def _english_range(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    first, last = (SaidClock(numeral_value(match[name]) or 0, bare=True) for name in ("a", "b"))
    return [first, Link.TO, last, *([Link.WITHIN] if match[0].startswith("between") else [])]


def _four_digits(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    first, second = (SaidClock(int(match[n][:2]), int(match[n][2:]), exact=True) for n in ("a", "b"))
    return [first, Link.TO, second]


HOUR_H = r"(?P<{0}>\d{{1,2}})h(?P<{0}m>[0-5]\d)?"


def _range_of_h(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Read 15h-16h30, between 2 and 4:30."""
    first, last = (SaidClock(int(match[n]), int(match[f"{n}m"] or 0), bare=True) for n in ("a", "b"))
    return [first, Link.TO, last, *([Link.WITHIN] if match[0].startswith("between") else [])]


HOUR_DOT = r"(?<![\d.:/])(?P<{0}>[01]?\d|2[0-4])(?:[.](?P<{0}m>[0-5]\d))?"
DOTTED = r"(?=\d+[.]\d\d|\d+\s*(?:-|到|至|[a-z]+)\s*\d+[.]\d\d)"
A_DAY = r"[今明后]天|[周期拜][一二三四五六日天]|[上下]午|[早晚]上"
BESIDE_A_DAY = (
    re.compile(rf"(?:{A_DAY}|[日号])\s*$"),
    re.compile(rf"\s*(?:的|在)?\s*(?:下*个?(?:周|星期|礼拜)|{A_DAY})"),
)
A_MONTH, LAST_OF_MONTH = 12, 31


def _range_of_dots(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Read 2.30 to 4, 14.00-15.30; what may as well be dates (12.10-12.15) is neither."""
    pairs = [(int(match[n]), int(match[f"{n}m"] or 0)) for n in ("a", "b")]
    may_be_dates = all(hour <= A_MONTH and 0 < minute <= LAST_OF_MONTH for hour, minute in pairs)
    before, after = BESIDE_A_DAY
    beside = before.search(match.string[: match.start()]) or after.match(match.string, match.end())
    if may_be_dates and CHINESE_SCRIPT.search(match.string) and not beside:
        return []
    half = half_of(match["ap"], pairs[1][0])
    first, last = (SaidClock(*pair, exact=pair[0] > NOON, bare=True) for pair in pairs)
    return [first, Link.TO, replace(last, half=half, bare=half is None)]


def _spoken(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Read two thirty."""
    hour = numeral_value(match["hour"]) or 0
    minute = sum(numeral_value(word) or 0 for word in re.findall("[a-z]+", match["minute"]))
    return [SaidClock(hour, minute, half_of(match["ap"], hour))]


DAYS_AND_HALVES = (
    "[上下]午",
    "晚上",
    "中午",
    "早上",
    "[今明后]天",
    "[周期拜][一二三四五六日天]",
    "今晚",
    "明晚",
    "明早",
    *("tomorrow", "today", "tmr", "tmrw"),
    "[noesrui]day",
    "tonight",
    "noon",
    "ning",
    "week",
    "weekend",
    "末",
    "[日号]",
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    *MONTHS,
    *("uary", "arch", "pril", "june", "july", "gust", "mber", "ober"),
)
AFTER_A_DAY = "(?:" + "|".join(f"(?<={word})|(?<={word} )" for word in DAYS_AND_HALVES) + ")"
"""Two numbers after a part of the day, or a day, are hours: 下午2-4."""
AFTER_AN_HOUR = r"(?:(?<=:\d\d[-到至])|(?<=:\d\d [-到至] )|(?<=:\d\d to )|(?<=[点半刻][-到至])|(?<=noon to )|(?<=noon till )|(?<=noon until )|(?<=noon-)|(?<=[ap]m to )|(?<=[ap]m-)|(?<=[ap]m - ))"
NO_UNIT = r"(?![\d点:./]|\s*(?:[月日号人位名层楼座]|个|分|小时|时|天|周|people|pax|persons|am|pm|[ap]\.m|min|hour|of))"
FEW_HOURS = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
SPOKEN = rf"(?:ten|fifteen|twenty(?:[ -]five)?|thirty(?:[ -]five)?|forty(?:[ -]five)?|fifty(?:[ -]five)?){Z}(?![ -](?:people|persons|pax|min|hour|day|guests|seats))"
NOT_A_COUNT = rf"(?![:\d/.]|\s*(?:(?:past|to|am|pm|st|nd|rd|th)(?![a-z])|people|min|hour|day|week|o')|\s*[ap]\.m| {SPOKEN})"
SECOND_HOUR = rf"{N}\s*(?:点|时(?!间)|:\d\d)"
PAST = rf"(?:a )?(?:half|quarter|five|ten|twenty)(?: minutes)? (?:past|to) {E}"
SECOND_ENGLISH = rf"(?:(?:noon|midday|midnight)(?![a-z])|{PAST}|{FEW_HOURS} {SPOKEN}|{E}(?::\d\d(?!\d)|(?::\d\d)?\s*(?:am|pm|a\.m|p\.m)))"
HOUR_TO_END_AT, ALONE = re.compile(rf"(?P<hour>{E})"), re.compile(NO_UNIT)

EARLY: tuple[Reading, ...] = (
    (re.compile(rf"(?<!\d){HOUR_H.format('a')}\s*(?:-|to)\s*{HOUR_H.format('b')}(?![a-z\d])"), _range_of_h),
    (
        re.compile(
            rf"{DOTTED}{HOUR_DOT.format('a')}\s*(?:-|到|至|to(?![a-z])|till?(?![a-z])|until(?![a-z]))\s*{HOUR_DOT.format('b')}(?:{AM_PM})?{NO_UNIT}"
        ),
        _range_of_dots,
    ),
    (re.compile(rf"{A}(?P<hour>{FEW_HOURS}) (?P<minute>{SPOKEN})(?:{AM_PM})?"), _spoken),
)
"""What would otherwise pass for a length of time."""
READINGS: tuple[Reading, ...] = (
    (re.compile(rf"(?P<hour>{E})(?= in the (?:morning|afternoon|evening)| at night)"), _bare),
    (
        re.compile(
            r"(?<!\d)(?P<a>(?:[01]\d|2[0-4])[0-5]\d)\s*[-到至]\s*(?P<b>(?:[01]\d|2[0-4])[0-5]\d)(?!\d)"
        ),
        _four_digits,
    ),
    (re.compile(rf"(?P<hour>{N})(?=\s*[-到至]\s*{SECOND_HOUR})"), _bare),
    (re.compile(rf"{AFTER_A_DAY}(?P<a>{N})\s*[-到至]\s*(?P<b>{N}){NO_UNIT}"), _english_range),
    (re.compile(rf"(?P<a>{E}) (?:to|till?) (?P<b>{E}){NO_UNIT}(?! past| {SPOKEN})"), _english_range),
    (re.compile(rf"{AFTER_AN_HOUR}(?P<hour>{N}){NO_UNIT}"), _bare),
    (re.compile(rf"(?P<hour>{E})(?=\s*(?:-|to|till?|until|and)\s*{SECOND_ENGLISH})"), _bare),
    (
        re.compile(
            r"(?<![a-z])between (?P<a>\d{1,2})(?::(?P<am>[0-5]\d))? and (?P<b>\d{1,2})(?::(?P<bm>[0-5]\d))(?![:\d]|\s*[ap]\.?m)"
        ),
        _range_of_h,
    ),
    (
        re.compile(
            rf"(?<![a-z])(?:from|between) (?P<a>{E})\s*(?:to|till?|until|and|-)\s*(?P<b>{E})(?![:\d]|[.]\d|\s*(?:people|persons|pax|past)| {SPOKEN}| to {E})"
        ),
        _english_range,
    ),
    (
        re.compile(
            rf"(?<![a-z])(?:at|from|around|about)(?: about| around)? (?P<hour>{E}){NOT_A_COUNT}(?!(?: of)? {MONTH}(?![a-z]))"
        ),
        _bare,
    ),
    (
        re.compile(
            rf"(?P<a>\d{{1,2}})(?:-| to )(?P<b>\d{{1,2}})(?=,? (?:on )?(?:{ENGLISH_WEEKDAYS}|tomorrow|today)|\s*(?:[今明后]天|下*个?(?:周|星期|礼拜)[一二三四五六日天]))"
        ),
        _english_range,
    ),
    (
        re.compile(
            rf"(?:(?<=[^a-z]after )|(?<=^after )|(?<=[^a-z]before )|(?<=^before )|(?<=[^a-z]by )|(?<=^by )|(?<=earlier than )|(?<=later than )|(?<=not before ))(?P<hour>{E}){NOT_A_COUNT}(?!(?: of)? {MONTH}(?![a-z]))"
        ),
        _bare,
    ),
    (
        re.compile(rf"(?<![a-z])(?:until|till?) (?P<hour>{E}){NOT_A_COUNT}(?!(?: of)? {MONTH}(?![a-z]))"),
        _until,
    ),
)
