"""No file makes the server work for long: what is done for one is counted, and ends at a limit."""

from __future__ import annotations

import struct
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count

import pytest
from openpyxl import Workbook

from booking.spaces.exchange import reading, unpacking
from booking.spaces.exchange.reading import FileTooLarge, FileTooSlow, FileUnreadable
from booking.spaces.exchange.unpacking import (
    CHUNK,
    MOST_CELLS,
    MOST_MARKS,
    MOST_OF_REST,
    Work,
    WorkbookTooComplex,
)

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
HEAD = ("编号", "名称", "类型", "区域")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES, SHEET = "xl/styles.xml", "xl/worksheets/sheet1.xml"


def workbook():
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(("A1", "名", "工位", "A座"))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name, content, packed=None):
    """Put another part in the place of one of an honest workbook."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(packed or workbook())) as honest,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in honest.namelist():
            made.writestr(entry, content if entry == name else honest.read(entry))
    return out.getvalue()


def as_excel_writes_it(**parts):
    """Give a workbook with its texts apart, as Excel packs one; `parts` replaces texts, styles or sheet."""
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    cells = "".join(f'<c r="{letter}1" t="s"><v>{n}</v></c>' for n, letter in enumerate("ABCDE"))
    values = "".join(f'<c r="{letter}2" t="s"><v>{n}</v></c>' for n, letter in enumerate("ABCD", start=5))
    time = '<c r="E2" s="1"><v>0.375</v></c>'
    texts = "".join(f"<si><t>{text}</t></si>" for text in (*HEAD, "单独规则：开放", "A1", "工位一", "工位"))
    rich = "<si><r><rPr><b/></rPr><t>A</t></r><r><t>座</t></r></si>"
    files = {
        "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="a" '
        f'Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{related}"><sheets>'
        '<sheet name="图" sheetId="1" r:id="c"/><sheet name="表" sheetId="2" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="c" Type="{related}/chartsheet" Target="chartsheets/sheet1.xml"/>'
        f'<Relationship Id="s" Type="{related}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="t" Type="{related}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="y" Type="{related}/styles" Target="/xl/styles.xml"/></Relationships>',
        "xl/worksheets/sheet2.xml": sheet(f'<row r="1">{cells}</row><row r="2">{values}{time}</row>'),
        "xl/sharedStrings.xml": parts.get("texts", f'<sst xmlns="{MAIN}">{texts}{rich}</sst>'),
        STYLES: f'<styleSheet xmlns="{MAIN}"><cellXfs><xf/><xf numFmtId="20"/></cellXfs></styleSheet>',
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def sheet(rows, before=""):
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def read(content, work=None):
    return reading.read(content, lambda: NOW, work)


@pytest.fixture
def unread(monkeypatch):
    """Nothing that is refused for its size may have come to the reader of workbooks."""

    def never(*_given, **_more):
        pytest.fail("the workbook was parsed")

    monkeypatch.setattr(reading, "load_workbook", never)


def refused(content, refusal=WorkbookTooComplex):
    work = Work()
    assert len(content) <= reading.MOST_BYTES
    with pytest.raises(refusal):
        read(content, work)
    return work


def test_four_million_styles_are_refused_after_a_megabyte(unread):
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 4_000_000}</cellXfs></styleSheet>'
    work = refused(with_part(STYLES, styles))
    assert work.unpacked <= MOST_OF_REST + 4 * CHUNK
    assert work.marks <= MOST_MARKS + 100


@pytest.mark.parametrize(
    "part",
    [
        sheet("", before="<conditionalFormatting><cfRule/></conditionalFormatting>" * 9_000),
        sheet("<row>" + "<conditionalFormatting/>" * 30_000 + "</row>"),
        sheet("<row><c><extLst>" + "<c/>" * 30_000 + "</extLst></c></row>"),
        sheet("", before="<cols>" + "<c/>" * 30_000 + "</cols>"),
    ],
    ids=["beside the rows", "in a row", "below a stranger", "before the rows"],
)
def test_what_is_no_cell_is_few_wherever_it_stands(unread, part):
    work = refused(with_part(SHEET, part))
    assert work.marks <= MOST_MARKS + 100
    assert work.cells <= 10


def test_a_number_format_longer_than_excel_has_is_refused(unread):
    form = f'<numFmts><numFmt numFmtId="170" formatCode="{"[" * 256}"/></numFmts>'
    refused(with_part(STYLES, f'<styleSheet xmlns="{MAIN}">{form}</styleSheet>'))


def test_cells_are_counted_and_end_at_a_limit(unread):
    row = f"<row>{'<c/>' * 100}</row>"
    work = refused(with_part(SHEET, sheet(row * (MOST_CELLS // 100 + 500))))
    assert work.cells == MOST_CELLS + 1
    texts = f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * (MOST_CELLS + 500)}</sst>'
    assert refused(as_excel_writes_it(texts=texts)).cells <= MOST_CELLS + 1


def test_a_list_of_a_million_sheets_is_refused(unread):
    book = f'<workbook xmlns="{MAIN}"><sheets>{"<sheet/>" * 100_000}</sheets></workbook>'
    assert refused(with_part("xl/workbook.xml", book)).marks <= MOST_MARKS + 100


def test_a_mark_of_a_megabyte_is_refused_before_it_is_read_to_its_end(unread):
    work = refused(with_part(SHEET, sheet(f'<row spans="{"1" * 10_000_000}"/>')))
    assert work.unpacked <= unpacking.LONGEST_MARK + 8 * CHUNK


def test_a_size_that_lies_is_not_believed():
    styles = f'<styleSheet xmlns="{MAIN}">{"<xf/>" * 4_000_000}</styleSheet>'
    packed = with_part(STYLES, styles)
    truth, lie = struct.pack("<L", len(styles)), struct.pack("<L", 500)
    assert packed.count(truth) == 2, "in the part's own header and in the directory"
    assert refused(packed.replace(truth, lie), FileUnreadable).unpacked <= MOST_OF_REST


def test_entities_and_rare_packings_are_not_read():
    bomb = f'<!DOCTYPE a [<!ENTITY a "aaaa">]><styleSheet xmlns="{MAIN}">&a;</styleSheet>'
    refused(with_part(STYLES, bomb), FileUnreadable)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    refused(out.getvalue(), FileUnreadable)


def test_reading_ends_when_its_time_is_over():
    lines = "\n".join(["编号,名称,类型,区域", *(f"a{n},b,工位,c" for n in range(1900))]).encode()
    looks = count()
    with pytest.raises(FileTooSlow):
        reading.read(lines, lambda: NOW + timedelta(seconds=5 * next(looks)))
    assert next(looks) <= 2 + reading.MOST_SECONDS // 5
    assert len(read(lines).rows) == 1900


def test_a_table_of_commas_ends_at_the_same_limit():
    work = Work()
    with pytest.raises(FileTooLarge):
        read(("," * 50 + "\n").encode() * 30_000, work)
    assert work.cells <= MOST_CELLS + 51


def test_an_honest_workbook_is_read_by_little_work():
    work = Work()
    grid = read(workbook(), work)
    assert grid.headers[:4] == HEAD
    assert [row[:4] for _, row in grid.rows] == [("A1", "名", "工位", "A座")]
    assert work.unpacked < 20_000
    assert work.marks < 300


def test_texts_kept_apart_and_times_are_read_as_excel_packs_them():
    grid = read(as_excel_writes_it())
    assert grid.headers[:5] == (*HEAD, "单独规则：开放")
    assert [row[:5] for _, row in grid.rows] == [("A1", "工位一", "工位", "A座", "09:00")]
