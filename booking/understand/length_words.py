"""Words for how long and how often, and for what comes again.

一个半小时, 90分钟, 半天, 三天, for an hour, 共8次; 每周三, 每个工作日, 每月第一个周一, every other Friday, as rules of
RFC 5545.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from re import Match

from booking.understand.day_words import WEEKDAY_LETTERS
from booking.understand.plain_text import E, N, numeral_value
from booking.understand.said import Reading, Said, SaidAt, SaidCount, SaidLength, SaidRepeat

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ENGLISH_CODES = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), CODES, strict=True))
W = r"(?:周|星期|礼拜)"
FIRST = r"(?:[一二三四五六日天](?![点刻次])|[1-7](?![\d点:]))"
MORE = r"(?:[一二三四五六日天](?!\s*[点刻个人位名小十百间起次天楼层号月]|时(?!间)))"
DAYS = (
    rf"(?P<days>{FIRST}(?:\s*[、,和及与]?\s*(?:每?个?{W})?{MORE}|\s*[、,和]\s*[1-7](?![\d点:人个位名小时]))*)"
)
A, Z = r"(?<![a-z])", r"(?![a-z])"
EN_DAY = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
EN_DAYS = rf"(?P<days>{EN_DAY}s?(?:(?:\s*,\s*|\s+and\s+|,\s+and\s+|\s*&\s*){EN_DAY}s?)*){Z}"
FULL_DAYS = r"(?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays)"
NTH = r"(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th)"


def _codes(match: Match[str]) -> str:
    """Write the weekdays named, each once, Monday first."""
    text = match["days"]
    if text.isascii() and re.search("[a-z]", text):
        found = {ENGLISH_CODES[word[:3]] for word in re.findall(EN_DAY, text)}
    else:
        letters = re.sub(r"周|星期|礼拜", "", text)
        found = {CODES[WEEKDAY_LETTERS[letter]] for letter in letters if letter in WEEKDAY_LETTERS}
    return ",".join(code for code in CODES if code in found)


def _weekly(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return [SaidRepeat(f"FREQ=WEEKLY;BYDAY={_codes(match)}")]


def _range(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    first, last = (WEEKDAY_LETTERS[match[name]] for name in ("from", "to"))
    return [SaidRepeat(f"FREQ=WEEKLY;BYDAY={','.join(CODES[first : last + 1])}")] if first < last else []


def _every_few_weeks(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"]) if match["n"] else 2
    if not number:
        return []
    interval = f";INTERVAL={number}" if number > 1 else ""
    days = f";BYDAY={_codes(match)}" if match["days"] else ""
    return [SaidRepeat(f"FREQ=WEEKLY{interval}{days}")]


def _every_few_days(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"]) if match["n"] else 2
    return [SaidRepeat(f"FREQ=DAILY;INTERVAL={number}")] if number else []


LAST_OF_MONTH = 31


def _month_days(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    numbers = [numeral_value(word) for word in re.findall(N, match["numbers"])]
    if not all(number and number <= LAST_OF_MONTH for number in numbers):
        return []
    return [SaidRepeat(f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, numbers))}")]


def _nth_weekday(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    nth = -1 if match["last"] else numeral_value(match["nth"])
    return [SaidRepeat(f"FREQ=MONTHLY;BYDAY={nth}{CODES[WEEKDAY_LETTERS[match['day']]]}")]


def _nth_working_day(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    nth = -1 if match["last"] else numeral_value(match["nth"])
    return [SaidRepeat(f"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={nth}")]


ORDINALS = {
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip


def _english_nth(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    return [SaidRepeat(f"FREQ=MONTHLY;BYDAY={ORDINALS[match['nth']]}{_codes(match)}")]


FIVE_DAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def means_working_days(rule: str, words: str) -> bool:
    """Tell whether working days were said, which a park's calendar knows, rather than Monday to Friday."""
    said = any(word in words.lower() for word in ("工作日", "weekday", "work", "business"))
    return rule.startswith(FIVE_DAYS) and said


def _always(rule: str) -> Callable[[Match[str], SaidAt], Sequence[Said]]:
    return lambda _match, _at: [SaidRepeat(rule)]


WORKING_DAYS = _always(FIVE_DAYS)
NTH_OR_LAST = r"(?:第\s*(?P<nth>[一二三四1-4])|(?P<last>最后)一?)\s*个?\s*的?\s*"
EACH_MONTH = r"每个?月的?\s*(?:里|当中|中)?\s*"
REPEATS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (
            rf"(?:每逢|逢|每个?)\s*{W}\s*(?P<from>[一二三四五六日天1-7])\s*(?:到|至|-)\s*(?:每?个?{W})?(?P<to>{FIRST})(?:每天|天天|都)?",
            _range,
        ),
        (
            rf"{W}(?P<from>[一二三四五六日天1-7])\s*(?:到|至|-)\s*{W}?(?P<to>{FIRST})(?:的?每天|天天|都)",
            _range,
        ),
        (
            rf"(?:每隔一个?{W}|每隔1个?{W}|隔{W}|隔一{W}|每两个?{W}(?:一次)?|两周一次)的?\s*(?:{W}?{DAYS})?(?P<n>(?!))?",
            _every_few_weeks,
        ),
        (rf"每(?P<n>{N})个?{W}(?:一次)?(?:的?\s*{W}{DAYS})?(?![一二三四五六日天])", _every_few_weeks),
        (rf"(?:每逢|逢|每个?)\s*{W}\s*{DAYS}", _weekly),
        (rf"每个?周末|{A}(?:every|each) weekend{Z}", _always("FREQ=WEEKLY;BYDAY=SA,SU")),
        (rf"{EACH_MONTH}{NTH_OR_LAST}{W}(?P<day>{FIRST})", _nth_weekday),
        (rf"{EACH_MONTH}{NTH_OR_LAST}工作日", _nth_working_day),
        (rf"{EACH_MONTH}(?:最后一天|月?底|月末)", _always("FREQ=MONTHLY;BYMONTHDAY=-1")),
        (rf"{EACH_MONTH}(?:第一天|月?初一号)", _always("FREQ=MONTHLY;BYMONTHDAY=1")),
        (rf"{EACH_MONTH}(?P<numbers>{N}\s*[号日]?(?:\s*[、,和及]\s*{N}\s*[号日]?)*)(?<=[号日])", _month_days),
        (r"(?:每逢|逢|每个?|每天)?工作日(?:每天|天天|都)?", WORKING_DAYS),
        (rf"{A}(?:every|each)? ?(?:weekdays?|working days?|work ?days?|business days?){Z}", WORKING_DAYS),
        (rf"每隔一天|隔天|隔日|{A}every (?:other|second) day{Z}(?P<n>(?!))?", _every_few_days),
        (rf"每(?P<n>{N})天(?:一次)?", _every_few_days),
        (rf"每天|每日|天天|{A}(?:every ?day|each day|daily){Z}", _always("FREQ=DAILY")),
        (rf"{A}every (?:other|second) {EN_DAYS}(?P<n>(?!))?", _every_few_weeks),
        (rf"{A}every (?P<n>two|three|four|\d) weeks(?: on {EN_DAYS})?", _every_few_weeks),
        (rf"{A}(?:every other week|fortnightly)(?: on {EN_DAYS})?(?P<n>(?!))?", _every_few_weeks),
        (rf"{A}(?:the )?{NTH} {EN_DAYS} (?:of|in) (?:every|each|the) month{Z}", _english_nth),
        (rf"{A}(?:every|each) {NTH} {EN_DAYS}(?: of the month)?", _english_nth),
        (
            rf"{A}(?:(?:every month|monthly) on the|(?:on )?the(?= \d{{1,2}}(?:st|nd|rd|th) of (?:every|each) month)) (?P<numbers>\d{{1,2}})(?:st|nd|rd|th)(?: of (?:every|each) month)?",
            _month_days,
        ),
        (rf"{A}(?:(?:every|each) (?:week on )?|weekly on ){EN_DAYS}", _weekly),
        (rf"{A}(?:on )?(?P<days>{FULL_DAYS}(?:(?:\s*,\s*|\s+and\s+){FULL_DAYS})*){Z}", _weekly),
        (rf"每个?{W}(?!末)|{A}(?:every week|each week|weekly){Z}", _always("FREQ=WEEKLY")),
        (rf"每个?季度|{A}(?:quarterly|every quarter){Z}", _always("FREQ=MONTHLY;INTERVAL=3")),
        (rf"每个?月|{A}(?:every month|each month|monthly){Z}", _always("FREQ=MONTHLY")),
        (rf"每年|{A}(?:every year|yearly){Z}", _always("FREQ=YEARLY")),
    )
)


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
    return [SaidCount(number)] if number else []


def _running(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"])
    every = "FREQ=WEEKLY" if match["weeks"] else "FREQ=DAILY"
    return [SaidCount(number, every)] if number else []


def times_in(rule: str, days: int) -> int:
    """Tell how often a daily or weekly rule comes in so many days: 每天9点 10天, 每周二 12周; 0 where that is not clear."""
    if rule == "FREQ=DAILY":
        return days
    found, (weeks, rest) = re.fullmatch(r"FREQ=WEEKLY(?:;BYDAY=([A-Z,]+))?", rule), divmod(days, 7)
    return weeks * len((found[1] or "MO").split(",")) if found and not rest else 0


def is_more_precise(rule: str, than: str) -> bool:
    """Tell whether a rule says the same more closely: every Tuesday than weekly, each working day than daily."""
    loose = than in {"FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY"}
    return (loose and rule.startswith(f"{than};")) or (than == "FREQ=DAILY" and rule == FIVE_DAYS)


LENGTHS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (rf"连续\s*(?P<n>{N})\s*(?:天|个?(?P<weeks>周|星期|礼拜))", _running),
        (rf"(?:一?共|总共|连续|重复)?\s*(?P<n>{N})\s*次", _times),
        (rf"(?P<n>{E}) times(?![a-z])", _times),
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
