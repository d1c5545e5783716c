"""Words for what comes again: 每周三, 每个工作日, 每月第一个周一, 每周一次, every other Friday."""

import re
from collections.abc import Callable, Sequence
from re import Match

from booking.understand.day_words import WEEKDAY_LETTERS, unclear
from booking.understand.plain_text import A, E, N, Z, numeral_value
from booking.understand.said import Reading, Said, SaidAt, SaidRepeat

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ENGLISH_CODES = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), CODES, strict=True))
NUMBERS = WEEKDAY_LETTERS | {word: number for number, word in enumerate(ENGLISH_CODES)}
W = r"(?:周|星期|礼拜)"
FIRST = r"(?:[一二三四五六日天](?![点刻次])|[1-7](?![\d点:]))"
MORE = r"(?:[一二三四五六日天](?!\s*[点刻个人位名小十百间起次天楼层号月]|时(?!间)))"
DAYS = (
    rf"(?P<days>{FIRST}(?:\s*[、,和及与]?\s*(?:每?个?{W})?{MORE}|\s*[、,和]\s*[1-7](?![\d点:人个位名小时]))*)"
)
EN_DAY = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
EN_DAYS = rf"(?P<days>{EN_DAY}s?(?:(?:\s*,\s*|\s+and\s+|,\s+and\s+|\s*&\s*){EN_DAY}s?)*){Z}"
FULL_DAYS = r"(?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays)"
NTH = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
AND_NTH = rf"(?:(?:\s*,\s*|,?\s+and\s+|\s*&\s*)(?:the )?{NTH})"
NTHS = rf"(?P<nths>{NTH}{AND_NTH}*)"
OF_MONTH = rf" (?:of|in) (?:every|each|the|a) month{Z}"


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
    first, last = (NUMBERS[match[name][:3]] for name in ("from", "to"))
    return [SaidRepeat(f"FREQ=WEEKLY;BYDAY={','.join(CODES[first : last + 1])}")] if first < last else []


def _every_few_weeks(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    number = numeral_value(match["n"]) if match["n"] else 2
    if not number:
        return []
    interval = f";INTERVAL={number}" if number > 1 else ""
    days = f";BYDAY={_codes(match)}" if match["days"] else ""
    return [SaidRepeat(f"FREQ=WEEKLY{interval}{days}")]


def _every_few(unit: str) -> Callable[[Match[str], SaidAt], Sequence[Said]]:
    def read(match: Match[str], _at: SaidAt) -> Sequence[Said]:
        number = numeral_value(match["n"]) if match["n"] else 2
        return [SaidRepeat(f"FREQ={unit};INTERVAL={number}")] if number else []

    return read


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
    """Read the first and third Monday of every month; of two weekdays nobody knows which is meant."""
    nths, days = re.findall(NTH, match["nths"]), _codes(match).split(",")
    return _nth_of_month([ORDINALS[nth] for nth in nths], days[0]) if len(days) == 1 else []


def _every_nth(match: Match[str], at: SaidAt) -> Sequence[Said]:
    """Read every first Monday; every second or third one may be of the month, or every other week's."""
    may_count_weeks = ORDINALS.get(match["nths"], 0) > 1
    return [] if may_count_weeks else _english_nth(match, at)


def _nth_of_month(nths: Sequence[int], code: str) -> Sequence[Said]:
    return [SaidRepeat(f"FREQ=MONTHLY;BYDAY={','.join(f'{nth}{code}' for nth in nths)}")]


def _nth_weekdays(match: Match[str], _at: SaidAt) -> Sequence[Said]:
    """Read 每月第一和第三个周一."""
    nths = [ORDINALS.get(nth) or int(nth) for nth in re.findall(ONE_TO_FOUR, match["nths"])]
    return _nth_of_month(nths, CODES[WEEKDAY_LETTERS[match["day"]]])


FIVE_DAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def means_working_days(rule: str, words: str) -> bool:
    """Tell whether working days were said, which a park's calendar knows, rather than Monday to Friday."""
    said = any(word in words.lower() for word in ("工作日", "weekday", "work", "business"))
    return rule.startswith(FIVE_DAYS) and said


def _always(rule: str) -> Callable[[Match[str], SaidAt], Sequence[Said]]:
    return lambda _match, _at: [SaidRepeat(rule)]


WORKING_DAYS = _always(FIVE_DAYS)
NTH_OR_LAST = r"(?:第\s*(?P<nth>[一二三四1-4])|(?P<last>最后)一?)\s*个?\s*的?\s*"
ONE_TO_FOUR = "[一二三四1-4]"
EACH_MONTH = r"每个?月(?:一[次回])?[\s,、]*的?\s*(?:里|当中|中)?\s*"
REPEATS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (
            rf"(?:每逢|逢|每个?)\s*{W}\s*(?:的?{W})?(?P<from>[一二三四五六日天1-7])\s*(?:到|至|-)\s*(?:每?个?{W})?(?P<to>{FIRST})(?:每天|天天|都)?",
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
        (rf"每?隔\s*(?!一|1){N}\s*个?(?:{W}|天|月)|每隔?(?:{N}|半)个?(?:小时|钟头|分钟)", unclear),
        (rf"每(?P<n>{N})个?{W}(?:一次)?(?:的?\s*{W}{DAYS})?(?![一二三四五六日天])", _every_few_weeks),
        (rf"(?:每逢|逢|每个?)\s*{W}\s*{DAYS}", _weekly),
        (rf"每个?周末|{A}(?:every|each) weekend{Z}", _always("FREQ=WEEKLY;BYDAY=SA,SU")),
        (rf"{EACH_MONTH}{NTH_OR_LAST}{W}(?P<day>{FIRST})", _nth_weekday),
        (
            rf"{EACH_MONTH}的?第\s*(?P<nths>{ONE_TO_FOUR}个?(?:\s*[、,和与及]\s*第?\s*{ONE_TO_FOUR}个?)+)\s*的?\s*{W}(?P<day>{FIRST})",
            _nth_weekdays,
        ),
        (rf"{EACH_MONTH}{NTH_OR_LAST}工作日", _nth_working_day),
        (rf"{EACH_MONTH}(?:最后一天|月?底|月末)", _always("FREQ=MONTHLY;BYMONTHDAY=-1")),
        (rf"{EACH_MONTH}(?:第一天|月?初一号)", _always("FREQ=MONTHLY;BYMONTHDAY=1")),
        (rf"{EACH_MONTH}(?P<numbers>{N}\s*[号日]?(?:\s*[、,和及]\s*{N}\s*[号日]?)*)(?<=[号日])", _month_days),
        (r"(?:每逢|逢|每个?|每天)?工作日(?:每天|天天|都)?", WORKING_DAYS),
        (rf"{A}(?:every|each)? ?(?:weekdays?|working days?|work ?days?|business days?){Z}", WORKING_DAYS),
        (rf"每隔一天|隔天|隔日|{A}every (?:other|second) day{Z}(?P<n>(?!))?", _every_few("DAILY")),
        (rf"每(?P<n>{N})天(?:一次)?", _every_few("DAILY")),
        (rf"(?:[今本]?年底?|(?:本|这个?|下个?)?月底?)?的?{NTH_OR_LAST}工作日", unclear),
        (rf"每个?季度的?{NTH_OR_LAST}(?:{W}{FIRST}|工作日|[天日]|个?月)?", unclear),
        (rf"一个?{W}一[次回]|{A}(?:once|one time) (?:a|per|every|each) week{Z}", _always("FREQ=WEEKLY")),
        (rf"一[天日]一[次回]|{A}(?:once|one time) (?:a|per|every|each) day{Z}", _always("FREQ=DAILY")),
        (rf"一个?月一[次回]|{A}(?:once|one time) (?:a|per|every|each) month{Z}", _always("FREQ=MONTHLY")),
        (rf"一(?:个?{W}|[天日]|个?月|年)\s*{N}[次回]", unclear),
        (
            rf"{A}(?:twice|{E} times) (?:a|per|every|each) (?:(?:other|second) )?(?:day|week|month|year){Z}",
            unclear,
        ),
        (rf"每天|每日|天天|{A}(?:every ?day|each day|daily){Z}", _always("FREQ=DAILY")),
        (rf"{A}every other {EN_DAYS}{OF_MONTH}", unclear),
        (rf"{A}every other {EN_DAYS}(?P<n>(?!))?", _every_few_weeks),
        (rf"{A}every (?P<n>{E}) weeks(?: on {EN_DAYS})?", _every_few_weeks),
        (rf"{A}every (?P<n>{E}) days{Z}", _every_few("DAILY")),
        (rf"每(?P<n>{N})个月(?:一次)?", _every_few("MONTHLY")),
        (rf"{A}every (?P<n>{E}) months{Z}", _every_few("MONTHLY")),
        (
            rf"{A}(?:every (?:other|second) week|fortnightly|bi-?weekly)(?:(?: on)? {EN_DAYS})?(?P<n>(?!))?",
            _every_few_weeks,
        ),
        (rf"{A}(?:twice[ -](?:week|month)ly|every (?:{E}|half an?) (?:hours?|min(?:ute)?s?)){Z}", unclear),
        (rf"双{W}(?=[例周]?会(?!议室))(?P<days>(?!))?(?P<n>(?!))?", _every_few_weeks),
        (rf"{A}(?:(?:every|each) )?(?:the )?{NTHS} {EN_DAYS}{OF_MONTH}", _english_nth),
        (rf"{A}(?:every|each) (?:the )?{NTHS} {EN_DAYS}", _every_nth),
        (rf"{A}(?:monthly|(?:every|each) month),? (?:on )?(?:the )?{NTHS} {EN_DAYS}", _english_nth),
        (rf"{A}(?:the )?{NTH}{AND_NTH}+ {EN_DAYS}", unclear),
        (
            rf"{A}(?:(?:every month|monthly) on the|(?:on )?the(?= \d{{1,2}}(?:st|nd|rd|th) of (?:every|each) month)) (?P<numbers>\d{{1,2}})(?:st|nd|rd|th)(?: of (?:every|each) month)?",
            _month_days,
        ),
        (
            rf"{A}(?:every|each)(?: week)?,?(?: from)? (?P<from>{EN_DAY})s?\s*(?:to|through|thru|until|till|-)\s*(?P<to>{EN_DAY})s?{Z}",
            _range,
        ),
        (rf"{A}(?:(?:every|each) (?:week on )?|weekly on ){EN_DAYS}", _weekly),
        (rf"{A}(?:on )?(?P<days>{FULL_DAYS}(?:(?:\s*,\s*|\s+and\s+){FULL_DAYS})*){Z}", _weekly),
        (rf"每个?{W}(?!末)|{A}(?:every week|each week|weekly){Z}", _always("FREQ=WEEKLY")),
        (rf"每个?季度|{A}(?:quarterly(?! re)|every quarter){Z}", _always("FREQ=MONTHLY;INTERVAL=3")),
        (rf"每个?月|{A}(?:every month|each month|monthly){Z}", _always("FREQ=MONTHLY")),
        (rf"每年|{A}(?:every year|yearly){Z}", _always("FREQ=YEARLY")),
    )
)
