"""A backup on disk: lines of JSON, gzipped, with a checksum at the end; written whole or not at all.

The first line says what it is and at which version its tables were. Then for each table a line with its
columns and a line for each row. The last says how many rows there were and the SHA-256 of all lines before.
"""

import base64
import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import JSON, Column, Date, DateTime, Integer, LargeBinary, Numeric, Time

from booking.db.base import FACTOR_SCALE


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


class Lines:
    """Writes lines of JSON and computes their SHA-256."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()

    def put(self, value: object) -> None:
        """Write a line."""
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._digest.update(line)
        self._out.write(line)

    def end(self, backup: Backup) -> None:
        """Write the last line, with the number of rows and the checksum."""
        self.put({"revision": backup.revision, "rows": backup.rows, "sha256": self._digest.hexdigest()})


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """Give a temporary file to write to; at the end it is synced and renamed to the file's own name.

    Only its owner may read it at any time. Nothing is left after an error.
    """
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        _sync(part)
        part.replace(file)
        _sync(file.parent)
    finally:
        part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Flush a file, or a folder's entries, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


COMPRESSION: Final = 6


@contextmanager
def lines_into(part: Path) -> Iterator[Lines]:
    """Open a gzipped file for writing lines."""
    with gzip.open(part, "wb", compresslevel=COMPRESSION) as out:
        yield Lines(out)  # type: ignore[arg-type]  # gzip's file lacks a method no writer here calls


def check(file: Path) -> Backup:
    """Read a backup to its end; raises BackupError where it is damaged or cut short."""
    for kind, value in read(file):
        if kind == "end":
            return Backup(**value)
    raise BackupError(f"{file} ends too early; take another backup")


def read(file: Path) -> Iterator[tuple[str, Any]]:
    """Give ("start" or "table", facts), ("row", its line), and ("end", facts) once the checksum is right."""
    digest = hashlib.sha256()
    try:
        with gzip.open(file, "rb") as lines:
            first = next(lines, b"")
            yield "start", _opening(file, first)
            digest.update(first)
            for line in lines:
                kind, value = _told(line)
                if kind == "end" and value.pop("sha256") != digest.hexdigest():
                    raise BackupError(f"{file} is damaged: its sum is wrong")
                yield kind, value
                digest.update(line)
    except (OSError, EOFError, zlib.error, ValueError, AttributeError, KeyError) as error:
        raise BackupError(f"{file} cannot be read: {error}") from error


FORMAT: Final = "booking backup 2"
FIRST_FORMAT: Final = "booking backup 1"
"""The earlier format, still read: rows are objects by column name, values as the types of then wrote them."""


def _opening(file: Path, line: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(line or b"{}")
    if facts.get("format") not in {FORMAT, FIRST_FORMAT}:
        raise BackupError(f"{file} is no backup of this product, or one of a newer version of it")
    return facts


def _told(line: bytes) -> tuple[str, Any]:
    if line.startswith(b"["):
        return "row", line
    facts = json.loads(line)
    return ("table" if "table" in facts else "end"), facts


Conversion = Callable[[Any], Any]


def writer(column: Column[Any]) -> Conversion | None:
    """Give the function that makes a column's values JSON-able; None where they are."""
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


def column_reader(column: Column[Any]) -> Conversion | None:
    """Give the function that reads them back; None where there is nothing to do."""
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


def first_reader(column: Column[Any]) -> Conversion | None:
    """The same for a backup of the first format, where JSON was not text, and factors were decimals.

    It could not tell JSON's null from SQL's; the product writes JSON's.
    """
    match column.type:
        case JSON():
            return json.dumps
        case Integer():
            return _whole_number
    return column_reader(column)


def apply(way: Conversion | None, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Convert one value; None stays None, unless it is JSON's null."""
    return value if way is None or (value is None and way is not json.dumps) else way(value)


def _instant_to_text(value: datetime) -> str:
    """SQLite gives naive instants in UTC, PostgreSQL aware ones in the connection's zone."""
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _moment_to_text(value: date | time) -> str:
    return value.isoformat()


def _bytes_to_text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _instant_in_utc(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)


def _whole_number(value: int | str) -> int:
    return int(Decimal(value) * FACTOR_SCALE) if isinstance(value, str) else value
