"""Back up and restore all rows, the same way on every engine and from every version of the tables.

Neither uses the models: tables and columns are reflected from the database. A backup is read in one snapshot
while the product goes on, and is restored at its own version, from which the migrations upgrade it. Both go
row by row, so that a large park needs no more memory than a small one.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from booking.db import backup_file
from booking.db.backup_file import Backup, BackupError, Lines, check
from booking.db.migrate import OrphanError, bring_to, changing_tables, revision_of, versions


def save(engine: sa.Engine, file: Path) -> Backup:
    """Write a backup and read it back; the file gets its name only once it is known to be whole."""
    with backup_file.written_whole(file) as part:
        with _snapshot(engine) as connection, backup_file.lines_into(part) as lines:
            _write(connection, lines)
        return check(part)


def restore(engine: sa.Engine, file: Path) -> Backup:
    """Put a backup of today's or any earlier version into an empty database, all or nothing.

    Raises BackupError where the file is damaged or of a newer version, or the database is not empty.
    """
    backup = check(file)
    _refuse_unknown(backup)
    try:
        with changing_tables(engine) as connection:
            _refuse_unless_empty(connection)
            bring_to(connection, backup.revision)
            _load(connection, file, backup)
            bring_to(connection, versions()[-1])
    except OrphanError as error:
        raise BackupError(f"{error}; nothing was restored") from error
    return backup


@contextmanager
def _snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect().execution_options(long=True) as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


BOOKKEEPING: Final = "alembic_version"


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """Reflect the tables, those that others reference first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != BOOKKEEPING]


def _write(connection: sa.Connection, lines: Lines) -> None:
    revision = revision_of(connection)
    if revision is None:
        raise BackupError("this database was never migrated: there is nothing to back up")
    rows = {}
    lines.put({"format": backup_file.FORMAT, "revision": revision})
    for table in _tables(connection):
        rows[table.name] = _write_table(connection, table, lines)
    lines.end(Backup(revision, rows))


ROWS_AT_ONCE: Final = 500


def _write_table(connection: sa.Connection, table: sa.Table, lines: Lines) -> int:
    columns = [column for column in table.c if column.computed is None]
    ways = [backup_file.writer(column) for column in columns]
    lines.put({"table": table.name, "columns": [column.name for column in columns]})
    found = connection.execute(
        sa.select(*map(_as_kept, columns)).order_by(*table.primary_key),
        execution_options={"yield_per": 1 if _is_heavy(columns) else ROWS_AT_ONCE},
    )
    count = 0
    for row in found:
        lines.put([backup_file.apply(way, value) for way, value in zip(ways, row, strict=True)])
        count += 1
    return count


def _is_heavy(columns: list[sa.Column[Any]]) -> bool:
    """Tell whether the table holds documents: hundreds of them at once would fill the memory."""
    return any(isinstance(column.type, sa.LargeBinary) for column in columns)


def _as_kept(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Read JSON as its text, which tells JSON's null from SQL's."""
    return sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column


def _refuse_unknown(backup: Backup) -> None:
    known = versions()
    if backup.revision not in known:
        raise BackupError(
            f"the backup's tables are at {backup.revision}, newer than this version of the product, which "
            f"knows them up to {known[-1]}: restore it with the version that made it, or a later one"
        )


def _refuse_unless_empty(connection: sa.Connection) -> None:
    version = revision_of(connection)
    names = [name for name in sorted(sa.inspect(connection).get_table_names()) if name != BOOKKEEPING]
    if version is None and names:
        raise BackupError("the database has tables that are not of this product; restore into an empty one")
    if version is not None and version not in versions():
        raise BackupError(f"the database's tables are at {version}, newer than this version of the product")
    full = [
        name
        for name in names
        if connection.execute(sa.select(1).select_from(sa.table(name)).limit(1)).first()
    ]
    if full:
        raise BackupError(
            f"the database has rows already ({', '.join(full[:3])}…); restore into an empty one"
        )


def _load(connection: sa.Connection, file: Path, backup: Backup) -> None:
    tables = {table.name: table for table in _tables(connection)}
    for name, rows in _batches(_rows(file, tables)):
        connection.execute(_insert(tables[name], connection.dialect.name), rows)
    _set_sequences(connection, tables.values())
    if {name: _count(connection, table) for name, table in tables.items()} != backup.rows:
        raise BackupError("not every row arrived; nothing was restored")


BackupRow = tuple[str, dict[str, Any], int]  # its table, its values, and how long its line was


def _rows(file: Path, tables: dict[str, sa.Table]) -> Iterator[BackupRow]:
    lines = backup_file.read(file)
    _, opening = next(lines)
    if opening["format"] == backup_file.FIRST_FORMAT:
        ways = {
            name: {column.name: backup_file.first_reader(column) for column in table.c}
            for name, table in tables.items()
        }
        for kind, line in lines:
            if kind == "row":
                name, row = json.loads(line)
                yield (
                    name,
                    {key: backup_file.apply(ways[name][key], value) for key, value in row.items()},
                    len(line),
                )
        return
    name, columns = "", {}
    for kind, value in lines:
        if kind == "table":
            name = value["table"]
            columns = {key: backup_file.column_reader(tables[name].c[key]) for key in value["columns"]}
        elif kind == "row":
            pairs = zip(columns.items(), json.loads(value), strict=True)
            yield name, {key: backup_file.apply(way, given) for (key, way), given in pairs}, len(value)


BYTES_AT_ONCE: Final = 1_000_000


def _batches(rows: Iterator[BackupRow]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Group rows of one table, up to ROWS_AT_ONCE and BYTES_AT_ONCE."""
    of, weight = "", 0
    batch: list[dict[str, Any]] = []
    for name, row, length in rows:
        if batch and (name != of or len(batch) == ROWS_AT_ONCE or weight + length > BYTES_AT_ONCE):
            yield of, batch
            batch, weight = [], 0
        of, weight = name, weight + length
        batch.append(row)
    if batch:
        yield of, batch


def _insert(table: sa.Table, engine: str) -> sa.Insert:
    """Write JSON as its text."""
    given = {
        column.name: sa.bindparam(column.name, type_=sa.Text)
        for column in table.c
        if isinstance(column.type, sa.JSON)
    }
    if engine == "postgresql":
        return sa.insert(table).values({name: sa.cast(value, sa.JSON) for name, value in given.items()})
    return sa.insert(table).values(given)


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _set_sequences(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Set PostgreSQL's sequences after the highest id; SQLite needs none."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        if "id" in table.c:
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            highest = f"(SELECT max(id) FROM {table.name})"  # noqa: S608 - names out of the database's own tables
            connection.execute(
                sa.text(f"SELECT setval({sequence}, coalesce({highest}, 1), {highest} IS NOT NULL)")
            )
