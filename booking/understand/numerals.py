"""Numbers as people say them: 6, 六, 十二, 一百二十, six; in patterns, and as values."""

import re

CHINESE = "零〇一二两三四五六七八九十百"
DIGITS = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
ENGLISH = {
    word: value
    for value, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"an": 1, "a": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
FEW = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty"
N = rf"(?:(?<!\d)\d{{1,4}}(?!\d)|[{CHINESE}]{{1,5}})"
"""A number in digits or in Chinese."""
E = rf"(?:(?<!\d)\d{{1,4}}(?!\d)|(?<![a-z])(?:{FEW})(?![a-z]))"
"""A number in digits or in English."""

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
