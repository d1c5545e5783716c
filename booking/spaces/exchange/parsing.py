"""Reads the rows of a grid as spaces; pure, and every mistake names its row and column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from booking.spaces import cells, rules
from booking.spaces.exchange.columns import (
    HEADERS,
    REQUIRED,
    RULE,
    Column,
    Mistake,
    MistakeKind,
    column_of,
    nearest_header,
)
from booking.spaces.exchange.reading import FORMULA, Grid
from booking.spaces.models import Kind
from booking.spaces.rules import RANGES, BadRule, Opening, check_opening


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What one row says, by column; columns the table does not have are not in it.

    `opening` is the whole rule, or None where all its cells are empty; `has_rule` tells whether the
    table has its columns at all.
    """

    number: int
    values: Mapping[Column, Any]
    has_rule: bool = False
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """The rows that could be read, all mistakes, and the columns that the table has."""

    rows: tuple[ReadRow, ...]
    mistakes: tuple[Mistake, ...]
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class _Head:
    """The column of each place, and the places whose header nobody knows or comes a second time."""

    columns: Mapping[int, Column]
    passed_over: frozenset[int]


def parse(grid: Grid) -> Parsed:
    """Read every row, and find every mistake that can be found without knowing the park.

    Where headers are wrong, what stands under the others is judged all the same.
    """
    head, mistakes = _head(grid)
    rows = []
    first_rows: dict[str, int] = {}
    for number, texts in grid.rows:
        row = _row(number, texts, head, mistakes)
        code = row.values.get(Column.CODE) or ""
        if code and (first := first_rows.setdefault(code, number)) != number:
            mistakes.append(
                Mistake(number, Column.CODE, MistakeKind.CODE_TWICE, typed=code, other=str(first))
            )
        rows.append(row)
    return Parsed(tuple(rows), tuple(mistakes), tuple(head.columns.values()))


def _head(grid: Grid) -> tuple[_Head, list[Mistake]]:
    columns: dict[int, Column] = {}
    passed_over, mistakes, top = {}, [], grid.header_row
    for place, header in enumerate(grid.headers):
        column = column_of(header)
        if column is None and header:
            passed_over[place] = _short(header).replace(FORMULA, "=")
        elif column in columns.values():
            passed_over[place] = ""
            mistakes.append(Mistake(top, column, MistakeKind.HEADER_TWICE, header=header))
        elif column is not None:
            columns[place] = column
    found = set(columns.values())
    for header in filter(None, passed_over.values()):
        guess = nearest_header(header, found)
        mistakes.append(Mistake(top, None, MistakeKind.UNKNOWN_HEADER, header=header, other=guess))
    needed = [*REQUIRED, *(RULE if found & set(RULE) else ())]
    mistakes += [Mistake(top, column, MistakeKind.HEADER_MISSING) for column in needed if column not in found]
    return _Head(columns, frozenset(passed_over)), mistakes


IF_EMPTY: dict[Column, Any] = {
    Column.CAPACITY: 1,
    Column.METRES: 0,
    Column.EQUIPMENT: (),
    Column.PARTS: (),
}


def _row(number: int, texts: tuple[str, ...], head: _Head, mistakes: list[Mistake]) -> ReadRow:
    values: dict[Column, Any] = {}
    given: dict[Column, str] = {}
    for place, text in enumerate(texts):
        if column := head.columns.get(place):
            given[column] = text
        elif text and place not in head.passed_over:
            mistakes.append(Mistake(number, None, MistakeKind.CELL_WITHOUT_HEADER, typed=_shown(text)))
    for column in head.columns.values():
        text = given.get(column, "")
        wrong = _wrong(column, text) if text else _empty(column)
        if wrong is not None:
            mistakes.append(_at(number, column, text, wrong))
        elif text or column not in RULE:
            values[column] = READ[column](text) if text else IF_EMPTY.get(column, "")
    has_rule = set(RULE) <= set(head.columns.values())
    opening = _opening(number, given, values, mistakes) if has_rule else None
    return ReadRow(number, values, has_rule, opening)


def _at(number: int, column: Column, text: str, wrong: Mistake) -> Mistake:
    return Mistake(
        number,
        column,
        wrong.problem,
        typed=_shown(text),
        lowest=wrong.lowest,
        limit=wrong.limit,
    )


def _shown(text: str) -> str:
    return "=" if text == FORMULA else _short(text)


def _short(text: str) -> str:
    return text if len(text) <= rules.NAME_LENGTH else f"{text[: rules.NAME_LENGTH]}…"


def _empty(column: Column) -> Mistake | None:
    return Mistake(0, column, MistakeKind.MISSING) if column in REQUIRED else None


LENGTHS = {
    Column.CODE: rules.CODE_LENGTH,
    Column.NAME: rules.NAME_LENGTH,
    Column.NAME_EN: rules.NAME_LENGTH,
    Column.AREA: rules.NAME_LENGTH,
    Column.DESCRIPTION: rules.DESCRIPTION_LENGTH,
}
FIGURES = {Column.CAPACITY: (1, rules.MOST_SEATS)} | {
    Column(figure): bounds for figure, bounds in RANGES.items() if not figure.startswith(("opens", "closes"))
}


def _wrong(column: Column, text: str) -> Mistake | None:
    """Tell what is wrong with a cell that is not empty."""
    if text == FORMULA:
        return Mistake(0, column, MistakeKind.FORMULA)
    if column in LENGTHS and len(text) > LENGTHS[column]:
        return Mistake(0, column, MistakeKind.TOO_LONG, limit=LENGTHS[column])
    if column is Column.CODE and cells.BETWEEN.search(text):
        return Mistake(0, column, MistakeKind.SEPARATOR)
    if READ[column](text) is None:
        return Mistake(0, column, UNREADABLE[column])
    if column in FIGURES:
        lowest, highest = FIGURES[column]
        if not lowest <= cast("int", READ[column](text)) <= highest:
            return Mistake(0, column, MistakeKind.OUT_OF_RANGE, lowest=lowest, limit=highest)
    return _wrong_list(column, text) if column is Column.EQUIPMENT else None


def _wrong_list(column: Column, text: str) -> Mistake | None:
    names = cells.split_names(text)
    if len(names) > rules.MOST_EQUIPMENT:
        return Mistake(0, column, MistakeKind.TOO_MANY, limit=rules.MOST_EQUIPMENT)
    if any(len(name) > rules.EQUIPMENT_LENGTH for name in names):
        return Mistake(0, column, MistakeKind.TOO_LONG, limit=rules.EQUIPMENT_LENGTH)
    return None


def _opening(
    number: int, given: Mapping[Column, str], values: Mapping[Column, Any], mistakes: list[Mistake]
) -> Opening | None:
    """Make the rule of a row of all its cells, or none of them."""
    filled = [column for column in RULE if given.get(column)]
    if not filled:
        return None
    empty = [column for column in RULE if not given.get(column)]
    mistakes += [Mistake(number, column, MistakeKind.RULE_INCOMPLETE) for column in empty]
    if any(column not in values for column in RULE):
        return None
    opening = Opening(**{column.value: values[column] for column in RULE})
    try:
        check_opening(opening, by_day=values.get(Column.KIND) is Kind.STORAGE)
    except BadRule as refusal:
        column = Column(refusal.figure)
        mistakes.append(Mistake(number, column, MistakeKind.REFUSED, typed=given[column], refusal=refusal))
    return opening


def _one_line(text: str) -> str:
    return cells.tidy(text)


def _as_it_is(text: str) -> str:
    return text


READ: dict[Column, Callable[[str], Any]] = {
    **dict.fromkeys((Column.CODE, Column.NAME, Column.NAME_EN, Column.AREA), _one_line),
    Column.KIND: cells.kind,
    Column.METRES: cells.hundredths,
    Column.EQUIPMENT: cells.split_names,
    Column.PARTS: cells.split_names,
    Column.DESCRIPTION: _as_it_is,
    Column.OPENS: cells.minute,
    Column.CLOSES: cells.minute,
    Column.REST_DAYS: cells.yes_or_no,
    Column.APPROVAL: cells.yes_or_no,
    **dict.fromkeys(FIGURES, cells.whole_number),
}
"""How each column is read; None is what cannot be read."""

UNREADABLE: dict[Column, MistakeKind] = {
    Column.KIND: MistakeKind.NOT_A_KIND,
    Column.METRES: MistakeKind.NOT_METRES,
    Column.OPENS: MistakeKind.NOT_A_TIME,
    Column.CLOSES: MistakeKind.NOT_A_TIME,
    Column.REST_DAYS: MistakeKind.NOT_YES_OR_NO,
    Column.APPROVAL: MistakeKind.NOT_YES_OR_NO,
    **dict.fromkeys(FIGURES, MistakeKind.NOT_A_NUMBER),
}

if set(READ) != set(HEADERS):
    raise TypeError("every column is read in some way")
