"""Numbers that are hours by what stands beside them: 下午2-4, from 9 to 11, 8-9pm, 0900-1030, at three."""

import re
from collections.abc import Sequence
from re import Match

from booking.understand.plain_text import ENGLISH_WEEKDAYS, MONTH, MONTHS, E, N, numeral_value
from booking.understand.said import Link, Reading, Said, SaidAt, SaidClock

NOON = 12


def _bare(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    hour = numeral_value(match["hour"]) or 0
    return [SaidClock(hour, exact=hour > NOON or match["hour"].startswith("0"), bare=True)]


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
NOT_A_COUNT = (
    r"(?![:\d/.]|\s*(?:(?:past|to|am|pm|st|nd|rd|th)(?![a-z])|people|min|hour|day|week|o')|\s*[ap]\.m)"
)
SECOND_HOUR = rf"{N}\s*(?:点|时(?!间)|:\d\d)"
SECOND_ENGLISH = rf"(?:(?:noon|midday|midnight)(?![a-z])|{E}(?::\d\d(?!\d)|(?::\d\d)?\s*(?:am|pm|a\.m|p\.m)))"
EARLY: tuple[Reading, ...] = (
    (re.compile(rf"(?<!\d){HOUR_H.format('a')}\s*(?:-|to)\s*{HOUR_H.format('b')}(?![a-z\d])"), _range_of_h),
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
    (re.compile(rf"(?P<a>{E}) (?:to|till?) (?P<b>{E}){NO_UNIT}(?! past)"), _english_range),
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
            rf"(?<![a-z])(?:from|between) (?P<a>{E})\s*(?:to|till?|until|and|-)\s*(?P<b>{E})(?![:\d]|\s*(?:people|persons|pax))"
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
            rf"(?P<a>\d{{1,2}})(?:-| to )(?P<b>\d{{1,2}})(?=,? (?:on )?(?:{ENGLISH_WEEKDAYS}|tomorrow|today))"
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
