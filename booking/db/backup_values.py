"""How the values of a column are said in a backup, and read from one, whichever engine keeps them."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Date, DateTime, Integer, LargeBinary, Numeric, Time

from booking.db.columns import FACTOR_SCALE

Way = Callable[[Any], Any]


def writer(column: Column[Any]) -> Way | None:
    """Give how a column's values become JSON; None where they go as they are."""
    match column.type:
        case DateTime():
            return _instant_to_text
        case Date() | Time():
            return _moment_to_text
        case LargeBinary():
            return _bytes_to_text
        case Numeric():
            return str
    return None


def reader(column: Column[Any]) -> Way | None:
    """Give how they become values again."""
    match column.type:
        case DateTime(timezone=aware):
            return datetime.fromisoformat if aware else _instant_in_utc
        case Date():
            return date.fromisoformat
        case Time():
            return time.fromisoformat
        case LargeBinary():
            return base64.b64decode
        case Numeric():
            return Decimal
    return None


def first_reader(column: Column[Any]) -> Way | None:
    """The same for a backup of the first format: JSON was not kept as text, and factors had a point.

    It did not tell JSON's null from nothing; the product writes null.
    """
    match column.type:
        case JSON():
            return json.dumps
        case Integer():
            return _whole_number
    return reader(column)


def apply(way: Way | None, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Bring one value across; what is nothing stays nothing, unless it is JSON's null."""
    return value if way is None or (value is None and way is not json.dumps) else way(value)


def _instant_to_text(value: datetime) -> str:
    """SQLite keeps instants in UTC without saying so; PostgreSQL tells them in the connection's zone."""
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _moment_to_text(value: date | time) -> str:
    return value.isoformat()


def _bytes_to_text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _instant_in_utc(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)


def _whole_number(value: int | str) -> int:
    return int(Decimal(value) * FACTOR_SCALE) if isinstance(value, str) else value
