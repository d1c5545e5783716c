"""Something to say for every column of every table there is."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from sqlalchemy import JSON, Boolean, Column, Date, Enum, LargeBinary, String, Table, Time

from booking import tables  # noqa: F401 - so that every table is known
from booking.db import Factor, Instant, MoneyFen
from booking.values import Money

NOW = datetime(2026, 11, 28, 9, 30, 15, 250_000, tzinfo=UTC)
SAID = {
    Instant: NOW,
    MoneyFen: Money(123_45),
    Factor: Decimal("1.25"),
    JSON: {"b": [1, None, "文"], "a": 0.5},
    Boolean: False,
    Date: date(2026, 2, 28),
    Time: time(9, 30),
    LargeBinary: b"\x00\xff%s?",
    String: "百分 100% %s :x ? \N{GRINNING FACE}",
}


def value_of(column):
    """Say something that a column of this type can keep."""
    if isinstance(column.type, Enum):
        return list(column.type.enum_class)[-1] if column.type.enum_class else column.type.enums[-1]
    for kind, value in SAID.items():
        if isinstance(column.type, kind):
            return value[: column.type.length] if kind is String and column.type.length else value
    return 7


def copy_of(table, metadata):
    """Make a table of the same columns that takes every row."""
    columns = [Column(one.key, one.type, key=one.key) for one in table.c]
    return Table(f"{table.name}_copy", metadata, *columns)
