"""Many rows in one statement: what they say alike as parameters, the rest as a table written in JSON.

Fifty rows are sent, read and run like one. A parameter for each value, or an array for each column, takes
SQLAlchemy and the driver longer to write than the database to keep.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    Column,
    Dialect,
    LargeBinary,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from booking.db.ready import ReadyStatement
from booking.db.rows import INSERTS, default_of, insert_row

Facts = Mapping[str, Any]
"""A row by its columns."""


def insert_rows(session: Session, table: Table, rows: Sequence[Facts]) -> None:
    """Insert rows, at least one, that name the same columns, in their order.

    What they do not name takes its default. ValueError for a column of bytes or of JSON, here and below.
    """
    connection = session.connection()
    if len(rows) == 1:
        insert_row(connection, table, rows[0])
    else:
        statement, said = _of(connection.dialect.name, table, rows)
        statement.run(connection, said)


def insert_numbered(session: Session, table: Table, rows: Sequence[Facts], column: str) -> dict[int, Any]:
    """Insert rows, at least one, that name the same columns; gives what `column` holds, by id, in order."""
    connection = session.connection()
    statement, said = _of(connection.dialect.name, table, rows, gives=("id", column))
    return dict(sorted((number, value) for number, value in statement.all(connection, said)))


def insert_what_fits(session: Session, table: Table, rows: Sequence[Facts], column: str) -> list[Any]:
    """Insert those of the rows that conflict with nothing; gives what `column` holds in them.

    For PostgreSQL: SQLite gives up a statement at the first row that conflicts with a trigger.
    """
    connection = session.connection()
    statement, said = _of(connection.dialect.name, table, rows, gives=(column,), what_fits=True)
    return [value for (value,) in statement.all(connection, said)]


def _of(
    engine: str, table: Table, rows: Sequence[Facts], *, gives: Sequence[str] = (), what_fits: bool = False
) -> tuple[ReadyStatement, Facts]:
    """Give an engine's INSERT of rows, and its parameters."""
    first, count = rows[0], len(rows)
    said = {name: value for name, value in first.items() if [row[name] for row in rows].count(value) == count}
    statement = _insert(engine, table, tuple(first), frozenset(said), gives, what_fits)
    said[EACH] = rows
    return statement, said


EACH = "each_row"


@cache
def _insert(
    engine: str,
    table: Table,
    names: Sequence[str],
    alike: frozenset[str],
    gives: Sequence[str],
    what_fits: bool,  # noqa: FBT001 - a key of what is kept
) -> ReadyStatement:
    columns = [table.c[name] for name in names]
    apart = [one for one in columns if one.key not in alike]
    rows = bindparam(EACH, type_=_Written(apart))
    if engine == "sqlite":
        each: Any = func.json_each(rows).table_valued("value")
        read = {one.key: func.json_extract(each.c.value, literal_column(f"'$.{one.key}'")) for one in apart}
    else:
        # a recordset has a column at least; where all is alike it counts the rows
        typed = [column(one.key, one.type) for one in apart] or [column("none", Text())]
        each = func.json_to_recordset(cast(rows, JSON)).table_valued(*typed)
        each = each.render_derived(with_types=True)
        read = {one.key: each.c[one.key] for one in apart}
    values = [read[one.key] if one.key in read else bindparam(one.key, type_=one.type) for one in columns]
    beside = [one for one in table.c if one.default is not None and one.key not in names]
    values += [literal(default_of(one), one.type) for one in beside]
    chosen = select(*values).select_from(each)
    insert: Any = INSERTS[engine](table).from_select([*columns, *beside], chosen, include_defaults=False)
    if what_fits:
        insert = insert.on_conflict_do_nothing()
    return ReadyStatement(insert.returning(*(table.c[one] for one in gives)) if gives else insert)


class _Written(TypeDecorator[Any]):
    """Rows as a list of objects in JSON, each with what the database is told of these columns."""

    impl = Text
    cache_ok = False

    def __init__(self, columns: Sequence[Column[Any]]) -> None:
        super().__init__()
        self._columns = columns
        if any(isinstance(one.type, JSON | LargeBinary) for one in columns):
            msg = f"no column of bytes or JSON: {columns}"
            raise ValueError(msg)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """Give what writes rows for an engine."""
        as_told = {one.key: one.type.dialect_impl(dialect).bind_processor(dialect) for one in self._columns}

        def write(rows: Sequence[Facts]) -> str:
            told = [
                {name: row[name] if to is None else to(row[name]) for name, to in as_told.items()}
                for row in rows
            ]
            return msgspec.json.encode(told).decode()

        return write
