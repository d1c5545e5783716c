"""Words as a person can read them: nothing that is only invisible, no towers of marks, no turned lines."""

import re
import unicodedata
from itertools import groupby

_MARKS = {"Mn", "Mc", "Me"}
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp", *_MARKS}
_BLANK_LETTERS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}  # letters and signs that draw nothing
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # what turns the line around for all that follows
MOST_MARKS = 5  # on one letter; Vietnamese needs two, Hebrew with its accents four


def readable(text: str) -> str:
    """Give what was typed without blanks around; "" where nothing of it can be seen."""
    shown = _TURNING.sub("", text).strip()
    if all(char in _BLANK_LETTERS or unicodedata.category(char) in _UNSEEN for char in shown):
        return ""
    runs = groupby(shown, lambda char: unicodedata.category(char) in _MARKS)
    return "".join("".join(run)[: MOST_MARKS if marks else None] for marks, run in runs)
