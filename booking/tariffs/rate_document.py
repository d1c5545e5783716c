"""Prices a document of stays without any database, so that anybody can check a price.

The form of the document is told in `docs/pricing.md`. Every mistake is named by where it stands and what was
expected: the checks stand above the structures that it fills, because a decoder says neither.
"""

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
from zoneinfo import ZoneInfo

from booking.tariffs import rules
from booking.tariffs.rating import MeasuredStay, RatedLine, rate_all
from booking.tariffs.terms import MINUTES_OF_HOUR, Band, Days, Terms
from booking.values import Money, WorkCalendar
from booking.values.writing import minute_clock

OPTIONAL = ("rest_days", "working_days", "allowance_minutes")


def rate_document(data: bytes) -> dict[str, Any]:
    """Read a document in JSON and price it; raises DocumentRefused naming what is wrong and where."""
    keys = _parse(data).fields(("zone", "tariff", "stays"), OPTIONAL)
    zone = _read_zone(keys["zone"])
    calendar = _read_calendar(keys.get("rest_days", Node([])), keys.get("working_days", Node([])))
    terms = read_tariff(keys["tariff"])
    allowance = keys.get("allowance_minutes", Node(0)).whole(0, rules.LARGEST_FIGURE)
    stays = list(_read_stays(keys["stays"]))
    return _written(rate_all(stays, terms, calendar, zone, allowance_minutes=allowance))


def _written(lines: tuple[RatedLine, ...]) -> dict[str, Any]:
    return {
        "lines": [
            {
                "stay": line.stay,
                "day": line.day.isoformat(),
                "band": line.band,
                "minutes": line.minutes,
                "free_minutes": line.free_minutes,
                "amount_fen": line.amount.fen,
            }
            for line in lines
        ],
        "total_fen": Money.total(line.amount for line in lines).fen,
    }


def _read_zone(node: Node) -> ZoneInfo:
    name = node.text()
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        node.refuse_value('a time zone such as "Asia/Shanghai"')


def _read_calendar(rest: Node, working: Node) -> WorkCalendar:
    rest_days = frozenset(day.day() for day in rest.items())
    for day in working.items():
        if day.day() in rest_days:
            day.refuse(f"{shown(day.value)} is listed as a rest day as well")
    return WorkCalendar(rest_days, frozenset(day.day() for day in working.items()))


def _read_stays(node: Node) -> Iterator[MeasuredStay]:
    seen: set[str] = set()
    for stay in node.items():
        keys = stay.fields(("id", "space", "in", "out"))
        name = keys["id"].text()
        if name in seen:
            keys["id"].refuse(f"the stay {shown(name)} is listed twice")
        seen.add(name)
        yield _read_stay(stay, keys, name)


def _read_stay(node: Node, keys: dict[str, Node], name: str) -> MeasuredStay:
    came, left = _read_instant(keys["in"]), _read_instant(keys["out"])
    try:
        return MeasuredStay(name, keys["space"].text(), came, left)
    except rules.StayEndsBeforeItStarts:
        node.refuse(f'the stay {shown(name)} has its "out" before its "in"')
    except rules.StayTooLong:
        node.refuse(f"the stay {shown(name)} is longer than {rules.LONGEST_STAY_DAYS} days")


FIRST_YEAR, LAST_YEAR = 1970, 2999  # time zones before are hearsay; after leaves room for the longest stay


def _read_instant(node: Node) -> datetime:
    instant = node.instant()
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        node.refuse_value(f"in the years {FIRST_YEAR} to {LAST_YEAR}")
    return instant


def read_tariff(node: Node) -> Terms:
    """Read a tariff; raises DocumentRefused naming the key at fault."""
    keys = node.fields(
        ("rate_fen_per_hour",), ("increment_minutes", "minimum_minutes", "daily_cap_fen", "bands")
    )
    bands = keys.get("bands", Node([], f"{node.path}.bands"))
    cap = keys.get("daily_cap_fen", Node(None))
    try:
        return Terms(
            rate_fen_per_hour=keys["rate_fen_per_hour"].whole(0, rules.LARGEST_FIGURE),
            increment_minutes=keys.get("increment_minutes", Node(1)).whole(1, rules.LONGEST_STEP_MINUTES),
            minimum_minutes=keys.get("minimum_minutes", Node(0)).whole(0, rules.LONGEST_STEP_MINUTES),
            daily_cap_fen=None if cap.value is None else cap.whole(0, rules.LARGEST_FIGURE),
            bands=tuple(_read_band(band) for band in bands.items()),
        )
    except rules.BandsOverlap as refusal:
        reason = f"the band {shown(refusal.second)} overlaps {shown(refusal.first)} on the same kind of days"
        raise DocumentRefused(path=f"{bands.path}[{refusal.index}]", reason=reason) from refusal


def _read_band(node: Node) -> Band:
    keys = node.fields(("name", "days", "from", "to", "factor"))
    begins, ends = _read_clock(keys["from"]), _read_clock(keys["to"])
    if begins >= ends:
        times = f'"from" {minute_clock(begins)} must be before "to" {minute_clock(ends)}'
        node.refuse(f"{times}; over midnight takes two bands")
    factor = keys["factor"].decimal()
    if factor < 0:
        keys["factor"].refuse_value("not below 0")
    if factor > rules.LARGEST_FIGURE:
        keys["factor"].refuse_value(f"at most {rules.LARGEST_FIGURE}")
    return Band(keys["name"].text(), _read_days(keys["days"]), begins, ends, factor)


def _read_days(node: Node) -> Days:
    known = [days.value for days in Days]
    if node.value not in known:
        node.refuse_value(" or ".join(f'"{name}"' for name in known))
    return Days(node.value)


CLOCK = re.compile(r"([0-9]{2}):([0-5][0-9])")


def _read_clock(node: Node) -> int:
    match = CLOCK.fullmatch(node.value) if isinstance(node.value, str) else None
    minute = int(match[1]) * MINUTES_OF_HOUR + int(match[2]) if match else rules.MINUTES_OF_DAY + 1
    if minute > rules.MINUTES_OF_DAY:
        node.refuse_value('a time of day from "00:00" to "24:00"')
    return minute


class DocumentRefused(Exception):  # noqa: N818 - an answer to whoever wrote the document, like a Refusal
    """A document cannot be used; says where (`tariff.bands[1].factor`) and why, in one sentence."""

    def __init__(self, *, reason: str, path: str = "") -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path, self.reason = path, reason


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
    """Write a value so that it can stand in a sentence on a terminal: shown, and not long."""
    try:
        text = json.dumps(value, ensure_ascii=True, default=str)
    except RecursionError:
        return "something nested too deeply"
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT // 2]}…"


def _parse(data: bytes) -> Node:
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
