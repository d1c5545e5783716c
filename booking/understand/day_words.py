"""Words for a day: 明天, 下周二, 11月30日, 月底, next Tuesday, Dec 3."""

import calendar
import re
from collections.abc import Sequence
from datetime import date
from re import Match

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
from booking.understand.said import Half, Reading, Said, SaidAt, SaidDay, SaidHalf

WEEKDAY_LETTERS = {letter: number % 7 for number, letter in enumerate("日一二三四五六", 6)} | {"天": 6} | {
    str(number + 1): number for number in range(7)
}  # fmt: skip
WEEK = r"(?:周|星期|礼拜)"
NOT_AN_HOUR = r"(?![点时:\d]|\s*[-到至]\s*\d{1,2}点)"
WEEKDAY = rf"(?:[一二三四五六日天](?![点时刻])|[1-7]{NOT_AN_HOUR})"
NAMED = {
    "大后天": 3, "后天": 2, "明天": 1, "明日": 1, "明儿": 1, "明儿个": 1, "次日": 1, "今天": 0, "今日": 0, "今儿": 0,
    "今儿个": 0, "当天": 0, "本日": 0, "昨天": -1, "前天": -2, "大大后天": 4, "翌日": 1,
    "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "tmrw": 1, "tmr": 1, "tomorow": 1,
    "today": 0, "yesterday": -1,
}  # fmt: skip
WITH_HALF = {
    "今晚": (0, Half.EVENING), "今夜": (0, Half.EVENING), "今早": (0, Half.MORNING), "今晨": (0, Half.MORNING),
    "明晚": (1, Half.EVENING), "明早": (1, Half.MORNING), "明晨": (1, Half.MORNING), "后晚": (2, Half.EVENING),
    "tonight": (0, Half.EVENING), "this morning": (0, Half.MORNING), "this afternoon": (0, Half.AFTERNOON),
    "this evening": (0, Half.EVENING),
}  # fmt: skip


def _alternatives(words: Sequence[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(rf"(?<![a-z]){word}(?![a-z])" if word.isascii() else word for word in longest_first)


def _named(match: Match[str], at: SaidAt) -> Sequence[Said]:
    return [SaidDay(at.now.date() + NAMED[match[0]] * ONE_DAY)]


def _with_half(match: Match[str], at: SaidAt) -> Sequence[Said]:
    days, half = WITH_HALF[match[1]]
    return [SaidDay(at.now.date() + days * ONE_DAY), SaidHalf(half)]


WEEKS = {"上": -1, "这": 0, "this": 0, "本": 0, "next": 1, "下": 1, "下下": 2, "下下下": 3}


def _weekday(match: Match[str], at: SaidAt) -> Sequence[Said]:
    today, which = at.now.date(), match["which"]
    weekday = WEEKDAY_LETTERS[match["day"]]
    if not which:
        return [SaidDay(next_weekday(today, weekday), weekday=weekday)]
    monday = today - today.weekday() * ONE_DAY
    return [SaidDay(monday + (7 * WEEKS[which] + weekday) * ONE_DAY)]


def weekday_number(match: Match[str]) -> int:
    """Tell which of the English weekdays was matched, 0 is Monday."""
    return next(number for number in range(7) if match[f"d{number}"])


def _english_weekday(match: Match[str], at: SaidAt) -> Sequence[Said]:
    weekday, today = weekday_number(match), at.now.date()
    monday = today - today.weekday() * ONE_DAY
    if match["which"] == "next" or match["week"]:
        return [SaidDay(monday + (7 + weekday) * ONE_DAY)]
    if match["which"] == "this":
        return [SaidDay(next_weekday(today, weekday))]
    return [SaidDay(next_weekday(today, weekday), weekday=weekday)]


def one_day(day: date | None) -> Sequence[Said]:
    """Say a day; nothing where there is none."""
    return [SaidDay(day)] if day else []


def of_year(today: date, month: int, day: int) -> date | None:
    """Give a date of this year, or of next year where this one's is over."""
    this = a_date(today.year, month, day)
    return this if this and this >= today else a_date(today.year + 1, month, day)


CENTURY = 2000
THIS_YEAR = {"今": 0, "明": 1, "后": 2, "去": -1, "前": -2}


def _date(match: Match[str], at: SaidAt) -> Sequence[Said]:
    month, day = numeral_value(match["month"]), numeral_value(match["day"])
    if month is None or day is None:
        return []
    today, year = at.now.date(), match["year"]
    if not year:
        return one_day(of_year(today, month, day))
    if year in THIS_YEAR:
        return one_day(a_date(today.year + THIS_YEAR[year], month, day))
    number = int("".join(str(numeral_value(letter)) for letter in year))
    return one_day(a_date(number if number >= CENTURY else CENTURY + number, month, day))


def either(*days: date) -> Sequence[Said]:
    """Say a day that may be one of several; which is meant is not guessed."""
    found = tuple(sorted(set(days)))
    return [SaidDay(found[0], either=found if len(found) > 1 else ())] if found else []


def _slashed(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 12/3; among English words alone it may as well be 12 March."""
    if CHINESE_SCRIPT.search(match.string):
        return _date(match, at)
    one, other = int(match["month"]), int(match["day"])
    found = [of_year(at.now.date(), *pair) for pair in ((one, other), (other, one))]
    return either(*[day for day in found if day])


CHINESE_SCRIPT = re.compile("[\u4e00-\u9fff]")


def _end_of_year_said(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 明年3月底, 2027年底: the last day of that month, or of the year."""
    year, month = match["year"], numeral_value(match["month"]) if match["month"] else DECEMBER
    if not month or month > DECEMBER:
        return []
    if year in THIS_YEAR:
        return [SaidDay(last_of_month(at.now.year + THIS_YEAR[year], month))]
    number = int("".join(str(numeral_value(letter)) for letter in year))
    return [SaidDay(last_of_month(number if number >= CENTURY else CENTURY + number, month))]


def _pointed(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 12.5 among Chinese words; what may as well be an hour (12.15) or a number is left over."""
    return _date(match, at) if CHINESE_SCRIPT.search(match.string) else []


def _date_in_month(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 十二月的 12.3: the month said twice; where that are two months, neither."""
    same = numeral_value(match["in"]) == numeral_value(match["month"])
    return _date(match, at) if same else []


def _english_date(match: Match[str], at: SaidAt) -> Sequence[Said]:
    month = MONTHS.index(match["month"][:3]) + 1
    day = int(match["day"])
    if match["year"]:
        return one_day(a_date(int(match["year"]), month, day))
    return one_day(of_year(at.now.date(), month, day))


MONTHS_ON = {"this": 0, "next": 1, "本": 0, "这": 0, "这个": 0, "下": 1, "下个": 1, "下下": 2, "下下个": 2}


def _day_of_named_month(match: Match[str], at: SaidAt) -> Sequence[Said]:
    day = numeral_value(match["day"])
    year, month = months_on(at.now.date(), MONTHS_ON[match["which"]])
    return one_day(a_date(year, month, day) if day else None)


def _month_day(match: Match[str], at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["day"])
    found = next_month_day(at.now.date(), number) if number else None
    return [SaidDay(found, month_day=number)] if found else []


def last_of_month(year: int, month: int) -> date:
    """Give the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _nth_of_month(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read 下个月第一个周一, 11月最后一天."""
    year, month = months_on(at.now.date(), MONTHS_ON.get(match["which"] or "", 0))
    if match["number"]:
        month = numeral_value(match["number"]) or 0
        year += month < at.now.month
    if not 1 <= month <= DECEMBER:
        return []
    weekday = WEEKDAY_LETTERS[match["day"]] if match["day"] else None
    return _nth_day(year, month, weekday, -1 if match["last"] else (numeral_value(match["nth"]) or 0) - 1)


def _nth_day(year: int, month: int, weekday: int | None, place: int) -> Sequence[Said]:
    """Give a month's day of this place, -1 the last, among all or among those of a weekday."""
    days = calendar.monthrange(year, month)[1]
    found = [day for day in range(1, days + 1) if weekday in {None, date(year, month, day).weekday()}]
    return [SaidDay(date(year, month, found[place]))] if place < len(found) else []


NTHS = (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"))


def _english_nth_of_month(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read the first Monday of next month, the last day of March."""
    year, month = months_on(at.now.date(), MONTHS_ON.get(match["which"] or "", 0))
    if match["month"]:
        month = MONTHS.index(match["month"][:3]) + 1
        year += month < at.now.month
    place = -1 if match["last"] else next(n for n, words in enumerate(NTHS) if match["nth"] in words)
    return _nth_day(year, month, None if match["any"] else weekday_number(match), place)


DECEMBER = 12


def unclear(_match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Take words together that say a time nobody can be sure of."""
    return []


YEAR = r"(?:(?P<year>20\d\d|二[零〇]二[零〇一二三四五六七八九](?=年)|(?<!\d)\d\d(?=年)|[今明后去前](?=年))(?:年|\s*[-/.]\s*))"
SOME_MONTH = rf"(?:(?P<which>下下个?|下个?|这个?|本)|(?P<number>{N}))月份?的?\s*"
NTH = r"(?:第(?P<nth>[一二三四五1-5])|(?P<last>最后)一?)"
ORDINAL = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d:a-z]|\s*(?:am|pm|people|hours?|min))"
ENGLISH_NTH = rf"(?:(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th)|(?P<last>last)) (?:(?P<any>day)|{ENGLISH_WEEKDAYS})"
NOT_A_NUMBERED_PLACE = r"(?![楼院厅仓柜线门工室房]|会议室|会客)"
GOES_WITH_A_DATE = r"(?=\s*(?:$|[上下]午|早上|中午|晚上|傍晚|全天|\d{1,2}[:点]|十?[一二三四五六七八九十两]点|会议室|工位|会客厅|储物|仓|[周到-]))"
OF_YEAR = r"(?:,?\s*(?P<year>20\d\d)(?!\d))?"
NOTHING_IN_FRONT, END = r"(?<![a-z])", r"(?![a-z])"

READINGS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"{SOME_MONTH}{NTH}个?\s*(?:天|{WEEK}(?P<day>{WEEKDAY}))", _nth_of_month),
        (
            rf"(?:(?:下{{1,3}}|上|这|本)个?)?{WEEK}[一二三四五六](?:个|位|名)(?:人|同事|客人|客户)(?!工位|会议|物|简|面)",
            unclear,
        ),
        (rf"[单双]周{WEEKDAY}?|过(?:{N}|几)天", unclear),
        (rf"(?:{SOME_MONTH}|每个?)?第\s*{N}\s*个?{WEEK}(?:\s*的?\s*{WEEK}?{WEEKDAY})?", unclear),
        (rf"[年节][前后]的?\s*{NTH}个?\s*(?:一?天|工作日|{WEEK}{WEEKDAY})", unclear),
        (rf"({_alternatives([*WITH_HALF])})", _with_half),
        (rf"(?:{_alternatives([*NAMED])})", _named),
        (rf"(?P<which>下下|下|上|这|本)\s*个?\s*{WEEK}\s*的?\s*{WEEK}(?P<day>{WEEKDAY})", _weekday),
        (
            rf"(?:(?P<which>下下下|下下|下|上|这|本|(?<![a-z])(?:next|this))\s*个?\s*)?{WEEK}\s?(?P<day>{WEEKDAY})",
            _weekday,
        ),
        (
            rf"{NOTHING_IN_FRONT}(?P<which>next) week(?: on)? {ENGLISH_WEEKDAYS}(?P<week>(?!))?",
            _english_weekday,
        ),
        (
            rf"{NOTHING_IN_FRONT}(?:(?P<which>next|this|coming)\s+)?{ENGLISH_WEEKDAYS}(?P<week>\s+next\s+week)?",
            _english_weekday,
        ),
        (rf"{YEAR}\s*(?P<month>{N})\s*(?:月|[-/.])\s*(?P<day>{N})\s*[日号]?(?:t(?=\d))?", _date),
        (rf"{YEAR}的?\s*(?:(?P<month>{N})月份?|年)?[底末]", _end_of_year_said),
        (rf"(?P<year>)(?P<month>{N})\s*月\s*份?\s*(?P<day>{N})\s*(?:[日号]|(?![./-]\d))", _date),
        (
            rf"(?P<in>{N})\s*月份?的?\s*(?P<year>)(?P<month>\d{{1,2}})[./-](?P<day>\d{{1,2}})\s*[日号]?",
            _date_in_month,
        ),
        (r"(?P<year>)(?<![\d/.])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])\s*[日号]?", _slashed),
        (r"(?P<year>)(?<![\d/.])(?P<month>\d{1,2})[.-](?P<day>\d{1,2})\s*[日号]", _date),
        (r"(?P<year>)(?<![\d/.:-])(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?=\s+\d{1,2}:)", _date),
        (r"(?<!\d)(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?!\d)", _date),
        (
            rf"(?P<year>)(?<![\d/.])(?P<month>\d{{1,2}})[.-](?P<day>\d{{1,2}})(?=\s*[上下早中晚][午上]\s*{N}[点:])",
            _date,
        ),
        (
            rf"(?P<year>)(?<![a-z\d/.:-])(?P<month>1[0-2]|0?[1-9])\.(?P<day>0?[1-9])(?![\d./:a-z]){GOES_WITH_A_DATE}",
            _pointed,
        ),
        (rf"{NOTHING_IN_FRONT}{MONTH}\s*(?:the\s+)?{ORDINAL}{OF_YEAR}", _english_date),
        (
            rf"(?<!\d)(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?{MONTH}(?![a-z]){OF_YEAR}",
            _english_date,
        ),
        (rf"(?P<which>下下个?|下个?|这个?|本)月的?\s*(?P<day>{N})\s*[日号]", _day_of_named_month),
        (rf"{NOTHING_IN_FRONT}(?P<which>next|this) month,?(?: on)?(?: the)? {ORDINAL}", _day_of_named_month),
        (rf"{NOTHING_IN_FRONT}(?:the )?{ORDINAL} of (?P<which>next|this) month{END}", _day_of_named_month),
        (
            rf"{NOTHING_IN_FRONT}(?:the )?{ENGLISH_NTH} (?:of|in) (?:(?P<which>next|this) month{END}|{MONTH}{END})",
            _english_nth_of_month,
        ),
        (rf"(?P<day>{N})\s*[号日]{NOT_A_NUMBERED_PLACE}", _month_day),
        (rf"{NOTHING_IN_FRONT}the\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)(?![a-z]|\s*floor)", _month_day),
    )
)
