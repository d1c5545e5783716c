"""Objects of rows that were read, or written, as plain columns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Column, Table, inspect
from sqlalchemy.orm import Session, class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from booking.db.base import Base

Row = TypeVar("Row", bound=Base)


def columns_of(kind: type[Base], *, but: Collection[str] = ()) -> Sequence[Column[Any]]:
    """Give the columns of a table, but for those named."""
    table = cast("Table", kind.__table__)
    return [column for column in table.c if column.key not in but]


def facts_of(row: Iterable[Any], *columns: Sequence[Column[Any]]) -> list[dict[str, Any]]:
    """Divide a row of these columns, in their order, into the facts of each table."""
    values = iter(row)
    return [{column.key: next(values) for column in of_table} for of_table in columns]


def object_of(session: Session, kind: type[Row], facts: Mapping[str, Any]) -> Row:
    """Give the session the object of a row, by columns of its table and what it refers to.

    As a query of the object itself would, which makes a reader for each column anew with each statement: for
    a single row that takes longer than to ask for it. A column that was not read is read when somebody asks.
    What the session has already stays as it is, but that what expired is filled in.
    """
    key = class_mapper(kind).identity_key_from_primary_key((facts["id"],))
    known: Row | None = session.identity_map.get(key)
    if known is None:
        known = kind()
        known.__dict__.update(facts)
        make_transient_to_detached(known)
        session.add(known)
    elif inspect(known).expired:
        for name, value in facts.items():
            set_committed_value(known, name, value)
    return known
