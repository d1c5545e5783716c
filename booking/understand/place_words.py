"""Words for where: 离林一近, 靠近张三, near Li Lei; 一号楼, A座, 三楼, building A."""

import re
from collections.abc import Iterable, Sequence
from re import Match

from booking.understand.numerals import N
from booking.understand.plain_text import PlainText
from booking.understand.said import Reading, Said, SaidArea, SaidAt, SaidNear

A, Z = r"(?<![a-z])", r"(?![a-z])"
WEEKDAY_START = r"mon|tue|wed|thu|fri|sat|sun"
NO_NAME = (
    rf"(?!(?:on|at|for|from|with|in|a|an|and|to|until|tomorrow|tonight|today|next|this|every|please|near|by|before|"
    rf"after|day|the|{WEEKDAY_START}|mondays?|tuesday|wednesday|thursday|friday|saturday|sunday|morning|afternoon|desk|room"
    rf"|noon){Z})"
)
CODE = r"[a-z]{1,2}-?\d{1,4}(?![a-z\d])"
WORD = rf"{NO_NAME}[a-z][a-z'.]*"
STOPS = (
    r"(?=的|工位|位子|座位|位置|办公|会议室|房间|仓|储物|柜|坐|一?点|旁|附近|今天|明天|后天|大后天|这周|本周|下周|周[一二三四五六日天]"
    r"|星期|上午|下午|早上|晚上|中午|[带要订找]|[\s,.;!?、]|\d|$)"
)


def _near(match: Match[str], at: SaidAt) -> Sequence[Said]:
    name = OURS.sub("", at.text(match, "name"))
    return [SaidNear(name)] if name else []


OURS = re.compile(r"^(?:我们?的?)?(?:同事)?(?=.)|^(?:我们?|[这那你]里?)$")
"""What says whose somebody is, or is nobody's name: 我们同事小李, 离我近."""


NEAR: tuple[Reading, ...] = tuple(
    (re.compile(pattern), _near)
    for pattern in (
        r"(?:距离|离|距)(?!得)\s*(?P<name>[^,.;]{1,16}?)\s*(?:的位置)?(?:比较|最|更|很|要|越|尽量|稍微?)?(?:近|不远)(?:一?点儿?|一?些)?",
        rf"(?:靠近|挨着|挨近|临近|紧邻|邻近|紧挨着?)\s*(?P<name>{CODE}|{WORD}(?: {WORD}){{0,2}}|[^\s,.;]{{1,8}}?{STOPS})(?:一?点儿?)?(?:的?(?:旁边|附近))?",
        r"(?:和|跟|与|同)\s*(?P<name>[^\s,.;的]{1,8}?)\s*(?:坐在?一起|一起坐|坐一块儿?|挨着坐?|挨在一起|相邻|坐得近|近(?:一?点儿?)?)",
        rf"{A}(?:near(?:by)?(?: to)?|close to|next to|beside|not far from)\s+(?:the )?(?P<name>{CODE}|{WORD}(?: {WORD}){{0,2}}|[\u4e00-\u9fff]{{1,4}}?{STOPS})",
    )
)
BESIDE: tuple[Reading, ...] = (
    (re.compile(rf"(?P<name>{CODE}|[\u4e00-\u9fff]{{2,3}}?)的?(?:旁边|附近|隔壁|边上|身边|对面)"), _near),
)
"""A name that comes before its word; read after the small words, which would pass for part of the name."""

BUILDING = (
    rf"(?:{N}\s*号\s*[楼院]|(?:{N}|{A}[a-z])\s*[栋幢]|{A}[a-z]\s*[座区楼]|[东南西北]区|[东南西北主副裙]楼)"
)
FLOOR = rf"(?:(?:负|地下)?{N}\s*[楼层]|(?<![\d.])\d{{1,2}}f{Z}|[顶底]楼|[顶底]层)"
EN_FLOOR = r"(?:(?:floor|level)\s+\d{1,2}|(?:\d{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|sixth|top)\s+floor)"
EN_BUILDING = rf"(?:building|block|tower|wing)\s+(?:[a-z]|\d{{1,2}}){Z}"


def _area(match: Match[str], at: SaidAt) -> Sequence[Said]:
    return [SaidArea(at.text(match))]


AREAS: tuple[Reading, ...] = tuple(
    (re.compile(pattern), _area)
    for pattern in (
        rf"{BUILDING}(?:\s*的?\s*{FLOOR})?",
        FLOOR,
        rf"{A}{EN_BUILDING}(?:,?\s*(?:the )?{EN_FLOOR})?",
        rf"{A}{EN_FLOOR}(?:,? (?:of |in )?{EN_BUILDING})?",
    )
)
DIGITS = dict(enumerate("零一二三四五六七八九十"))


def own_areas(names: Iterable[str], plain: Iterable[str]) -> Sequence[Reading]:
    """Read a park's own names, the longest first, however they are written: A 座 3 层, A座三楼."""
    pairs = sorted(zip(names, plain, strict=True), key=lambda pair: (-len(pair[1]), pair))
    return [_own(name, word) for name, word in pairs if word.strip()]


def _own(name: str, word: str) -> Reading:
    parts = re.findall(r"\d+|\S", word)
    pattern = r"\s*".join(_loosely(part) for part in parts)
    before = A if parts[0].isascii() else ""
    after = r"(?![a-z\d])" if parts[-1].isascii() else ""
    return re.compile(before + pattern + after), lambda _match, _at: [SaidArea(name)]


def _key(name: str) -> str:
    """Write a place's name as it is compared: no blanks, numbers in digits, floors as F."""
    plain = "".join(PlainText.of(name).read.split())
    plain = re.sub(
        f"[{''.join(DIGITS.values())}](?=[号楼层栋座])", lambda match: str(NUMBERS[match[0]]), plain
    )
    return re.sub(r"(?<=\d)[楼层]", "f", plain)


NUMBERS = {letter: number for number, letter in DIGITS.items()}


def is_meant(said: str, name: str) -> bool:
    """Tell whether a place that was said is the one of this name, or a part of it: 三楼 of A 座 3 层."""
    wanted = _key(said)
    if not wanted:
        return False
    before = r"(?<![a-z\d])" if wanted[0].isascii() else ""
    after = r"(?![a-z\d])" if wanted[-1].isascii() else ""
    return re.search(before + re.escape(wanted) + after, _key(name)) is not None


def _loosely(part: str) -> str:
    if part in "楼层":
        return "[楼层]"
    if part.isascii() and part.isdigit() and int(part) in DIGITS:
        return rf"(?:(?<!\d){part}(?!\d)|{DIGITS[int(part)]})"
    return re.escape(part)
