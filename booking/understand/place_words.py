"""Words for where: 一号楼, A座, 三楼, building A, third floor; a park's own areas, and which of them is meant."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from re import Match

from booking.understand.plain_text import A, N, PlainText, Z
from booking.understand.said import Reading, Said, SaidArea, SaidAt

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
        rf"{FLOOR}\s*的?\s*{BUILDING}",
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
    plain = re.sub(r"(?<=\d)[楼层]", "f", re.sub("底[楼层]|groundfloor", "1f", plain))
    return EN_ANY_FLOOR.sub(lambda match: f"{_floor_number(match)}f", plain)


def _floor_number(match: Match[str]) -> int:
    word = match["n"] or match["last"]
    return int(word) if word.isdigit() else EN_FLOORS.index(word)


EN_FLOORS = ("", "first", "second", "third", "fourth", "fifth", "sixth")
EN_ANY_FLOOR = re.compile(
    rf"(?P<n>\d+|{'|'.join(EN_FLOORS[1:])})(?:st|nd|rd|th)?floor|(?:floor|level)(?P<last>\d+)"
)


@lru_cache(maxsize=1000)
def building_and_floor(name: str) -> tuple[str, int | None]:
    """Tell of an area's name in which building it is, or part of one, and on which floor, where it says so."""
    key = _key(name)
    floor = re.search(r"(?<!\d)(?P<below>负|地下)?(?P<n>\d+)f(?![a-z])", key)
    rest = key.replace(floor[0], "", 1) if floor else key
    building = re.search(BUILDING, rest)
    number = int(floor["n"]) * (-1 if floor["below"] else 1) if floor else None
    return building[0] if building else rest.strip(",的"), number


NUMBERS = {letter: number for number, letter in DIGITS.items()}


def is_meant(said: str, name: str) -> bool:
    """Tell whether a place that was said is the one of this name, or a part of it: 三楼 of A 座 3 层."""
    wanted = _key(said)
    if not wanted:
        return False
    floor = re.search(r"(?<!\d)\d+f(?![\da-z])|(?<!\d)\d+f(?=of|in|the|[a-z][座区栋楼])", wanted)
    if floor and (
        rest := re.sub(r"^(?:of|in|the|,)+|(?:of|in|the|,)+$", "", wanted.replace(floor[0], "", 1))
    ):
        return is_meant(floor[0], name) and is_meant(rest, name)
    before = r"(?<!\d)" if wanted[0].isdigit() else r"(?<![a-z\d])" if wanted[0].isascii() else ""
    after = r"(?![a-z\d])" if wanted[-1].isascii() else ""
    return re.search(before + re.escape(wanted) + after, _key(name)) is not None


def _loosely(part: str) -> str:
    if part in "楼层":
        return "[楼层]"
    if part.isascii() and part.isdigit() and int(part) in DIGITS:
        return rf"(?:(?<!\d){part}(?!\d)|{DIGITS[int(part)]})"
    return re.escape(part)
