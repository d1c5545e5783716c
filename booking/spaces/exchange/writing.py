"""Writes rows as CSV or XLSX, such that no spreadsheet takes a name for a formula."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from booking.spaces.exchange.columns import HEADERS, KIND_WORDS, RULE, YES_WORDS, Column, ExchangeRow
from booking.spaces.exchange.reading import MOST_ROWS, RISKY
from booking.values.writing import metres_figure, minute_clock

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_csv(rows: Iterable[ExchangeRow], *, english: bool = False) -> bytes:
    """Write with a byte order mark, without which Excel shows Chinese as rubbish.

    A text that a spreadsheet would calculate gets an apostrophe in front, which reading takes off again.
    """
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_headers(english=english))
    for row in rows:
        writer.writerow([_harmless(str(value)) for value in _values(row, english=english)])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Iterable[ExchangeRow], notes: Sequence[str] = (), *, english: bool = False) -> bytes:
    """Write a workbook with the table first, and `notes` on a second sheet."""
    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = "Spaces" if english else "空间"
    _put(sheet, 1, _headers(english=english))
    for number, row in enumerate(rows, start=2):
        _put(sheet, number, _values(row, english=english))
    _dress(sheet, english=english)
    if notes:
        _write_notes(book.create_sheet("Notes" if english else "说明"), notes)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _headers(*, english: bool) -> list[str]:
    return [HEADERS[column][english] for column in Column]


BETWEEN = "、"


def _values(row: ExchangeRow, *, english: bool) -> list[str | int | Decimal]:
    said: dict[Column, Any] = {
        Column.CODE: row.code,
        Column.NAME: row.name,
        Column.NAME_EN: row.name_en,
        Column.KIND: KIND_WORDS[row.kind][english],
        Column.AREA: row.area,
        Column.CAPACITY: row.capacity,
        Column.METRES: Decimal(metres_figure(row.area_hundredths)),
        Column.EQUIPMENT: BETWEEN.join(row.equipment),
        Column.PARTS: BETWEEN.join(row.parts),
        Column.DESCRIPTION: row.description,
    }
    if row.opening is not None:
        said |= {column: _figure(column, getattr(row.opening, column.value), english) for column in RULE}
    return [said.get(column, "") for column in Column]


def _figure(column: Column, value: int, english: bool) -> str | int:  # noqa: FBT001 - which of two words
    if column in {Column.OPENS, Column.CLOSES}:
        return minute_clock(value)
    return YES_WORDS[value][english] if isinstance(value, bool) else value


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text


def _put(sheet: Worksheet, number: int, values: Sequence[str | int | Decimal]) -> None:
    for place, value in enumerate(values, start=1):
        if value == "":
            continue
        cell = sheet.cell(number, place)
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"  # a text stays a text, whatever it begins with
            cell.number_format = "@"


WIDTHS = {Column.NAME: 24, Column.EQUIPMENT: 28, Column.PARTS: 20, Column.DESCRIPTION: 36, Column.AREA: 18}


def _dress(sheet: Worksheet, *, english: bool) -> None:
    for place, column in enumerate(Column, start=1):
        head = sheet.cell(1, place)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="E0F0F2")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column, 13)
    sheet.freeze_panes = "C2"
    words = ",".join(pair[english] for pair in KIND_WORDS.values())
    choice = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
    letter = get_column_letter(list(Column).index(Column.KIND) + 1)
    choice.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    sheet.add_data_validation(choice)


def _write_notes(sheet: Worksheet, notes: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width = 100
    for number, note in enumerate(notes, start=1):
        _put(sheet, number, [note])
        sheet.cell(number, 1).alignment = Alignment(wrap_text=True)
