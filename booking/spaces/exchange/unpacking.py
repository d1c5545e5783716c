"""Unpacks a workbook by counted work, so that no parser gets more than was counted before.

A few hundred kilobytes can hold four million styles, for which a reader of workbooks takes minutes and a
gigabyte. So the parts that matter are unpacked here, counted byte by byte and element by element as they come
(what the archive says of their sizes is not believed), and packed anew under names of our own: the reader
meets nothing else of the file, whatever its lists and links say.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from booking.values import Refusal

MOST_CELLS = 100_000
MOST_ELEMENTS = 3 * MOST_CELLS  # of which cells are made


@dataclass(eq=False)
class WorkbookTooComplex(Refusal):
    """More cells, styles or other parts than a table of spaces needs."""

    cells: int = MOST_CELLS


class Damaged(Exception):  # noqa: N818 - a fact about the file, caught by name where it is read
    """No workbook, or one that cannot be read."""


@dataclass(slots=True)
class Work:
    """What was done for a file so far; the limits are on these counts."""

    unpacked: int = 0
    marks: int = 0
    elements: int = 0
    cells: int = 0


LONGEST_FORMAT = (
    255  # letters of a number format, as Excel has it; a long one costs its square for each style
)
MOST_MARKS = 10_000  # elements of a part that are no cells: styles, columns, conditions
LONGEST_MARK = 256 * 1024
CELL_PARTS = frozenset({
    "row", "c", "v", "f", "is", "t", "si", "r", "rPr", "rPh", "phoneticPr",
    "b", "i", "u", "sz", "color", "rFont", "family", "charset", "scheme", "strike", "vertAlign",
})  # fmt: skip
TABLE_WORDS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_WORDS = "http://purl.oclc.org/ooxml/spreadsheetml/main"  # of "Strict Open XML"; no reader knows them


class Counter:
    """Counts a part's elements while they come; `bulk` names the element that holds the cells, if one does.

    Only what cells are made of, inside that element, is counted as cells; everything else, and everything
    below it, is few in an honest file.
    """

    def __init__(self, work: Work, bulk: str = "", cell_depth: int = 0) -> None:
        """Begin a part."""
        self.work, self.bulk, self.cell_depth = work, bulk, cell_depth
        self.depth = self.within = self.strange = self.marks = 0
        self.met_bulk = not bulk
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.fed = 0

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Count what comes next; raises WorkbookTooComplex at the first element too many, and Damaged.

        A part without its bulk, or in words that no reader knows, would be taken for an empty one.
        """
        try:
            self.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise Damaged from error
        if last and not self.met_bulk:
            raise Damaged
        self.fed += len(chunk)
        if not last and self.fed - self.parser.CurrentByteIndex > LONGEST_MARK:
            raise WorkbookTooComplex

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(attributes.get("formatCode", "")) > LONGEST_FORMAT:
            raise WorkbookTooComplex
        self.depth += 1
        words, _, name = name.rpartition(" ")
        if self.within and not self.strange and name not in CELL_PARTS:
            self.strange = self.depth
        if self.within and not self.strange:
            self.work.elements += 1
            self.work.cells += self.depth == self.within + self.cell_depth
        else:
            self.work.marks += 1
            self.marks += 1
        if not self.within and name == self.bulk and words in {TABLE_WORDS, STRICT_WORDS}:
            self.within, self.met_bulk = self.depth, True
        if max(self.work.elements // 3, self.work.cells, self.marks * MOST_CELLS // MOST_MARKS) > MOST_CELLS:
            raise WorkbookTooComplex

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if self.depth < self.strange:
            self.strange = 0
        if self.depth < self.within:
            self.within = 0

    @staticmethod
    def _doctype(*_said: object) -> None:
        raise Damaged


def repacked(content: bytes, work: Work) -> BytesIO:
    """Give a workbook of the first sheet alone, with its texts and styles.

    Raises Damaged, and WorkbookTooComplex at the first byte or element too many.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            _look_at_directory(packed)
            return _packed_anew(packed, work)
    except (zipfile.BadZipFile, KeyError, ET.ParseError, RuntimeError, EOFError, ValueError) as error:
        raise Damaged from error


MOST_ENTRIES = 300
MOST_UNPACKED = 40 * 1024 * 1024  # as the archive's directory says, before anything is unpacked
PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def _look_at_directory(packed: zipfile.ZipFile) -> None:
    entries = packed.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise WorkbookTooComplex
    if any(entry.compress_type not in PLAIN for entry in entries):
        raise Damaged


CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{0}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{0}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{0}.styles+xml"/>{1}
</Types>"""
STRINGS_TYPE = '<Override PartName="/xl/sharedStrings.xml" ContentType="{0}.sharedStrings+xml"/>'
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = f"""<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="{TABLE_WORDS}" xmlns:r="{RELATED}">
<workbookPr date1904="{{0}}"/><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>"""
RELATIONS = f"""<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATED}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""


def _packed_anew(packed: zipfile.ZipFile, work: Work) -> BytesIO:
    book = _target(packed, work, "_rels/.rels", "officeDocument") or "xl/workbook.xml"
    folder, name = posixpath.split(book)
    relations = f"{folder}/_rels/{name}.rels"
    tree = ET.fromstring(_small(packed, work, book))  # noqa: S314 - counted, and without a DOCTYPE
    sheet = _first_sheet(packed, work, tree, relations, folder)
    strings = _target(packed, work, relations, "sharedStrings", folder)
    styles = _target(packed, work, relations, "styles", folder)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as anew:
        strings_type = STRINGS_TYPE.format(SPREADSHEET) if strings else ""
        anew.writestr("[Content_Types].xml", CONTENT_TYPES.format(SPREADSHEET, strings_type))
        anew.writestr("xl/workbook.xml", WORKBOOK.format(int(_since_1904(tree))))
        anew.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        anew.writestr("xl/worksheets/sheet1.xml", _table(packed, work, sheet, "sheetData", 2))
        if strings:
            anew.writestr("xl/sharedStrings.xml", _table(packed, work, strings, "sst", 1))
        if styles:
            anew.writestr("xl/styles.xml", _small(packed, work, styles))
    return out


def _first_sheet(packed: zipfile.ZipFile, work: Work, tree: ET.Element, relations: str, folder: str) -> str:
    sheets = dict(_related(packed, work, relations, "worksheet", folder))
    for element in tree.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            named = (value for key, value in element.attrib.items() if key.endswith("}id"))
            if target := sheets.get(next(named, "")):
                return target
    raise Damaged


def _since_1904(tree: ET.Element) -> bool:
    return any(element.get("date1904") in {"1", "true"} for element in tree.iter())


def _target(packed: zipfile.ZipFile, work: Work, relations: str, kind: str, folder: str = "") -> str:
    return next((target for _, target in _related(packed, work, relations, kind, folder)), "")


def _related(
    packed: zipfile.ZipFile, work: Work, relations: str, kind: str, folder: str
) -> Iterator[tuple[str, str]]:
    """Give id and name of the parts of a kind that a list of relations leads to."""
    tree = ET.fromstring(_small(packed, work, relations))  # noqa: S314 - counted, and without a DOCTYPE
    for element in tree.iter():
        if element.get("Type", "").rpartition("/")[2] == kind:
            target = element.get("Target", "")
            name = posixpath.normpath(target if target.startswith("/") else f"/{folder}/{target}")
            yield element.get("Id", ""), name.lstrip("/")


MOST_OF_REST = 1024 * 1024  # bytes of any other part: styles, the list of sheets


def _small(packed: zipfile.ZipFile, work: Work, name: str) -> bytes:
    return _counted(packed, work, name, MOST_OF_REST, Counter(work))


MOST_OF_TABLE = 20 * 1024 * 1024  # bytes of the sheet, and of its texts


def _table(packed: zipfile.ZipFile, work: Work, name: str, bulk: str, cell_depth: int) -> bytes:
    return _counted(packed, work, name, MOST_OF_TABLE, Counter(work, bulk, cell_depth))


CHUNK = 64 * 1024


def _counted(packed: zipfile.ZipFile, work: Work, name: str, most: int, counter: Counter) -> bytes:
    """Unpack a part, counting; raises WorkbookTooComplex at the first chunk too many."""
    content = bytearray()
    with packed.open(name) as part:
        while chunk := part.read(CHUNK):
            content += chunk
            work.unpacked += len(chunk)
            if len(content) > most:
                raise WorkbookTooComplex
            counter.feed(chunk)
    counter.feed(b"", last=True)
    return bytes(content).replace(STRICT_WORDS.encode(), TABLE_WORDS.encode())
