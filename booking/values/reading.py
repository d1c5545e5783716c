"""Reads what people type: amounts and areas, words and lines, e-mail addresses and credit codes.

Amounts are exact, never through binary floating point.
"""

import re
import unicodedata
from enum import Enum, auto
from itertools import groupby

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from booking.values.money import Money


class Trouble(Enum):
    """Why what was typed cannot be an amount."""

    NO_FIGURE = auto()
    TOO_FINE = auto()
    TOO_LARGE = auto()


class Misread(ValueError):  # noqa: N818 - a fact about what was typed
    """What was typed is no amount; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        """Keep why."""
        super().__init__(trouble.name)
        self.trouble = trouble


FIGURE = r"(?P<whole>[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]*)(?:\.(?P<parts>[0-9]*))?"
SIGNED = r"(?:(?P<before>-) ?)?{before} ?(?:(?P<after>-) ?)?"
YUAN = re.compile(
    SIGNED.format(before="(?:¥|CNY|RMB|人民币)?") + FIGURE + r" ?(?:元整?|圆整?|块钱?|CNY|RMB)?",
    re.IGNORECASE,
)


def read_yuan(text: str) -> Money:
    """Read `¥1,234.50`, `￥1234.5`, `1 234 元` or `１２３４`, to the fen; raises Misread.

    Thousands are parted in threes or not at all, so that a comma in place of the point is not taken for
    a hundred times the amount.
    """
    return Money(_hundredths(text, YUAN))


METRES = re.compile(SIGNED.format(before="") + FIGURE + r" ?(?:㎡|m²|m2|平方米|平米|平)?", re.IGNORECASE)


def read_metres(text: str) -> int:
    """Read `35.5`, `1,200 ㎡` or `35.5 平方米` as hundredths of a square metre; raises Misread."""
    return _hundredths(text, METRES)


# What a Chinese keyboard types in place of the plain character.
PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {
        "￥": "¥",
        "。": ".",
        "、": ",",
        "\u2212": "-",
        "\u3000": " ",
        "\xa0": " ",
        "\u2009": " ",
        "\u202f": " ",
    }
)


def _hundredths(text: str, wording: re.Pattern[str]) -> int:
    found = wording.fullmatch(re.sub(r"\s+", " ", text.translate(PLAIN)).strip())
    if found is None:
        raise Misread(Trouble.NO_FIGURE)
    if found["before"] and found["after"]:
        raise Misread(Trouble.NO_FIGURE)
    below = found["before"] or found["after"]
    worth = _worth(re.sub("[, ]", "", found["whole"]), found["parts"] or "")
    return -worth if below else worth


MOST_DIGITS = 12


def _worth(whole: str, parts: str) -> int:
    if not (whole or parts):
        raise Misread(Trouble.NO_FIGURE)
    if len(parts.rstrip("0")) > 2:  # noqa: PLR2004 - hundredths
        raise Misread(Trouble.TOO_FINE)
    if len(whole) > MOST_DIGITS:
        raise Misread(Trouble.TOO_LARGE)
    return int(whole or "0") * 100 + int(parts[:2].ljust(2, "0"))


_MARKS = {"Mn", "Mc", "Me"}
_DRAWS_NOTHING = {"Cc", "Cf", "Zs", "Zl", "Zp", *_MARKS}
_BLANK_LETTERS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}  # letters and signs that draw nothing
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # what turns the line around for all that follows
MOST_MARKS = 5  # on one letter; Vietnamese needs two, Hebrew with its accents four


def readable(text: str) -> str:
    """Give what was typed without blanks around; "" where nothing of it can be seen."""
    shown = _TURNING.sub("", text).strip()
    if all(char in _BLANK_LETTERS or unicodedata.category(char) in _DRAWS_NOTHING for char in shown):
        return ""
    runs = groupby(shown, lambda char: unicodedata.category(char) in _MARKS)
    return "".join("".join(run)[: MOST_MARKS if marks else None] for marks, run in runs)


CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """Make blanks of line ends and other controls, so that a name adds no header and no entry."""
    return CONTROLS.sub(" ", text).strip()


def half_width_email(text: str) -> str:
    """Write full-width signs and the full stop of a Chinese keyboard as ASCII; trimmed."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").strip()


def normal_uscc(code: str) -> str:
    """Give the code as on the licence; ValueError where length, characters or check digit are wrong."""
    try:
        return str(uscc.validate(code))
    except ValidationError as error:
        raise ValueError(code) from error
