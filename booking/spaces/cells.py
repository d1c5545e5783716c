"""Reads what people type about a space, in a form or in a cell of a file; None is what cannot be read."""

import re
import unicodedata

from booking.spaces.models import Kind
from booking.spaces.rules import DAY_MINUTES, LARGEST_AREA
from booking.values.reading import Misread, read_metres, readable


def tidy(text: str) -> str:
    """Drop what cannot be seen: control characters, and blanks at the ends; runs of blanks become one.

    Of what holds nothing that can be seen nothing is left.
    """
    seen = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    return readable(re.sub(r"[ \u3000\xa0]+", " ", seen))


def half_width(text: str) -> str:
    """Make full-width digits, colons and letters half-width, for reading figures."""
    return unicodedata.normalize("NFKC", text).strip()


BETWEEN = re.compile(r"[、，,;；\n]+")


def split_names(text: str) -> tuple[str, ...]:
    """Split a list as people write it (、，,;) into names, each once, in their order."""
    return tuple(dict.fromkeys(name for part in BETWEEN.split(text) if (name := tidy(part))))


KINDS = {
    "工位": Kind.WORKSTATION,
    "共享工位": Kind.WORKSTATION,
    "desk": Kind.WORKSTATION,
    "workstation": Kind.WORKSTATION,
    "会议室": Kind.MEETING_ROOM,
    "共享会议室": Kind.MEETING_ROOM,
    "meeting room": Kind.MEETING_ROOM,
    "meeting_room": Kind.MEETING_ROOM,
    "仓储": Kind.STORAGE,
    "仓库": Kind.STORAGE,
    "共享仓储": Kind.STORAGE,
    "storage": Kind.STORAGE,
    "会客厅": Kind.HALL,
    "园区会客厅": Kind.HALL,
    "reception hall": Kind.HALL,
    "hall": Kind.HALL,
}


def kind(text: str) -> Kind | None:
    """Read a kind, by its Chinese or English name."""
    return KINDS.get(half_width(text).lower())


WHOLE = re.compile(r"\d{1,9}")


def whole_number(text: str) -> int | None:
    """Read a whole number of zero or more."""
    figure = half_width(text)
    return int(figure) if WHOLE.fullmatch(figure) else None


def hundredths(text: str) -> int | None:
    """Read square metres with at most two decimals, as hundredths; 1,200.5 ㎡ is understood."""
    try:
        exact = read_metres(text)
    except Misread:
        return None
    return exact if 0 <= exact <= LARGEST_AREA else None


CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]00)?")


def minute(text: str) -> int | None:
    """Read 8:30 or 24:00 as minutes after midnight."""
    found = CLOCK.fullmatch(half_width(text))
    if not found:
        return None
    hours, minutes = int(found[1]), int(found[2])
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= DAY_MINUTES else None  # noqa: PLR2004 - of an hour


YES = {"是", "有", "需要", "yes", "y", "true", "1", "√"}
NO = {"否", "无", "不需要", "no", "n", "false", "0", "×"}


def yes_or_no(text: str) -> bool | None:
    """Read 是 or 否, yes or no."""
    word = half_width(text).lower()
    return True if word in YES else False if word in NO else None
