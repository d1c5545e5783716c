"""A small park as every version of the tables kept it; tests/db/rows holds the rows, one file a migration.

Whoever adds a migration that makes a table or a column writes rows for it into rows/<its number>.json: for
each table a list of rows, in the columns that there are at that version. Instants are in UTC, money is fen,
bytes are base64. The rows of earlier versions are there already, as the migrations brought them along.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Engine, MetaData, Table, insert

from booking.db.backup import _set_sequences, save
from booking.db.backup_file import FIRST_FORMAT, apply, column_reader, read
from booking.db.migrate import bring_to, changing_tables, versions

ROWS = Path(__file__).parent / "rows"
WITH_FIRST_FORMAT = ("0001", "0003", "0005")
"""Versions whose tables differ, at which backups of the first format were made."""
JSON_THEN = {"tax_lines", "seller", "buyer", "left_out", "figures", "before", "after", "terms"}

Contents = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Version:
    """A park at a version: what was in it, and its backup."""

    revision: str
    contents: Contents
    backup: Path


def bring_up(engine: Engine, revision: str) -> None:
    """Migrate what is there to a version, and put in the rows that came with it."""
    file = ROWS / f"{revision}.json"
    new: Contents = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    with changing_tables(engine) as connection:
        bring_to(connection, revision)
        tables = [Table(name, MetaData(), autoload_with=connection, resolve_fks=False) for name in new]
        for table in tables:
            for row in new[table.name]:
                put(connection, table, row)
        _set_sequences(connection, tables)


def put(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row of a file; null in a column of JSON is JSON's own, as the product writes it."""
    values = {}
    for name, value in row.items():
        assert name in table.c, f"there is no {table.name}.{name} at this version"
        column = table.c[name]
        values[name] = value if isinstance(column.type, JSON) else apply(column_reader(column), value)
    connection.execute(insert(table).values(values))


def contents(backup: Path) -> Contents:
    """Read all rows of all tables out of a backup, which says them the same way on both engines."""
    found: Contents = {}
    for kind, value in read(backup):
        if kind == "table":
            columns, rows = value["columns"], found.setdefault(value["table"], [])
        elif kind == "row":
            rows.append(dict(zip(columns, json.loads(value), strict=True)))
    for park in found.get("park", ()):
        park.pop("edition", None)  # a random number, another one in every database
    return found


def contents_of(engine: Engine, folder: Path) -> Contents:
    """Read all rows of all tables."""
    save(engine, folder / "contents.json.gz")
    return contents(folder / "contents.json.gz")


def every_version(
    engine: Engine, folder: Path, keep: Callable[[str], None] = lambda _: None
) -> dict[str, Version]:
    """Take a park through all versions, with a backup of each; `keep` may take a copy of the database."""
    made = {}
    for revision in versions():
        bring_up(engine, revision)
        backup = folder / f"{revision}.json.gz"
        save(engine, backup)
        made[revision] = Version(revision, contents(backup), backup)
        engine.dispose()
        keep(revision)
    return made


def write_first_format(version: Version, file: Path) -> None:
    """Write a backup as the first release did: rows by their columns, JSON within, factors with a point."""

    def said(name: str, value: Any) -> Any:
        match value:
            case int() if name == "factor":
                return f"{value / 10_000:g}"
            case str() if name in JSON_THEN and value is not None:
                return json.loads(value)
        return value

    lines: list[Any] = [{"format": FIRST_FORMAT, "revision": version.revision}]
    for table, rows in version.contents.items():
        lines += [[table, {name: said(name, value) for name, value in row.items()}] for row in rows]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    counts = {table: len(rows) for table, rows in version.contents.items()}
    end = {"revision": version.revision, "rows": counts, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    file.write_bytes(gzip.compress((text + json.dumps(end) + "\n").encode()))
