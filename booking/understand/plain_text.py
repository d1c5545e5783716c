"""What is read of a sentence: one width, one script and small letters, character by character.

And numbers as people say them, in patterns and as values: 6, 六, 十二, six; English names of days and months.
Days are counted on a calendar.
"""

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

LONGEST = 200
"""Characters of a sentence that are read; nobody says more in one breath."""
LONGEST_TAKEN = 500
"""Characters that a field takes: more than are read, so that who says more is told."""

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
MARKS = str.maketrans(
    {"\u3000": " ", "\xa0": " ", "\t": " ", "\n": " ", "\r": " ", "。": ".", "－": "-", "—": "-"}
)
DASHES = str.maketrans(dict.fromkeys("–−‐‑―～〜∼﹣", "-") | {"~": "-", "’": "'", "‘": "'", "：": ":"})
TRADITIONAL = str.maketrans(
    "點週會議後間個鐘禮儲倉樓層廳號兩時從開請幫訂預約帶視頻電話離這還嗎櫃庫貨棟區與備麥風響謝給們現馬幾總連續過臺單雙"
    "節內邊熒螢為無靠當來東門樣於並將關務實對萬參試進設麼聽說見誰讓裡裏員學習業傳機報廣選擇較適樂貴張專禮",
    "点周会议后间个钟礼储仓楼层厅号两时从开请帮订预约带视频电话离这还吗柜库货栋区与备麦风响谢给们现马几总连续过台单双"
    "节内边荧萤为无靠当来东门样于并将关务实对万参试进设么听说见谁让里里员学习业传机报广选择较适乐贵张专礼",
)


class PlainText(NamedTuple):
    """What is read: `shown` keeps capitals and the script, `read` does not; both as long as what came."""

    shown: str
    read: str
    rest: str

    @classmethod
    def of(cls, sentence: str) -> "PlainText":
        """Take a sentence up to the longest that is read; the rest is kept as it came."""
        shown = sentence[:LONGEST].translate(WIDE).translate(MARKS).translate(DASHES)
        small = "".join(low if len(low := letter.lower()) == 1 else letter for letter in shown)
        return cls(shown, small.translate(TRADITIONAL), sentence[LONGEST:])


CHINESE = "零〇一二两三四五六七八九十百"
DIGITS = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
ENGLISH = {
    word: value
    for value, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"an": 1, "a": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
FEW = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty"
A, Z = r"(?<![a-z])", r"(?![a-z])"
"""Where a word of Latin letters begins, and where it ends."""
N = rf"(?:(?<!\d)\d{{1,4}}(?!\d)|[{CHINESE}]{{1,5}})"
"""A number in digits or in Chinese."""
E = rf"(?:(?<!\d)\d{{1,4}}(?!\d)|{A}(?:{FEW}){Z})"
"""A number in digits or in English."""

ENGLISH_WEEKDAYS = (
    r"(?:(?P<d0>mon(?:day)?)|(?P<d1>tue(?:s|sday)?)|(?P<d2>wed(?:s|nesday)?)|(?P<d3>thu(?:r|rs|rsday)?)"
    r"|(?P<d4>fri(?:day)?)|(?P<d5>sat(?:urday)?)|(?P<d6>sun(?:day)?))(?![a-z])\.?"
)
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

BEFORE, AFTER = "before", "after"
SIDES = dict.fromkeys(
    (BEFORE, "by", "no later than", "not later than", "earlier than", "不晚于", "早于"), BEFORE
)
SIDES |= dict.fromkeys((AFTER, "not before", "no earlier than", "not earlier than", "later than"), AFTER)
SIDES |= {"不早于": AFTER, "晚于": AFTER, "最早": AFTER}
"""Words for the side of an hour on which a time lies."""
EITHER = " / "
"""Between the names of spaces of which any will do: A307或A308."""
ONE_DAY = timedelta(days=1)

TENS = re.compile(
    r"(?:([一二两三四五六七八九])百零?)?(?:([一二两三四五六七八九])?(十))?([零〇一二两三四五六七八九])?"
)


def numeral_value(text: str) -> int | None:
    """Tell what a number is worth; None where it is none (三五, 十十)."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text)
    if text in ENGLISH:
        return ENGLISH[text]
    if len(text) == len("零五") and text[0] in "零〇" and text[1] in DIGITS:
        return DIGITS[text[1]]
    found = TENS.fullmatch(text)
    if found is None or not text:
        return None
    hundreds, tens, ten, ones = found.groups()
    return 100 * DIGITS.get(hundreds, 0) + 10 * (DIGITS.get(tens, 1) if ten else 0) + DIGITS.get(ones, 0)


def most_of(text: str) -> int | None:
    """Tell the most that a loose number may mean: 六七 is up to seven, 三五 up to five."""
    if len(text) == len("六七") and all(letter in DIGITS for letter in text):
        low, high = DIGITS[text[0]], DIGITS[text[1]]
        return high if 0 < low < high else None
    return numeral_value(text)


def next_weekday(day: date, weekday: int) -> date:
    """Give the next day, this one included, that is such a weekday."""
    return day + (weekday - day.weekday()) % 7 * ONE_DAY


def a_date(year: int, month: int, day: int) -> date | None:
    """Give a date; None where there is none (31 February)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def months_on(day: date, months: int) -> tuple[int, int]:
    """Give the year and month so many months after a day's."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return year, month + 1


def months_later(day: date, months: int) -> date:
    """Give the same day of a later month, or that month's last."""
    year, month = months_on(day, months)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def next_month_day(day: date, number: int) -> date | None:
    """Give the next day, this one included, that has this number in its month."""
    for months in range(3):
        year, month = months_on(day, months)
        found = a_date(year, month, number)
        if found and found >= day:
            return found
    return None
