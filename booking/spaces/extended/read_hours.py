"""Which day, hour and place somebody means who wants a place open for longer: by patterns, to be told why.

A place is meant by its name or its code, the longest first.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple, Protocol, TypeVar
from unicodedata import normalize


class HoursRead(NamedTuple):
    """What the words say; what they do not, or not plainly, is None. Minutes after midnight."""

    day: date | None = None
    opens: int | None = None
    closes: int | None = None


def read_hours(words: str, said_on: date) -> HoursRead:
    """Read 周四开到22点 or "open till 22 on Thursday", said on a day: the next Thursday counted from it."""
    text = words.casefold()
    opens, closes = _clocks(text)
    return HoursRead(_day(text, said_on), opens, closes)


NOON, MIDNIGHT = 12, 24
NUMERAL = r"\d{1,2}|二?十[一二三四五六七八九]?|[一二三四五六七八九两零]"
PART = r"凌晨|半夜|夜里|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚间|晚|今晚|明晚"
CLOCK = (
    rf"(?P<part>{PART})?\s*(?P<hour>{NUMERAL})\s*"
    r"(?:[:\uff1a](?P<minute>\d{2})|[点时](?P<rest>半|一刻|三刻|\d{1,2}分)?)"
)
ENGLISH_CLOCK = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<part>a\.?m\b|p\.?m\b)?(?!\d|\s*(?:people|persons))"
)
CLOSES = (
    re.compile(rf"(?:[到至—–~]|(?<=点)-)\s*{CLOCK}"),
    re.compile(rf"\b(?:till|until|til)\s+{ENGLISH_CLOCK}"),
    re.compile(rf"\bfrom\s+\d{{1,2}}(?::\d{{2}})?\s*(?:[ap]\.?m\.?)?\s*(?:to|-|–)\s*{ENGLISH_CLOCK}"),
)
OPENS = (
    re.compile(rf"{CLOCK}\s*(?:[到至—–~-]|起|就?开门|就开|开始开)"),
    re.compile(rf"\b(?:open(?:s|ed)?\s+from|from|open\s+at)\s+{ENGLISH_CLOCK}"),
)


def _clocks(text: str) -> tuple[int | None, int | None]:
    closes = next((_minute(found, late=True) for found in _found(CLOSES, text)), None)
    opens = next((_minute(found, late=False) for found in _found(OPENS, text)), None)
    return opens, closes


def _found(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(text)


EARLY = {"清晨", "早上", "早晨", "早", "上午", "am", "a.m"}
LATE = {"下午", "傍晚", "晚上", "晚间", "晚", "今晚", "明晚", "pm", "p.m"}
NIGHT = {"凌晨", "半夜", "夜里"}
RESTS = {"半": 30, "一刻": 15, "三刻": 45}


def _minute(found: re.Match[str], *, late: bool) -> int | None:
    """Read a clock; a closing before noon without "in the morning" is meant in the evening."""
    said = found.groupdict()
    hour, part = _number(said["hour"]), said["part"]
    minute = int(said["minute"] or 0) or _rest(said.get("rest"))
    if part in NIGHT and hour < NOON:
        return None  # past midnight: another day
    if hour < NOON and (part in LATE or (late and part not in EARLY)):
        hour += NOON
    elif hour == NOON and part in LATE | NIGHT and late:
        hour = MIDNIGHT
    total = hour * 60 + minute
    return total if minute < 60 and total <= MIDNIGHT * 60 else None  # noqa: PLR2004 - minutes of an hour


def _rest(rest: str | None) -> int:
    return RESTS.get(rest, 0) or int(rest.removesuffix("分")) if rest else 0


DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def _number(text: str) -> int:
    """Read 22, 十, 十一 or 二十二."""
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return DIGITS[text]
    tens, _, ones = text.partition("十")
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)


def _day(text: str, said_on: date) -> date | None:
    """Give the first day named: a date, a day of the week, or one counted from today."""
    readers = (_dated, _in_english, _of_month, _weekday, _counted)
    return next((found for reader in readers if (found := reader(text, said_on))), None)


WEEK = 7
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
A_WEEKDAY = re.compile(
    r"(?<![到至])(?P<next>下个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?![到至])"
    rf"|\b(?P<following>next\s+)?(?P<english>{'|'.join(ENGLISH_DAYS)})\b"
)


def _weekday(text: str, said_on: date) -> date | None:
    """周四 is the first from the day it was said on; 下周四 that of the next week, from its Monday on."""
    found = A_WEEKDAY.search(text)
    if found is None:
        return None
    english = found["english"]
    wanted = ENGLISH_DAYS.index(english) if english else WEEKDAYS[found["day"]]
    if found["next"] or found["following"]:
        return said_on + timedelta(days=WEEK - said_on.weekday() + wanted)
    return said_on + timedelta(days=(wanted - said_on.weekday()) % WEEK)


COUNTED = {
    "大后天": 3, "后天": 2, "明天": 1, "明晚": 1, "tomorrow": 1,
    "今天": 0, "今晚": 0, "today": 0, "tonight": 0,
}  # fmt: skip


def _counted(text: str, said_on: date) -> date | None:
    ahead = next((days for word, days in COUNTED.items() if word in text), None)
    return None if ahead is None else said_on + timedelta(days=ahead)


A_DATE = re.compile(
    r"(?:(?P<year>20\d\d)\s*[-年/.]\s*)?(?P<month>\d{1,2})\s*[-月/.]\s*(?P<day>\d{1,2})(?![\d:点时])"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMED = "|".join(MONTHS)
AN_ENGLISH_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{NAMED})[a-z]*"
    rf"|(?P<named>{NAMED})[a-z]*\.?\s+(?P<number>\d{{1,2}})(?![\d:]))"
)
A_DAY_OF_MONTH = re.compile(r"(?<![\d月])(?P<day>\d{1,2})\s*[号日](?!楼|会议室|厅|工位|室|门|机)")


def _dated(text: str, said_on: date) -> date | None:
    found = A_DATE.search(text)
    return found and _next(said_on, int(found["month"]), int(found["day"]), found["year"])


def _in_english(text: str, said_on: date) -> date | None:
    found = AN_ENGLISH_DATE.search(text)
    if found is None:
        return None
    month = MONTHS.index(found["month"] or found["named"]) + 1
    return _next(said_on, month, int(found["day"] or found["number"]))


def _next(said_on: date, month: int, day: int, year: str | None = None) -> date | None:
    """Give a date that exists; without a year the next one from the day it was said on."""
    years = [int(year)] if year else [said_on.year, said_on.year + 1]
    found = (_date_or_none(one, month, day) for one in years)
    return next((one for one in found if one and (year or one >= said_on)), None)


def _of_month(text: str, said_on: date) -> date | None:
    """26号 is that day of this month, or of the next one that has it."""
    found = A_DAY_OF_MONTH.search(text)
    if found is None:
        return None
    ahead = (said_on + timedelta(days=number) for number in range(62))
    return next((one for one in ahead if one.day == int(found["day"])), None)


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


LEAST = 2
"""Signs of a name below which it occurs by chance."""
IN_BRACKETS = re.compile(r"\([^()]*\)")
BETWEEN = re.compile(r"[\s·・•-]+")


class _Named(Protocol):
    """A space, as doors and people call it."""

    id: int
    code: str
    name: str
    name_en: str | None


AnyNamed = TypeVar("AnyNamed", bound=_Named)


def named_place(words: str, places: Iterable[AnyNamed]) -> AnyNamed | None:
    """Give the place that the words name; None where they name none, or two equally well."""
    text = normalize("NFKC", words).casefold()
    found = {place.id: (_longest(text, place), place) for place in places}
    most = max((length for length, _ in found.values()), default=0)
    those = [place for length, place in found.values() if length == most]
    return those[0] if most and len(those) == 1 else None


def _longest(text: str, place: _Named) -> int:
    """Count the signs of what the place is called in the text; 0 where it is not."""
    compact = BETWEEN.sub("", text)
    names = (len(name) for name in _names(place) if name in compact)
    return max([*names, len(place.code) if _has_code(text, place.code) else 0])


def _names(place: _Named) -> Iterator[str]:
    """Give its names as they are compared, with what stands in brackets and without."""
    for name in (place.name, place.name_en or ""):
        plain = normalize("NFKC", name).casefold()
        for one in (plain, IN_BRACKETS.sub("", plain)):
            compact = BETWEEN.sub("", one)
            if len(compact) >= LEAST:
                yield compact


def _has_code(text: str, code: str) -> bool:
    """Look for a code that stands by itself: A30 is not in A307."""
    said = re.escape(normalize("NFKC", code).casefold())
    return bool(re.search(rf"(?<![a-z0-9+-]){said}(?![a-z0-9+-])", text))
