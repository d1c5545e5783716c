"""Back up and restore all rows, the same way on every engine.

A backup is one gzipped text file: a line that says what it is, then every row of every table as a line of
JSON, and at the end how many rows there were and the SHA-256 of it all. It is read in one snapshot, so the
product may go on meanwhile, and it may be restored on the other engine.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, Table, func, insert, select, text

from booking.db.columns import Factor, Instant, MoneyFen
from booking.values.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.types import TypeEngine

FORMAT = "booking backup 1"
BATCH = 500


class BackupError(Exception):
    """A backup cannot be made, read or restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: rows by table, and the migration its tables were at."""

    revision: str
    rows: dict[str, int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def save(engine: Engine, metadata: MetaData, file: Path) -> Backup:
    """Write a backup, first under another name, so that a half one never passes for whole."""
    partial = file.with_name(file.name + ".part")
    with _snapshot(engine) as connection, gzip.open(partial, "wt", encoding="utf-8") as out:
        backup = _write(connection, metadata, out)
    partial.replace(file)
    return backup


def check(file: Path) -> Backup:
    """Read a backup to its end; raises BackupError where it is damaged or cut short."""
    for kind, value in _read(file):
        if kind == "end":
            return Backup(**value)
    raise BackupError(f"{file} ends too early; take another backup")


def restore(engine: Engine, metadata: MetaData, file: Path) -> Backup:
    """Put a backup into a migrated database without rows, all or nothing, and count what arrived.

    Raises BackupError where the file is damaged, the database has rows, or its tables are of another version.
    """
    backup = check(file)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        _refuse_unless_empty(connection, metadata, backup)
        tables = {table.name: table for table in metadata.sorted_tables}
        for name, rows in _batches(file):
            connection.execute(insert(tables[name]), [_from_text(tables[name], row) for row in rows])
        _set_sequences(connection, metadata)
        arrived = _count(connection, metadata)
        if arrived != backup.rows:
            raise BackupError("not every row arrived; nothing was restored")
    return backup


def _snapshot(engine: Engine) -> Connection:
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _write(connection: Connection, metadata: MetaData, out: Any) -> Backup:  # noqa: ANN401 - a text file of gzip
    digest = hashlib.sha256()
    rows: dict[str, int] = {}

    def put(value: object) -> None:
        line = json.dumps(value, ensure_ascii=False) + "\n"
        digest.update(line.encode())
        out.write(line)

    revision = _revision(connection)
    put({"format": FORMAT, "revision": revision})
    for table in metadata.sorted_tables:
        rows[table.name] = 0
        for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
            put([table.name, {name: _to_text(value) for name, value in row.items()}])
            rows[table.name] += 1
    out.write(json.dumps({"revision": revision, "rows": rows, "sha256": digest.hexdigest()}) + "\n")
    return Backup(revision, rows)


def _read(file: Path) -> Iterator[tuple[str, Any]]:
    """Give ("row", [table, values]) for each row and ("end", facts) once the sum is right."""
    digest = hashlib.sha256()
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            first = next(lines, "")
            if json.loads(first or "{}").get("format") != FORMAT:
                raise BackupError(f"{file} is no backup of this product")
            digest.update(first.encode())
            for line in lines:
                value = json.loads(line)
                if isinstance(value, list):
                    digest.update(line.encode())
                    yield "row", value
                elif value.pop("sha256") == digest.hexdigest():
                    yield "end", value
                else:
                    raise BackupError(f"{file} is damaged: its sum is wrong")
    except (OSError, EOFError, ValueError, AttributeError, KeyError) as error:
        raise BackupError(f"{file} cannot be read: {error}") from error


def _batches(file: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    name = ""
    rows: list[dict[str, Any]] = []
    for kind, value in _read(file):
        if kind == "row" and value[0] == name and len(rows) < BATCH:
            rows.append(value[1])
            continue
        if rows:
            yield name, rows
        name, rows = (value[0], [value[1]]) if kind == "row" else ("", [])


def _revision(connection: Connection) -> str:
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _count(connection: Connection, metadata: MetaData) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def _refuse_unless_empty(connection: Connection, metadata: MetaData, backup: Backup) -> None:
    revision = _revision(connection)
    if revision != backup.revision:
        raise BackupError(
            f"the backup's tables are at {backup.revision}, the database's at {revision}: "
            f"run `flask db upgrade {backup.revision}` in an empty database first"
        )
    full = [name for name, rows in _count(connection, metadata).items() if rows]
    if full:
        raise BackupError(
            f"the database has rows already ({', '.join(full[:3])}…); restore into an empty one"
        )


def _set_sequences(connection: Connection, metadata: MetaData) -> None:
    """Let PostgreSQL go on counting where the rows end; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "id" in table.c:
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            highest = f"(SELECT max(id) FROM {table.name})"  # noqa: S608 - names out of our own metadata
            connection.execute(
                text(f"SELECT setval({sequence}, coalesce({highest}, 1), {highest} IS NOT NULL)")
            )


def _to_text(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    match value:
        case Money():
            return value.fen
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return value


READERS: dict[type, Callable[[Any], Any]] = {
    date: date.fromisoformat,
    time: time.fromisoformat,
    bytes: base64.b64decode,
}


def _from_text(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table, name, value) for name, value in row.items()}


def _value(table: Table, name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    kind = table.c[name].type
    if value is None:
        return None
    reader = _reader(kind)
    return reader(value) if reader else value


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """Find how a column's text becomes its value; a decorated type is known by its class."""
    for ours, reader in ((MoneyFen, Money), (Factor, Decimal), (Instant, datetime.fromisoformat)):
        if isinstance(kind, ours):
            return reader
    return READERS.get(kind.python_type)
