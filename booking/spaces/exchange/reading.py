"""Reads a file of CSV or XLSX into rows of text; knows limits and encodings, and no columns."""

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from booking.spaces.exchange.columns import tidy_lines
from booking.spaces.exchange.unpacking import MOST_CELLS, Work, repacked
from booking.values import Refusal
from booking.values.writing import minute_clock

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2000
RISKY = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(eq=False)
class FileTooLarge(Refusal):
    """More bytes or more rows than are taken at once."""

    megabytes: int = MOST_BYTES // 1024 // 1024
    rows: int = MOST_ROWS


MOST_SECONDS = 20


@dataclass(eq=False)
class FileTooSlow(Refusal):
    """Within the limits, and still not read after so many seconds."""

    seconds: int = MOST_SECONDS


@dataclass(eq=False)
class FileUnreadable(Refusal):
    """Neither CSV nor XLSX, or damaged; `old_excel` is the format before 2007, `locked` has a password."""

    old_excel: bool = False
    locked: bool = False


@dataclass(eq=False)
class FileEmpty(Refusal):
    """No row below the headers, in a workbook on its first sheet."""

    workbook: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Headers, and the rows below that say anything, each with the number a spreadsheet shows."""

    header_row: int
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read(content: bytes, clock: Callable[[], datetime], work: Work | None = None) -> Grid:
    """Read a file by what it is, whatever its name, counting what is done for it in `work`.

    Raises FileTooLarge, WorkbookTooComplex, FileTooSlow (by `clock`), FileUnreadable or FileEmpty.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    _look_at_kind(content)
    packed = content.startswith(b"PK\x03\x04")
    rows = _of_xlsx(content, work or Work()) if packed else _of_csv(content, work or Work())
    said = _said(rows, clock)
    if len(said) <= 1:
        raise FileEmpty(workbook=packed)
    number, headers = said[0]
    return Grid(number, headers, tuple(said[1:]))


OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # which a workbook with a password is packed in, too
LOCKED = "EncryptedPackage".encode("utf-16-le")
NO_TABLE = (b"<", b"{", b"%PDF", b"%!PS")  # a web page, RTF or JSON, paper: whatever it is called


def _look_at_kind(content: bytes) -> None:
    if content.startswith(OLD_EXCEL):
        locked = LOCKED in content
        raise FileUnreadable(old_excel=not locked, locked=locked)
    if content.removeprefix(BOM_UTF8).lstrip().startswith(NO_TABLE):
        raise FileUnreadable


ROWS_BETWEEN_LOOKS = 100  # at the clock


def _said(rows: Iterable[list[str]], clock: Callable[[], datetime]) -> list[tuple[int, tuple[str, ...]]]:
    """Collect the rows that say anything, with their numbers; not too many, not for too long."""
    said: list[tuple[int, tuple[str, ...]]] = []
    latest = clock() + timedelta(seconds=MOST_SECONDS)
    for number, row in enumerate(rows, start=1):
        if any(row):
            said.append((number, tuple(row)))
        if len(said) > MOST_ROWS + 1:
            raise FileTooLarge
        if number % ROWS_BETWEEN_LOOKS == 0 and clock() > latest:
            raise FileTooSlow
    return said


MOST_COLUMNS = 60
FARTHEST_ROW = 20_000  # nothing below is looked at: a file may name its millionth row alone
LONGEST_CELL = 2000


def _of_csv(content: bytes, work: Work) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise FileUnreadable
    delimiter, text = _delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in islice(reader, FARTHEST_ROW):
            work.cells += len(row)
            if work.cells > MOST_CELLS:
                raise FileTooLarge
            yield [_unescaped(cell[: LONGEST_CELL + 1]) for cell in row[:MOST_COLUMNS]]
    except csv.Error as error:
        raise FileUnreadable from error


def _decoded(content: bytes) -> str:
    unicode_text = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # as Excel calls UTF-16
    # GB 18030 is what Excel writes on a Chinese computer where one does not choose UTF-8.
    for encoding in ["utf-16"] if unicode_text else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable


DELIMITERS = ",\t;|"


def _delimiter(text: str) -> tuple[str, str]:
    """Tell what separates cells: what Excel's `sep=` line says, else what the first line has most of."""
    first, _, rest = text.partition("\n")
    if named := re.fullmatch(r"sep=(.)\r?", first):
        return named[1], rest
    bare = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=bare.count), text


def _unescaped(cell: str) -> str:
    # A leading apostrophe marks text that a spreadsheet would otherwise calculate; see writing.py.
    text = tidy_lines(cell)
    return text.removeprefix("'")


def _of_xlsx(content: bytes, work: Work) -> Iterator[list[str]]:
    try:
        yield from _cells(repacked(content, work))
    except Refusal:
        raise
    except Exception as error:  # openpyxl raises whatever the damage leads to
        raise FileUnreadable from error


def _cells(content: BytesIO) -> Iterator[list[str]]:
    book = load_workbook(content, read_only=True, keep_links=False)
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size may be a lie
    rows: Iterable[Any] = sheet.iter_rows(max_row=FARTHEST_ROW, max_col=MOST_COLUMNS)
    for row in rows:
        yield [_text(cell) for cell in row]
    book.close()


FORMULA = "\x00formula"  # a mark no file can bring: control characters are dropped from what is read


def _text(cell: Any) -> str:  # noqa: ANN401 - openpyxl's cells share no type
    if cell.data_type == "f":
        return FORMULA
    value = cell.value
    for kind, written in WRITTEN:
        if isinstance(value, kind):
            return written(value)
    return "" if value is None else tidy_lines(str(value)[: LONGEST_CELL + 1])


def _whole_or_exact(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(round(value, 6))


def _hours(value: timedelta) -> str:
    return minute_clock(int(value.total_seconds()) // 60)


WRITTEN: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: "是" if value else "否"),
    (float, _whole_or_exact),
    (timedelta, _hours),
    ((datetime, time), lambda value: f"{value:%H:%M}"),
)
"""How a spreadsheet's values are written as people type them; the rest are texts and whole numbers."""
