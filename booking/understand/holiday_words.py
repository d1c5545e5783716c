"""Words for days that have a name: 元旦, 平安夜, Christmas Eve; 除夕 and 冬至 by the moon and the sun."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from re import Match

from chinese_calendar import get_solar_terms

from booking.understand.day_words import NTH, WEEK, WEEKDAY, WEEKDAY_LETTERS, of_year, one_day, unclear
from booking.understand.plain_text import ONE_DAY, A, Z, months_later, next_weekday, numeral_value
from booking.understand.said import Reading, Said, SaidAt, SaidDay


def _next(days: str, more: int, today: date) -> date | None:
    """Give the next of these days; None where the list ends before."""
    found = (date.fromisoformat(one) + more * ONE_DAY for one in days.split())
    return next((one for one in found if one >= today), None)


FIXED: Mapping[str, tuple[int, int]] = {
    "元旦": (1, 1), "情人节": (2, 14), "三八": (3, 8), "妇女节": (3, 8), "植树节": (3, 12), "五一": (5, 1),
    "劳动节": (5, 1), "青年节": (5, 4), "六一": (6, 1), "儿童节": (6, 1), "建党节": (7, 1), "建军节": (8, 1),
    "教师节": (9, 10), "国庆": (10, 1), "万圣节": (10, 31), "双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12),
    "双12": (12, 12), "平安夜": (12, 24), "圣诞夜": (12, 24), "圣诞前夜": (12, 24), "圣诞": (12, 25), "跨年夜": (12, 31),
    "christmas eve": (12, 24), "xmas eve": (12, 24), "christmas": (12, 25), "xmas": (12, 25),
    "new year's eve": (12, 31), "new years eve": (12, 31), "new year's": (1, 1), "new years": (1, 1),
    "valentine's": (2, 14), "halloween": (10, 31), "national": (10, 1), "international women's": (3, 8),
}  # fmt: skip
NEW_YEARS = "2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08"
"""First days of the years of the moon; a year that the lists do not have is not guessed."""
BY_THE_MOON: Mapping[str, tuple[str, int]] = {
    name: (days, more)
    for days, names in (
        (NEW_YEARS, {"除夕": -1, "大年三十": -1, "年三十": -1, "元宵": 14}),
        (
            "2026-06-19 2027-06-09 2028-05-28 2029-06-16 2030-06-05 2031-06-24 2032-06-12 2033-06-01 2034-06-20",
            {"端午": 0},
        ),
        (
            "2026-08-19 2027-08-08 2028-08-26 2029-08-16 2030-08-05 2031-08-24 2032-08-12 2033-08-01 2034-08-20",
            {"七夕": 0},
        ),
        (
            "2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12 2031-10-01 2032-09-19 2033-09-08 2034-09-27",
            {"中秋": 0},
        ),
        (
            "2026-10-18 2027-10-08 2028-10-26 2029-10-16 2030-10-05 2031-10-24 2032-10-12 2033-10-01 2034-10-20",
            {"重阳": 0},
        ),
        (
            "2027-01-15 2028-01-04 2029-01-22 2030-01-11 2031-01-01 2032-01-20 2033-01-08 2034-01-27 2035-01-16",
            {"腊八": 0},
        ),
    )
    for name, more in names.items()
}
"""Days that the calendar of the moon sets, with so many days after the one listed."""
ENGLISH_MOON = {
    "lunar new year's eve": "除夕", "chinese new year's eve": "除夕", "lantern festival": "元宵",
    "dragon boat festival": "端午", "mid-autumn festival": "中秋", "mid autumn festival": "中秋",
}  # fmt: skip
BY_THE_SUN = ("冬至", "夏至", "清明", "立春", "立夏", "立秋", "立冬", "春分", "秋分")
MOVABLE = "春节|过年|十一长假|十一假期"
"""Holidays of several days, which the State Council sets: which day is meant is not guessed."""
LAST_OF_FIRST_MOON = 15


def day_named(name: str, today: date) -> date | None:
    """Give the next day, this one included, that has this name."""
    if name in FIXED:
        return of_year(today, *FIXED[name])
    if name in BY_THE_SUN:
        terms = get_solar_terms(today, months_later(today, 13))
        return next((day for day, term in terms if term == name), None)
    return _next(*BY_THE_MOON[ENGLISH_MOON.get(name, name)], today)


def _holiday(match: Match[str], at: SaidAt) -> Sequence[Said]:
    return one_day(day_named(match["holiday"], at.now.date()))


def _of_first_moon(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 正月十五, 大年初三: so many days after the new year of the moon."""
    number = numeral_value(match["day"])
    if not number or number > LAST_OF_FIRST_MOON:
        return []
    return one_day(_next(NEW_YEARS, number - 1, at.now.date()))


def _weekday_after_holiday(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 元旦后第一个周一: the first such weekday after the holiday."""
    holiday = day_named(match["holiday"], at.now.date())
    nth = numeral_value(match["nth"]) if match["nth"] else None
    if holiday is None or nth is None:
        return []
    first = next_weekday(holiday + ONE_DAY, WEEKDAY_LETTERS[match["day"]])
    return [SaidDay(first + 7 * (nth - 1) * ONE_DAY)]


CHINESE_NAMES = [name for name in (*FIXED, *BY_THE_MOON, *BY_THE_SUN) if not name.isascii()]
ENGLISH_NAMES = [*(name for name in FIXED if name.isascii()), *ENGLISH_MOON]


def _any_of(names: Sequence[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


HOLIDAY = rf"(?P<holiday>{_any_of(CHINESE_NAMES)})节?"
SOME_HOLIDAY = rf"(?:{_any_of(CHINESE_NAMES)}|{MOVABLE})节?(?:长假|假期)?"
AFTER = r"(?:长假|假期)?(?:之|以|过)?后的?\s*"
TIME_FOLLOWS = r"(?=\s|$|[,.、]|上午|下午|早上|中午|傍晚|晚上|全天|整天|\d|十?[一二三四五六七八九十两]点|[的到至]|会议室|工位|会客厅)"
IS_A_DAY = r"(?!-|'s| (?:party|parties|holidays?|week|break|dinner|season|tree|gifts?|eve|team))"
MUST_BE_A_DAY = {"national", "international women's"}


def _day_beside(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 元旦前一天, 平安夜前一天: the day before it."""
    day = day_named(match["holiday"], at.now.date() + ONE_DAY)
    return one_day(day - ONE_DAY if day else None)


READINGS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"{HOLIDAY}{AFTER}{NTH}个?\s*{WEEK}(?P<day>{WEEKDAY})", _weekday_after_holiday),
        (rf"{HOLIDAY}的?(?:前一天|前一日|前夕)", _day_beside),
        (
            rf"{SOME_HOLIDAY}(?:之|以|过)?[前后](?!夜)(?:的?\s*{NTH}?个?\s*(?:一?天|工作日|{WEEK}{WEEKDAY}))?",
            unclear,
        ),
        (
            r"(?:农历)?(?:正月(?:初)?|大?年初)(?P<day>[一二三四五六七八九十]{1,2}|\d{1,2})(?![点个人])",
            _of_first_moon,
        ),
        (
            r"(?:农历|阴历|旧历)?(?:正|腊|冬)月(?:初|廿|二十|三十|十)?[一二三四五六七八九十]?|农历|阴历|旧历",
            unclear,
        ),
        (rf"{HOLIDAY}(?:当天|那天|当日|那日|当晚(?=\s*\d)|这天|{TIME_FOLLOWS})", _holiday),
        (
            rf"{A}(?P<holiday>{_any_of([one for one in ENGLISH_NAMES if one not in MUST_BE_A_DAY])}){IS_A_DAY}(?: day)?{Z}",
            _holiday,
        ),
        (rf"{A}(?:the )?day before (?P<holiday>{_any_of(ENGLISH_NAMES)})(?: day)?{Z}", _day_beside),
        (rf"{A}(?P<holiday>{_any_of([*MUST_BE_A_DAY])}) day{Z}", _holiday),
        (rf"{A}(?:chinese|lunar) new year{Z}", unclear),
    )
)
