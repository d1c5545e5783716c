"""Reads a JSON document strictly: every mistake is named by where it stands and what was expected."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn


class DocumentRefused(Exception):  # noqa: N818 - an answer to whoever wrote the document, like a Refusal
    """A document cannot be used; says where (`tariff.bands[1].factor`) and why, in one sentence."""

    def __init__(self, *, reason: str, path: str = "") -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


LONGEST_TEXT = 200
LARGEST_EXPONENT = 40
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document together with the path that leads to it."""

    value: Any
    path: str = ""

    def refuse(self, reason: str) -> NoReturn:
        """Say no to this value."""
        raise DocumentRefused(path=self.path, reason=reason)

    def refuse_value(self, expected: str) -> NoReturn:
        """Say what was expected, and what stands there."""
        self.refuse(f"must be {expected}, got {shown(self.value)}")

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Node]:
        """Open an object that must have the required keys and may have no others than those named."""
        if not isinstance(self.value, dict):
            self.refuse_value("an object {…}")
        inside = {key: Node(value, f"{self.path}.{key}".lstrip(".")) for key, value in self.value.items()}
        for key in inside:
            if key not in required and key not in optional:
                known = ", ".join([*required, *optional])
                self.refuse(f"unknown key {shown(key)}; known are {known}")
        for key in required:
            if key not in inside:
                self.refuse(f"the key {shown(key)} is missing")
        return inside

    def items(self) -> Iterator[Node]:
        """Walk through a list."""
        if not isinstance(self.value, list):
            self.refuse_value("a list […]")
        for index, value in enumerate(self.value):
            yield Node(value, f"{self.path}[{index}]")

    def text(self) -> str:
        """Read a string of 1 to 200 characters."""
        if not isinstance(self.value, str) or not 0 < len(self.value) <= LONGEST_TEXT:
            self.refuse_value(f"a string of 1 to {LONGEST_TEXT} characters")
        return self.value

    def whole(self, lowest: int, highest: int) -> int:
        """Read a whole number; `true` and `1.0` are none."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.refuse_value("a whole number")
        if not lowest <= self.value <= highest:
            self.refuse_value(f"from {lowest} to {highest}")
        return self.value

    def decimal(self) -> Fraction:
        """Read a decimal number exactly, written as a number or as a string."""
        value = self.value
        if isinstance(value, str) and DECIMAL.fullmatch(value):
            return Fraction(value)
        if isinstance(value, Decimal) and abs(value.adjusted()) > LARGEST_EXPONENT:
            self.refuse_value(f"a number of at most {LARGEST_EXPONENT} digits")
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.refuse_value('a decimal number such as "0.6"')
        return Fraction(value)

    def day(self) -> date:
        """Read `2026-10-01`."""
        with suppress(ValueError):
            if isinstance(self.value, str) and DAY.fullmatch(self.value):
                return date.fromisoformat(self.value)
        return self.refuse_value('a day such as "2026-10-01"')

    def instant(self) -> datetime:
        """Read `2026-11-03T16:36:00+08:00`; an instant without offset is refused."""
        with suppress(ValueError):
            if isinstance(self.value, str) and INSTANT.fullmatch(self.value):
                return datetime.fromisoformat(self.value)
        return self.refuse_value('an instant with its offset, such as "2026-11-03T16:36:00+08:00"')


def shown(value: object) -> str:
    """Write a value so that it can stand in a sentence on a terminal: escaped, and not long."""
    try:
        text = json.dumps(value, ensure_ascii=True, default=str)
    except RecursionError:
        return "something nested too deeply"
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT // 2]}…"


def parse(data: bytes) -> Node:
    """Read JSON in UTF-8; decimals stay exact; a key that stands twice in an object is refused."""
    try:
        return Node(
            json.loads(
                data.decode("utf-8-sig"),
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_unique,
            )
        )
    except UnicodeDecodeError as error:
        raise DocumentRefused(reason=f"not text in UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise DocumentRefused(reason="nested too deeply") from error
    except ValueError as error:
        raise DocumentRefused(reason=f"not JSON: {error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise DocumentRefused(reason=f"the key {shown(twice)} stands twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise DocumentRefused(reason=f"not JSON: {name} is no number")
