"""Names in the order in which a Chinese reader looks for them: by sound, after digits and Latin letters."""

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar
from unicodedata import normalize

os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")  # read as it is imported; phrases take 40 MB, and names few
from pypinyin import Style, lazy_pinyin

IN_NAMES = {"长": "chang2", "都": "du1"}
"""Characters of two sounds that names of firms mostly have in the other than the dictionary's first."""

Sound = tuple[bool, str, str]


@lru_cache(maxsize=20_000)
def _sound(character: str) -> Sound:
    """Give how a character sounds, with its tone; what is not Chinese stands before it, as itself."""
    (heard,) = lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True)
    heard = IN_NAMES.get(character, heard)
    return heard != character, heard.casefold(), character


@lru_cache(maxsize=20_000)
def chinese_key(name: str) -> tuple[Sound, ...]:
    """Give what a name is sorted by; full-width letters and digits count as plain ones."""
    return tuple(_sound(character) for character in normalize("NFKC", name))


Named = TypeVar("Named")


def in_chinese_order(those: Iterable[Named], name: Callable[[Named], str]) -> list[Named]:
    """Sort by name; those of one name stay in the order in which they come."""
    return sorted(those, key=lambda one: chinese_key(name(one)))
