"""Inserts that may meet a row that is there already, and of many rows, on both engines."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Insert = sqlite.Insert | postgresql.Insert

INSERTS: Mapping[str, Callable[[Any], Insert]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By the engine's name, for statements that are made once; `insert_into` picks for the others."""


def insert_into(session: Session, table: Any) -> Insert:  # noqa: ANN401 - a table or its class
    """Begin an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return INSERTS[session.get_bind().dialect.name](table)


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, at least one, that name the same columns; on PostgreSQL as one statement."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), rows)
    else:
        connection.execute(of_arrays(table, tuple(rows[0])), arrays_of(rows))


@cache
def of_arrays(table: Table, names: Sequence[str]) -> postgresql.Insert:
    """Make PostgreSQL's INSERT of as many rows as `arrays_of` holds, in their order.

    Fifty rows are sent, read and run as one statement, which hardly costs more than a single row does.
    """
    columns = [table.c[name] for name in names]
    values = [func.unnest(bindparam(one.key, type_=postgresql.ARRAY(one.type))) for one in columns]
    return postgresql.insert(table).from_select(columns, select(*values))


def arrays_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Turn rows that name the same columns into an array a column."""
    return {name: [row[name] for row in rows] for name in rows[0]}


TableRow = tuple[Table, Mapping[str, Any]]
"""A table, and a row of it by its columns."""


def insert_both(session: Session, first: TableRow, second: TableRow) -> None:
    """Insert a row each into two tables, on PostgreSQL as one statement."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        for table, facts in (first, second):
            connection.execute(insert(table), facts)
        return
    (table, facts), (other, more) = first, second
    named = {f"first_{name}": value for name, value in facts.items()}
    connection.execute(of_both(table, tuple(facts), other, tuple(more)), named | dict(more))


@cache
def of_both(first: Table, names: Sequence[str], second: Table, more: Sequence[str]) -> postgresql.Insert:
    """Make PostgreSQL's INSERT into two tables; the parameters of the first begin with `first_`."""
    apart = {name: bindparam(f"first_{name}", type_=first.c[name].type) for name in names}
    other = {name: bindparam(name, type_=second.c[name].type) for name in more}
    return postgresql.insert(second).values(other).add_cte(postgresql.insert(first).values(apart).cte())
