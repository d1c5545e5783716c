"""A tariff's figures as a document: what `flask rate` reads."""

import re

from booking.tariffs.document import DocumentRefused, Node, shown
from booking.tariffs.rules import LARGEST_FIGURE, LONGEST_STEP_MINUTES, MINUTES_OF_DAY, BandsOverlap
from booking.tariffs.terms import MINUTES_OF_HOUR, Band, Days, Terms

REQUIRED = ("rate_fen_per_hour",)
OPTIONAL = ("increment_minutes", "minimum_minutes", "daily_cap_fen", "bands")


def read_terms(node: Node) -> Terms:
    """Read a tariff; raises DocumentRefused naming the key at fault."""
    keys = node.fields(REQUIRED, OPTIONAL)
    bands = keys.get("bands", Node([], f"{node.path}.bands"))
    cap = keys.get("daily_cap_fen", Node(None))
    try:
        return Terms(
            rate_fen_per_hour=keys["rate_fen_per_hour"].whole(0, LARGEST_FIGURE),
            increment_minutes=keys.get("increment_minutes", Node(1)).whole(1, LONGEST_STEP_MINUTES),
            minimum_minutes=keys.get("minimum_minutes", Node(0)).whole(0, LONGEST_STEP_MINUTES),
            daily_cap_fen=None if cap.value is None else cap.whole(0, LARGEST_FIGURE),
            bands=tuple(_read_band(band) for band in bands.items()),
        )
    except BandsOverlap as refusal:
        reason = f"the band {shown(refusal.second)} overlaps {shown(refusal.first)} on the same kind of days"
        raise DocumentRefused(path=f"{bands.path}[{refusal.index}]", reason=reason) from refusal


BAND_KEYS = ("name", "days", "from", "to", "factor")


def _read_band(node: Node) -> Band:
    keys = node.fields(BAND_KEYS)
    begins, ends = _read_clock(keys["from"]), _read_clock(keys["to"])
    if begins >= ends:
        node.refuse(
            f'"from" {clock(begins)} must be before "to" {clock(ends)}; over midnight takes two bands'
        )
    factor = keys["factor"].decimal()
    if factor < 0:
        keys["factor"].refuse_value("not below 0")
    if factor > LARGEST_FIGURE:
        keys["factor"].refuse_value(f"at most {LARGEST_FIGURE}")
    return Band(keys["name"].text(), _read_days(keys["days"]), begins, ends, factor)


DAYS = [days.value for days in Days]


def _read_days(node: Node) -> Days:
    if node.value not in DAYS:
        node.refuse_value(" or ".join(f'"{name}"' for name in DAYS))
    return Days(node.value)


CLOCK = re.compile(r"([0-9]{2}):([0-5][0-9])")


def _read_clock(node: Node) -> int:
    match = CLOCK.fullmatch(node.value) if isinstance(node.value, str) else None
    minute = int(match[1]) * MINUTES_OF_HOUR + int(match[2]) if match else MINUTES_OF_DAY + 1
    if minute > MINUTES_OF_DAY:
        node.refuse_value('a time of day from "00:00" to "24:00"')
    return minute


def clock(minute: int) -> str:
    """Write minutes after midnight as `18:00`; the day's end is `24:00`."""
    hours, minutes = divmod(minute, MINUTES_OF_HOUR)
    return f"{hours:02d}:{minutes:02d}"
