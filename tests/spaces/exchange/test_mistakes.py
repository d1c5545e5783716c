"""Every mistake of a file is named by row and column; without a single one the file is read."""

from __future__ import annotations

import zipfile
from datetime import time
from io import BytesIO

import pytest
from openpyxl import Workbook

from booking import clock
from booking.spaces.exchange import reading
from booking.spaces.exchange.columns import RULE, Column, ExchangeRow, MistakeKind, nearest_header
from booking.spaces.exchange.parsing import parse
from booking.spaces.exchange.planning import Present, plan
from booking.spaces.exchange.reading import FileEmpty, FileTooLarge, FileUnreadable
from booking.spaces.exchange.unpacking import MOST_ENTRIES, MOST_UNPACKED, WorkbookTooComplex
from booking.spaces.models import Kind

HEAD = "编号,名称,类型,区域"
RULE_HEAD = HEAD + (
    ",单独规则：开放,单独规则：关闭,单独规则：休息日开放,单独规则：刻度（分钟）,单独规则：最短（分钟）"
    ",单独规则：最长（分钟）,单独规则：至少提前（分钟）,单独规则：最多提前（天）,单独规则：用后留空（分钟）"
    ",单独规则：须批准"
)


def file(*lines):
    return "\n".join(lines).encode()


def mistakes(content, present=None, still_booked=0):
    made = plan(parse(reading.read(content, clock.now)), present or Present(), lambda _code: still_booked)
    return [(mistake.row, mistake.column, mistake.problem) for mistake in made.mistakes]


def added(content):
    made = plan(parse(reading.read(content, clock.now)), Present(), lambda _code: 0)
    assert not made.mistakes
    return [row for _, row in made.added]


WRONG = [
    ([HEAD + ",价格", "a,b,工位,c,1"], [(1, None, MistakeKind.UNKNOWN_HEADER)]),
    ([HEAD + ",名称", "a,b,工位,c,b"], [(1, Column.NAME, MistakeKind.HEADER_TWICE)]),
    (["编号,名称,类型", "a,b,工位"], [(1, Column.AREA, MistakeKind.HEADER_MISSING)]),
    ([HEAD, "a,b,工位,c,多了"], [(2, None, MistakeKind.CELL_WITHOUT_HEADER)]),
    ([HEAD, ",b,工位,c"], [(2, Column.CODE, MistakeKind.MISSING)]),
    ([HEAD, "a,b,工位,c", "", "d,,沙发,"], [
        (4, Column.NAME, MistakeKind.MISSING),
        (4, Column.KIND, MistakeKind.NOT_A_KIND),
        (4, Column.AREA, MistakeKind.MISSING),
    ]),
    ([HEAD, f"{'x' * 21},b,工位,c"], [(2, Column.CODE, MistakeKind.TOO_LONG)]),
    ([HEAD, '"a,b",b,工位,c'], [(2, Column.CODE, MistakeKind.SEPARATOR)]),
    ([HEAD, "a,b,工位,c", "x,y,工位,c", "a,b2,工位,c"], [(4, Column.CODE, MistakeKind.CODE_TWICE)]),
    ([HEAD + ",人数", "a,b,工位,c,两人"], [(2, Column.CAPACITY, MistakeKind.NOT_A_NUMBER)]),
    ([HEAD + ",人数", "a,b,工位,c,0"], [(2, Column.CAPACITY, MistakeKind.OUT_OF_RANGE)]),
    ([HEAD + ",人数", "a,b,工位,c,-3"], [(2, Column.CAPACITY, MistakeKind.NOT_A_NUMBER)]),
    ([HEAD + ",面积", "a,b,工位,c,35.555"], [(2, Column.METRES, MistakeKind.NOT_METRES)]),
    ([HEAD + ",设备", f"a,b,工位,c,{'x' * 41}"], [(2, Column.EQUIPMENT, MistakeKind.TOO_LONG)]),
    ([HEAD + ",设备", "a,b,工位,c," + "、".join(map(str, range(31)))], [
        (2, Column.EQUIPMENT, MistakeKind.TOO_MANY)
    ]),
    ([HEAD + ",组成", "a,b,工位,c,x"], [(2, Column.PARTS, MistakeKind.PART_ALONE)]),
    ([HEAD + ",组成", "a,b,工位,c,x、y", "x,b,工位,c,", "z,b,工位,c,"], [
        (2, Column.PARTS, MistakeKind.PART_UNKNOWN)
    ]),
    ([HEAD + ",组成", "a,b,工位,c,x、y", "x,b,工位,c,", "y,b,会议室,c,"], [
        (2, Column.PARTS, MistakeKind.PART_UNFIT)
    ]),
    ([HEAD + ",组成", "a,b,工位,c,x、a", "x,b,工位,c,"], [
        (2, Column.PARTS, MistakeKind.PART_OF_OTHERS),
        (2, Column.PARTS, MistakeKind.PART_UNFIT),
    ]),
    ([HEAD + ",单独规则：开放", "a,b,工位,c,08:00"], [
        (1, column, MistakeKind.HEADER_MISSING) for column in RULE if column is not Column.OPENS
    ]),
    ([RULE_HEAD, "a,b,工位,c,08:00,,是,15,30,720,0,60,0,否"], [
        (2, Column.CLOSES, MistakeKind.RULE_INCOMPLETE)
    ]),
    ([RULE_HEAD, "a,b,工位,c,8点,22:00,也许,15,30,720,0,60,0,否"], [
        (2, Column.OPENS, MistakeKind.NOT_A_TIME),
        (2, Column.REST_DAYS, MistakeKind.NOT_YES_OR_NO),
    ]),
    ([RULE_HEAD, "a,b,工位,c,22:00,08:00,是,15,30,720,0,60,0,否"], [
        (2, Column.CLOSES, MistakeKind.REFUSED)
    ]),
    ([RULE_HEAD, "a,b,工位,c,08:00,22:00,是,15,40,720,0,60,0,否"], [
        (2, Column.MINIMUM, MistakeKind.REFUSED)
    ]),
    ([RULE_HEAD, "a,b,工位,c,08:00,22:00,是,15,30,720,0,9999,0,否"], [
        (2, Column.HORIZON, MistakeKind.OUT_OF_RANGE)
    ]),
]  # fmt: skip


def test_wrong_headers_are_told_all_at_once_with_what_the_other_columns_say():
    """An unknown header is no reason to keep silent about the rows, nor to blame them for it."""
    lines = ["编号,名稱,类形,人数,价格,编号", "R1,星火,会议室,十,8,R1", ",燎原,仓库,3,,"]
    made = plan(parse(reading.read(file(*lines), clock.now)), Present(), lambda _code: 0)
    assert [(one.row, one.column, one.problem, one.header, one.other) for one in made.mistakes] == [
        (1, Column.CODE, MistakeKind.HEADER_TWICE, "编号", ""),
        (1, Column.NAME, MistakeKind.HEADER_MISSING, "", ""),
        (1, Column.KIND, MistakeKind.HEADER_MISSING, "", ""),
        (1, Column.AREA, MistakeKind.HEADER_MISSING, "", ""),
        (1, None, MistakeKind.UNKNOWN_HEADER, "名稱", "名称"),
        (1, None, MistakeKind.UNKNOWN_HEADER, "类形", "类型"),
        (1, None, MistakeKind.UNKNOWN_HEADER, "价格", ""),
        (2, Column.CAPACITY, MistakeKind.NOT_A_NUMBER, "", ""),
        (3, Column.CODE, MistakeKind.MISSING, "", ""),
    ]
    assert made.columns == (Column.CODE, Column.CAPACITY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Capcity", "Capacity"),
        ("空间名", "空间名称"),
        ("使用面积", "面积"),
        ("Own rule opens", "Own rule: opens"),
        ("Price", ""),
        ("楼层", ""),
        ("x" * 2000, ""),
    ],
)
def test_the_nearest_header_is_guessed_and_none_where_none_is_near(typed, meant):
    assert nearest_header(typed, ()) == meant


def test_a_row_with_a_mistake_is_not_called_unknown_as_a_part():
    lines = [HEAD + ",组成", "a,b,工位,c,x、y", "x,b,沙发,c,", "y,b,工位,c,"]
    assert mistakes(file(*lines)) == [(3, Column.KIND, MistakeKind.NOT_A_KIND)]


@pytest.mark.parametrize(("lines", "expected"), WRONG)
def test_a_mistake_is_named_by_row_and_column(lines, expected):
    assert mistakes(file(*lines)) == expected


def test_a_row_number_is_the_one_a_spreadsheet_shows():
    """Empty rows count, and a cell of two lines is one row."""
    lines = ["", HEAD + ",说明", 'a,b,工位,c,"两\n行"', "", "x,b,沙发,c,"]
    assert mistakes(file(*lines)) == [(5, Column.KIND, MistakeKind.NOT_A_KIND)]


HELD = ExchangeRow("a", "b", Kind.WORKSTATION, "c", capacity=3, equipment=("灯",), parts=("x", "y"))
PARK = Present(
    {
        "a": HELD,
        "x": ExchangeRow("x", "x", Kind.WORKSTATION, "c"),
        "y": ExchangeRow("y", "y", Kind.WORKSTATION, "c"),
    },
    retired=frozenset({"old"}),
    areas=frozenset({"c"}),
)


def test_what_contradicts_the_park_is_named_too():
    assert mistakes(file(HEAD, "a,b,会议室,c"), PARK)[0] == (2, Column.KIND, MistakeKind.KIND_FIXED)
    assert mistakes(file(HEAD, "old,b,工位,c"), PARK) == [(2, Column.CODE, MistakeKind.RETIRED)]
    lines = [HEAD + ",组成", "x,x,工位,c,y、z", "z,z,工位,c,"]
    assert mistakes(file(*lines), PARK) == [
        (2, Column.PARTS, MistakeKind.PART_OF_OTHERS),
    ]


def test_parts_change_only_while_nothing_is_booked():
    lines = [HEAD + ",组成", "a,b,工位,c,"]
    assert mistakes(file(*lines), PARK, still_booked=2) == [(2, Column.PARTS, MistakeKind.PARTS_BOOKED)]
    assert mistakes(file(*lines), PARK) == []


def test_a_column_left_out_changes_nothing_and_an_emptied_cell_empties():
    made = plan(parse(reading.read(file(HEAD, "a,b,工位,c"), clock.now)), PARK, lambda _code: 0)
    assert made.unchanged == 1
    lines = file(HEAD + ",设备,人数", "a,新名,工位,新区,,")
    made = plan(parse(reading.read(lines, clock.now)), PARK, lambda _code: 0)
    change = made.changed[0]
    assert change.columns == ("name", "area", "capacity", "equipment")
    assert (change.after.equipment, change.after.capacity, change.after.parts) == ((), 1, ("x", "y"))
    assert made.areas == ("新区",)


GOOD = "编号;名称;类型;区域;面积;设备\nA1;靠窗，安静;工位;A座;３.5;灯、椅\n"
ROW = ExchangeRow("A1", "靠窗，安静", Kind.WORKSTATION, "A座", area_hundredths=3_50, equipment=("椅", "灯"))


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("gb18030"),
        GOOD.encode("utf-16"),
        GOOD.replace(";", ",").encode("gb18030"),
        GOOD.replace(";", "\t").encode("utf-16"),
        GOOD.replace("\n", "\r\n").encode(),
        ("sep=;\r\n" + GOOD).encode(),
        GOOD.replace("编号;名称;类型;区域;面积", "CODE;Name;kind; Area ;Floor area (m²)").encode(),
        GOOD.replace("工位", "Workstation").encode(),
    ],
    ids=range(10),
)
def test_files_of_every_usual_make_say_the_same(content):
    assert added(content) == [ROW]


def workbook(*rows, **cells_at):
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for place, value in cells_at.items():
        sheet[place] = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_spreadsheets_own_numbers_and_times_are_read():
    head = RULE_HEAD.split(",")
    row = ["A1", "名", "工位", "A座", time(8), time(22), True, 15.0, 30, 720, 0, 60, 0, "否"]
    opening = added(workbook(head, row))[0].opening
    assert (opening.opens_minute, opening.closes_minute, opening.open_on_rest_days) == (480, 1320, True)


def test_a_formula_is_a_mistake_and_not_its_last_result():
    content = workbook(HEAD.split(","), ["A1", "=1+1", "工位", "A座"])
    assert mistakes(content) == [(2, Column.NAME, MistakeKind.FORMULA)]


def test_a_number_as_code_is_read_as_it_looks():
    assert added(workbook(HEAD.split(","), [301, 5.0, "会议室", "A座"]))[0].code == "301"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileEmpty),
        (HEAD.encode(), FileEmpty),
        (b"\n\n,,,\n", FileEmpty),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", FileUnreadable),
        (b"\x89PNG\r\n\x1a\n\x00\x00", FileUnreadable),
        (b"\xff\xff\xff", FileUnreadable),
        (b"PK\x03\x04 and then nothing", FileUnreadable),
        (HEAD.encode() + b'\n"a,b', FileUnreadable),
        (f"<html>\n<table>\n<tr><td>{HEAD}".encode(), FileUnreadable),
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", FileUnreadable),
        (b'\xef\xbb\xbf{"a":\n1}', FileUnreadable),
        (b"x" * (reading.MOST_BYTES + 1), FileTooLarge),
        ((HEAD + "\n" + "a,b,c,d\n" * 2001).encode(), FileTooLarge),
    ],
    ids=range(13),
)
def test_what_is_no_table_is_refused(content, refusal):
    with pytest.raises(refusal):
        reading.read(content, clock.now)


def test_two_thousand_rows_are_taken():
    lines = [HEAD, *(f"a{number},b,工位,c" for number in range(2000))]
    assert len(added(file(*lines))) == 2000


def packed(**files):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
WORDS = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"


def with_part(name, change):
    """Give a good workbook, one part of which is changed; the part of None means all of them."""
    with zipfile.ZipFile(BytesIO(workbook(HEAD.split(","), ["A1", "名", "工位", "A座"]))) as good:
        parts = {part: good.read(part) for part in good.namelist()}
    return packed(**{part: change(had) if name in {part, None} else had for part, had in parts.items()})


DAMAGE = {
    "emptied": lambda _had: b"<worksheet/>",
    "without its table": lambda had: had.replace(b"sheetData", b"sheetDate"),
    "in no words": lambda had: had.replace(b' xmlns="' + WORDS + b'"', b""),
    "in other words": lambda had: had.replace(WORDS, b"urn:other"),
    "cut": lambda had: had[: len(had) // 2],
    "nothing": lambda _had: b"",
}


@pytest.mark.parametrize("damaged", DAMAGE)
def test_a_damaged_workbook_is_called_damaged_and_not_empty(damaged):
    with pytest.raises(FileUnreadable):
        reading.read(with_part(SHEET, DAMAGE[damaged]), clock.now)


def test_a_workbook_in_the_strict_words_is_read_like_any_other():
    assert len(added(with_part(None, lambda had: had.replace(WORDS, STRICT)))) == 1


def test_a_table_on_the_second_sheet_is_said_to_be_there():
    book = Workbook()
    book.create_sheet("空间").append(HEAD.split(","))
    out = BytesIO()
    book.save(out)
    with pytest.raises(FileEmpty) as refused:
        reading.read(out.getvalue(), clock.now)
    assert refused.value.workbook


def test_a_locked_workbook_is_not_called_an_old_one():
    with pytest.raises(FileUnreadable) as refused:
        reading.read(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), clock.now)
    assert (refused.value.locked, refused.value.old_excel) == (True, False)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = packed(bomb="0" * (MOST_UNPACKED + 1))
    assert len(bomb) < reading.MOST_BYTES
    with pytest.raises(WorkbookTooComplex):
        reading.read(bomb, clock.now)
    with pytest.raises(WorkbookTooComplex):
        reading.read(packed(**{str(number): "" for number in range(MOST_ENTRIES + 1)}), clock.now)
    with pytest.raises(FileUnreadable):
        reading.read(packed(something="else"), clock.now)


def test_a_sheet_that_lies_about_its_size_is_read_all_the_same():
    content = workbook(HEAD.split(","), ["A1", "名", "工位", "A座"], XFD1="价格")
    assert mistakes(content) == []
    far = workbook(HEAD.split(","), ["A1", "名", "工位", "A座"], A15000="只有编号")
    assert {row for row, _, _ in mistakes(far)} == {15000}
