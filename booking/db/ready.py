"""Statements that every request runs: compiled once, and handed to the driver as they are."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Dialect, UpdateBase
from sqlalchemy.exc import NoResultFound
from sqlalchemy.sql import Executable

from booking.db.edition_triggers import EDITED

Convert = Callable[[Any], Any]
"""What the type of a column does with a value on its way into the database, or out of it."""


class _Compiled(NamedTuple):
    """A statement in an engine's words: its parameters in their order, and what some of them always are."""

    dialect: Dialect
    text: str
    takes: Sequence[tuple[str, Convert | None]]
    always: dict[str, Any]


class ReadyStatement:
    """A statement with named parameters that is run again and again, past what SQLAlchemy does each time.

    To look up what was compiled, and to make a context and a result, takes several times as long as SQLite
    needs for a single row. The same words reach the database with the same values, `before_cursor_execute` is
    told, and what goes wrong is raised as `Connection.execute` raises it. Not for parameters that expand
    (`IN`), nor to change what a park's edition goes by: who writes that is noted in `parks/queries.py`, of
    statements that SQLAlchemy runs.
    """

    def __init__(self, statement: Executable, columns: Sequence[str] = ()) -> None:
        """Take a statement, and the columns that an INSERT names; ValueError where it is not for it."""
        table = getattr(statement, "table", None) if isinstance(statement, UpdateBase) else None
        if getattr(table, "name", None) in EDITED:
            msg = f"a park's edition goes by {table}"
            raise ValueError(msg)
        self._statement: Any = statement
        self._named = columns
        self._compiled: _Compiled | None = None
        self._read: tuple[Dialect | None, Sequence[tuple[int, Convert]]] = (None, ())

    def run(self, connection: Connection, said: Mapping[str, Any]) -> None:
        """Run it for what it does; raises KeyError where a parameter is not said."""
        self._cursor(connection, said).close()

    def first(self, connection: Connection, said: Mapping[str, Any]) -> Sequence[Any] | None:
        """Give its first row; None where it has none."""
        rows = self.all(connection, said)
        return rows[0] if rows else None

    def one(self, connection: Connection, said: Mapping[str, Any]) -> Sequence[Any]:
        """Give its first row; raises NoResultFound where it has none."""
        row = self.first(connection, said)
        if row is None:
            raise NoResultFound
        return row

    def all(self, connection: Connection, said: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Give its rows in their order, each with its columns in theirs."""
        cursor = self._cursor(connection, said)
        converts, rows = self._converts(connection.dialect, cursor), cursor.fetchall()
        cursor.close()
        return [_converted(row, converts) for row in rows] if converts else cast("list[Any]", rows)

    def _cursor(self, connection: Connection, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the driver's own type
        made = self._compiled
        if made is None or made.dialect is not connection.dialect:
            made = self._compiled = self._compile(connection.dialect)
        _, text, takes, always = made
        values = {**always, **said} if always else said
        if made.dialect.positional:
            asked: Any = tuple([values[one] if to is None else to(values[one]) for one, to in takes])
        else:
            asked = {one: values[one] if to is None else to(values[one]) for one, to in takes}
        cursor = connection.connection.cursor()
        try:
            for tell in connection.dispatch.before_cursor_execute:
                tell(connection, cursor, text, asked, None, False)  # noqa: FBT003 - as SQLAlchemy tells it
            cursor.execute(text, asked)
        except BaseException as error:  # noqa: BLE001 - as SQLAlchemy does, which raises it, or what it means
            connection._handle_dbapi_exception(error, text, asked, cursor, None)  # noqa: SLF001
        return cursor

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=list(self._named) or None)
        if compiled.post_compile_params or compiled.literal_execute_params:
            msg = "its parameters expand"
            raise ValueError(msg)
        binds = compiled.binds
        order = compiled.positiontup if compiled.positional else compiled.bind_names.values()
        takes = tuple((one, binds[one].type.dialect_impl(dialect).bind_processor(dialect)) for one in order)
        always = {one: binds[one].effective_value for one in set(order) if not binds[one].required}
        return _Compiled(dialect, compiled.string, takes, always)

    def _converts(self, dialect: Dialect, cursor: Any) -> Sequence[tuple[int, Convert]]:  # noqa: ANN401
        known, converts = self._read
        if known is not dialect:
            columns = self._statement.exported_columns
            of_each = [
                column.type.dialect_impl(dialect).result_processor(dialect, described[1])
                for column, described in zip(columns, cursor.description, strict=True)
            ]
            converts = tuple((place, one) for place, one in enumerate(of_each) if one is not None)
            self._read = (dialect, converts)
        return converts


def _converted(row: Sequence[Any], converts: Sequence[tuple[int, Convert]]) -> Sequence[Any]:
    values = list(row)
    for place, convert in converts:
        values[place] = convert(values[place])
    return values
