"""Which place some words name: by its name or its code, the longest first."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar
from unicodedata import normalize

LEAST = 2
"""Signs of a name below which it occurs by chance."""
IN_BRACKETS = re.compile(r"\([^()]*\)")
BETWEEN = re.compile(r"[\s·・•-]+")


class _Named(Protocol):
    """A space, as doors and people call it."""

    id: int
    code: str
    name: str
    name_en: str | None


Place = TypeVar("Place", bound=_Named)


def named_place(words: str, places: Iterable[Place]) -> Place | None:
    """Give the place that the words name; None where they name none, or two equally well."""
    text = normalize("NFKC", words).casefold()
    found = {place.id: (_longest(text, place), place) for place in places}
    most = max((length for length, _ in found.values()), default=0)
    those = [place for length, place in found.values() if length == most]
    return those[0] if most and len(those) == 1 else None


def _longest(text: str, place: _Named) -> int:
    """Count the signs of what the place is called in the text; 0 where it is not."""
    compact = BETWEEN.sub("", text)
    names = (len(name) for name in _names(place) if name in compact)
    return max([*names, len(place.code) if _has_code(text, place.code) else 0])


def _names(place: _Named) -> Iterator[str]:
    """Give its names as they are compared, with what stands in brackets and without."""
    for name in (place.name, place.name_en or ""):
        plain = normalize("NFKC", name).casefold()
        for one in (plain, IN_BRACKETS.sub("", plain)):
            compact = BETWEEN.sub("", one)
            if len(compact) >= LEAST:
                yield compact


def _has_code(text: str, code: str) -> bool:
    """Look for a code that stands by itself: A30 is not in A307."""
    said = re.escape(normalize("NFKC", code).casefold())
    return bool(re.search(rf"(?<![a-z0-9+-]){said}(?![a-z0-9+-])", text))
