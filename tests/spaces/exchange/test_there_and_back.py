"""An export read back changes nothing, whatever the spaces are called; spreadsheets calculate nothing."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl import load_workbook

from booking import clock
from booking.spaces import cells
from booking.spaces.exchange import reading
from booking.spaces.exchange.columns import ExchangeRow, tidy_lines
from booking.spaces.exchange.parsing import parse
from booking.spaces.exchange.planning import Present, plan
from booking.spaces.exchange.writing import write_csv, write_xlsx
from booking.spaces.models import Kind
from booking.spaces.rules import Opening

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cn", "Co"))
NASTY = st.sampled_from(
    ["=1+1", "+49", "-1层", "@SUM(A1)", "'=x", "''", '"', "a,b", "a;b", "a\tb", "是", "00"]
)


def text_of(length):
    return (
        (NASTY | st.text(LETTERS, max_size=length)).map(cells.tidy).filter(lambda text: len(text) <= length)
    )


NAMES = text_of(60).filter(bool)
CODES = text_of(20).filter(lambda text: bool(text) and not cells.BETWEEN.search(text))
THINGS = text_of(40).filter(lambda text: bool(text) and not cells.BETWEEN.search(text))
DESCRIPTIONS = st.lists(text_of(60), max_size=4).map("\n".join).map(tidy_lines)
OPENINGS = st.builds(
    Opening,
    opens_minute=st.integers(0, 12 * 60),
    closes_minute=st.integers(13 * 60, 1440),
    open_on_rest_days=st.booleans(),
    step_minutes=st.just(5),
    minimum_minutes=st.sampled_from([5, 30, 60]),
    maximum_minutes=st.integers(60, 5000),
    lead_minutes=st.integers(0, 500),
    horizon_days=st.integers(1, 730),
    buffer_minutes=st.integers(0, 60),
    needs_approval=st.booleans(),
)


def sorted_tuple(strategy, **bounds):
    return st.lists(strategy, unique=True, **bounds).map(lambda items: tuple(sorted(items)))


SPACES = st.builds(
    ExchangeRow,
    code=CODES,
    name=NAMES,
    kind=st.just(Kind.MEETING_ROOM),
    area=NAMES,
    name_en=text_of(60),
    capacity=st.integers(1, 10_000),
    area_hundredths=st.integers(0, 1_000_000_00),
    equipment=sorted_tuple(THINGS, max_size=4),
    description=DESCRIPTIONS,
    opening=st.none() | OPENINGS,
)


@st.composite
def parks(draw):
    rows = draw(st.lists(SPACES, min_size=1, max_size=6, unique_by=lambda row: row.code))
    if len(rows) > 2 and draw(st.booleans()):
        parts = tuple(sorted(row.code for row in rows[:2]))
        rows[2] = ExchangeRow(code=rows[2].code, name="组合", kind=Kind.MEETING_ROOM, area="x", parts=parts)
    return rows


def present(rows):
    return Present({row.code: row for row in rows}, areas=frozenset(row.area for row in rows))


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@pytest.mark.parametrize("english", [False, True])
@settings(max_examples=40, deadline=None)
@given(rows=parks())
def test_an_export_read_back_changes_nothing(write, english, rows):
    made = plan(parse(reading.read(write(rows, english=english), clock.now)), present(rows), lambda _code: 0)
    assert made.mistakes == ()
    assert made.changed == ()
    assert made.added == ()
    assert made.unchanged == len(rows)


@settings(max_examples=40, deadline=None)
@given(rows=parks())
def test_into_an_empty_park_an_export_adds_the_same_spaces(rows):
    made = plan(parse(reading.read(write_csv(rows), clock.now)), Present(), lambda _code: 0)
    assert [row for _, row in made.added] == rows
    assert set(made.areas) == {row.area for row in rows}


@settings(max_examples=40, deadline=None)
@given(rows=parks())
def test_no_cell_of_an_export_is_a_formula(rows):
    table = csv.reader(StringIO(write_csv(rows).decode("utf-8-sig"), newline=""))
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    sheet = load_workbook(BytesIO(write_xlsx(rows))).worksheets[0]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_row_worked_by_hand():
    """Beside the property, one file as a person would see it."""
    row = ExchangeRow(
        code="A-1",
        name="=HYPERLINK(1)",
        kind=Kind.HALL,
        area="A座",
        capacity=12,
        area_hundredths=35_50,
        equipment=("投影", "白板"),
        opening=Opening(needs_approval=True),
    )
    said = write_csv([row]).decode("utf-8-sig").splitlines()
    assert said[0].startswith("编号,名称,英文名称,类型,区域,容纳人数,面积（m²）,设备,组成部分,说明")
    assert said[1] == (
        "A-1,'=HYPERLINK(1),,会客厅,A座,12,35.5,投影、白板,,,08:00,22:00,是,15,30,720,0,60,0,是"
    )
