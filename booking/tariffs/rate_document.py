"""Prices a document of stays without any database, so that anybody can check a price.

The form of the document is told in `docs/pricing.md`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking.tariffs.document import Node, parse, shown
from booking.tariffs.rating import Line, MeasuredStay, rate_all
from booking.tariffs.rules import LARGEST_FIGURE, LONGEST_STAY_DAYS, StayEndsBeforeItStarts, StayTooLong
from booking.tariffs.tariff_document import read_terms
from booking.values.money import Money
from booking.values.work_calendar import WorkCalendar

REQUIRED = ("zone", "tariff", "stays")
OPTIONAL = ("rest_days", "working_days", "allowance_minutes")
FIRST_YEAR, LAST_YEAR = 1970, 2999  # time zones before are hearsay; after leaves room for the longest stay


def rate_document(data: bytes) -> dict[str, Any]:
    """Read a document in JSON and price it; raises DocumentRefused naming what is wrong and where."""
    keys = parse(data).fields(REQUIRED, OPTIONAL)
    zone = _read_zone(keys["zone"])
    calendar = _read_calendar(keys.get("rest_days", Node([])), keys.get("working_days", Node([])))
    terms = read_terms(keys["tariff"])
    allowance = keys.get("allowance_minutes", Node(0)).whole(0, LARGEST_FIGURE)
    stays = list(_read_stays(keys["stays"]))
    return _written(rate_all(stays, terms, calendar, zone, allowance_minutes=allowance))


def _written(lines: tuple[Line, ...]) -> dict[str, Any]:
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


STAY_KEYS = ("id", "space", "in", "out")


def _read_stays(node: Node) -> Iterator[MeasuredStay]:
    seen: set[str] = set()
    for stay in node.items():
        keys = stay.fields(STAY_KEYS)
        name = keys["id"].text()
        if name in seen:
            keys["id"].refuse(f"the stay {shown(name)} is listed twice")
        seen.add(name)
        yield _read_stay(stay, keys, name)


def _read_stay(node: Node, keys: dict[str, Node], name: str) -> MeasuredStay:
    came, left = _read_instant(keys["in"]), _read_instant(keys["out"])
    try:
        return MeasuredStay(name, keys["space"].text(), came, left)
    except StayEndsBeforeItStarts:
        node.refuse(f'the stay {shown(name)} has its "out" before its "in"')
    except StayTooLong:
        node.refuse(f"the stay {shown(name)} is longer than {LONGEST_STAY_DAYS} days")


def _read_instant(node: Node) -> datetime:
    instant = node.instant()
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        node.refuse_value(f"in the years {FIRST_YEAR} to {LAST_YEAR}")
    return instant
