"""From what addresses and forms carry to numbers, days and times; on the park's clock."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, Request, abort, request
from werkzeug.routing import IntegerConverter, Map

from booking.reservations.rules import MINUTES_OF_DAY, local_instant
from booking.values import YEARS, Money, Span

LONGEST_WORDS = 100  # to look for; a database refuses patterns of thousands of letters
LARGEST = 2**31 - 1  # of a table's numbers


def whole(text: str | int) -> int:
    """Read a whole number that a table could hold; raises ValueError, as `request.args.get(type=)` wants."""
    number = int(text)
    if abs(number) > LARGEST:
        msg = "too large a number"
        raise ValueError(msg)
    return number


def fee_shown() -> Money | None:
    """Read what the page said that it costs; None where it said nothing that can be read."""
    fen = request.form.get("fee", type=whole)
    return None if fen is None else Money(fen)


class Number(IntegerConverter):
    """`<int:…>` in an address; what is larger than any number of ours is not found."""

    def __init__(self, url_map: Map) -> None:
        """Bound it."""
        super().__init__(url_map, max=LARGEST)


def init(app: Flask) -> None:
    """Bound the numbers in addresses; refuse NUL, which PostgreSQL keeps in no text, before it gets there."""
    app.url_map.converters["int"] = Number
    app.before_request(_refuse_nul)


NUL = "\0"
BAD_REQUEST = 400


def _refuse_nul() -> None:
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - for every page
    written = asked.query_string
    if NUL in asked.path or b"%00" in written or b"\0" in written or any(map(_has_nul, _sent(asked))):
        abort(BAD_REQUEST)


def _sent(asked: Request) -> Iterable[tuple[str, str]]:
    return () if asked.method in {"GET", "HEAD"} else asked.form.items(multi=True)


def _has_nul(field: tuple[str, str]) -> bool:
    return NUL in field[0] or NUL in field[1]


def day_or_none(text: str | None) -> date | None:
    """Read 2026-11-03; None for anything else, and for days in other centuries."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None


def day_or(text: str | None, otherwise: date) -> date:
    """Read 2026-11-03; anything else is `otherwise`."""
    return day_or_none(text) or otherwise


def local_time_or_none(text: str | None) -> tuple[date, int] | None:
    """Read 2026-11-03T09:30 as a local day and minute; None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return (at.date(), at.hour * 60 + at.minute) if at.year in YEARS else None


def instant_or_none(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Read 2026-11-03T09:30 on the park's clock."""
    at = local_time_or_none(text)
    return None if at is None else local_instant(*at, zone)


def exact_or_none(text: str | None) -> datetime | None:
    """Read 2026-11-03T09:30+08:00, an instant by itself; None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo and at.year in YEARS else None


def parse_instant(typed: datetime, shown: datetime | None, zone: ZoneInfo) -> datetime:
    """Give what was typed to the minute; what was left as the form showed it keeps its seconds."""
    if shown is not None and local_time(shown, zone) == f"{typed:%Y-%m-%dT%H:%M}":
        return shown
    return typed.replace(tzinfo=zone)


def parse_end(typed: datetime, shown: datetime | None, start: datetime, zone: ZoneInfo) -> datetime:
    """Give a typed end likewise; one in the very minute of the start is the start, not before it."""
    end = parse_instant(typed, shown, zone)
    return start if local_time(end, zone) == local_time(start, zone) and end < start else end


def local_time(instant: datetime, zone: ZoneInfo) -> str:
    """Write 2026-11-03T09:30."""
    return f"{instant.astimezone(zone):%Y-%m-%dT%H:%M}"


def minute_of_instant(instant: datetime, day: date, zone: ZoneInfo) -> int:
    """Give the minute of an instant after midnight; the midnight at the end of `day` is 24:00."""
    local = instant.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return MINUTES_OF_DAY if local.date() > day and not minute else minute


def local_day_of(now: datetime, zone: ZoneInfo, days: int = 0) -> Span:
    """Give the park's day, or one so many days later."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return Span(local_instant(day, 0, zone), local_instant(day, MINUTES_OF_DAY, zone))
