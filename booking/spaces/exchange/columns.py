"""The columns of the exchange file, and what can be wrong in one of its cells."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from booking.spaces import cells
from booking.spaces.models import Kind
from booking.spaces.rules import Opening
from booking.values import Refusal


class Column(StrEnum):
    """One column, in the order in which a table is written; those of RULE name a figure of `Opening`."""

    CODE = "code"
    NAME = "name"
    NAME_EN = "name_en"
    KIND = "kind"
    AREA = "area"
    CAPACITY = "capacity"
    METRES = "area_hundredths"
    EQUIPMENT = "equipment"
    PARTS = "parts"
    DESCRIPTION = "description"
    OPENS = "opens_minute"
    CLOSES = "closes_minute"
    REST_DAYS = "open_on_rest_days"
    STEP = "step_minutes"
    MINIMUM = "minimum_minutes"
    MAXIMUM = "maximum_minutes"
    LEAD = "lead_minutes"
    HORIZON = "horizon_days"
    BUFFER = "buffer_minutes"
    APPROVAL = "needs_approval"


REQUIRED = (Column.CODE, Column.NAME, Column.KIND, Column.AREA)
RULE = tuple(Column)[tuple(Column).index(Column.OPENS) :]

HEADERS: dict[Column, tuple[str, ...]] = {
    Column.CODE: ("编号", "Code", "空间编号"),
    Column.NAME: ("名称", "Name", "空间名称"),
    Column.NAME_EN: ("英文名称", "English name"),
    Column.KIND: ("类型", "Kind", "空间类型", "type"),
    Column.AREA: ("区域", "Area", "所在区域"),
    Column.CAPACITY: ("容纳人数", "Capacity", "人数"),
    Column.METRES: ("面积（m²）", "Floor area (m²)", "面积", "面积（平方米）", "floor area"),
    Column.EQUIPMENT: ("设备", "Equipment"),
    Column.PARTS: ("组成部分", "Parts", "组成"),
    Column.DESCRIPTION: ("说明", "Description", "备注"),
    Column.OPENS: ("单独规则：开放", "Own rule: opens"),
    Column.CLOSES: ("单独规则：关闭", "Own rule: closes"),
    Column.REST_DAYS: ("单独规则：休息日开放", "Own rule: open on rest days"),
    Column.STEP: ("单独规则：刻度（分钟）", "Own rule: step (minutes)"),
    Column.MINIMUM: ("单独规则：最短（分钟）", "Own rule: shortest (minutes)"),
    Column.MAXIMUM: ("单独规则：最长（分钟）", "Own rule: longest (minutes)"),
    Column.LEAD: ("单独规则：至少提前（分钟）", "Own rule: lead (minutes)"),
    Column.HORIZON: ("单独规则：最多提前（天）", "Own rule: horizon (days)"),
    Column.BUFFER: ("单独规则：用后留空（分钟）", "Own rule: buffer (minutes)"),
    Column.APPROVAL: ("单独规则：须批准", "Own rule: needs approval"),
}
"""Of each column the Chinese header, the English one, and others that are understood."""

KIND_WORDS = {
    Kind.WORKSTATION: ("工位", "Workstation"),
    Kind.MEETING_ROOM: ("会议室", "Meeting room"),
    Kind.STORAGE: ("仓储", "Storage"),
    Kind.HALL: ("会客厅", "Hall"),
}
YES_WORDS = {True: ("是", "Yes"), False: ("否", "No")}


def _folded(header: str) -> str:
    return re.sub(r"\s+", "", cells.half_width(header)).lower()


KNOWN = {_folded(header): column for column, headers in HEADERS.items() for header in headers}
WRITTEN = {_folded(header): header for headers in HEADERS.values() for header in headers}


def column_of(header: str) -> Column | None:
    """Find the column a header means; blanks, case and full-width forms do not matter."""
    return KNOWN.get(_folded(header))


LIKE = 0.5  # of two headers: half of their letters are the same, in the same order
LONGEST_HEADER = 40  # of which another is guessed


def nearest_header(header: str, found: Collection[Column]) -> str:
    """Guess which header of a column that is not found yet was meant; empty where none is near."""
    left = [known for known, column in KNOWN.items() if column not in found]
    near = get_close_matches(_folded(header)[:LONGEST_HEADER], left, n=1, cutoff=LIKE)
    return WRITTEN[near[0]] if near else ""


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """Everything a row says: the area by name, parts by code, `opening` where the space has its own rule."""

    code: str
    name: str
    kind: Kind
    area: str
    name_en: str = ""
    capacity: int = 1
    area_hundredths: int = 0
    equipment: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    description: str = ""
    opening: Opening | None = None


def tidy_lines(text: str) -> str:
    """Clean a text of several lines: each of them tidy, none empty at either end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(cells.tidy(line) for line in lines).strip()


class MistakeKind(StrEnum):
    """What is wrong with a cell, a row or a header."""

    UNKNOWN_HEADER = "unknown_header"  # other: the header it may have meant
    HEADER_TWICE = "header_twice"
    HEADER_MISSING = "header_missing"
    CELL_WITHOUT_HEADER = "cell_without_header"
    MISSING = "missing"
    FORMULA = "formula"
    TOO_LONG = "too_long"  # limit
    SEPARATOR = "separator"
    NOT_A_KIND = "not_a_kind"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"  # lowest, limit
    NOT_METRES = "not_metres"
    NOT_A_TIME = "not_a_time"
    NOT_YES_OR_NO = "not_yes_or_no"
    TOO_MANY = "too_many"  # limit
    CODE_TWICE = "code_twice"  # other: the row it stands in first
    RULE_INCOMPLETE = "rule_incomplete"
    KIND_FIXED = "kind_fixed"  # other: the kind it has
    RETIRED = "retired"
    PART_UNKNOWN = "part_unknown"  # other: the code
    PART_UNFIT = "part_unfit"  # other: the code
    PART_ALONE = "part_alone"
    PART_OF_OTHERS = "part_of_others"  # other: the whole
    PARTS_BOOKED = "parts_booked"  # limit: how many are to come
    REFUSED = "refused"  # refusal


OF_HEADERS = (MistakeKind.UNKNOWN_HEADER, MistakeKind.HEADER_TWICE, MistakeKind.HEADER_MISSING)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake; `row` is the number a spreadsheet shows, `header` names a column that has no meaning."""

    row: int
    column: Column | None
    problem: MistakeKind
    header: str = ""
    typed: str = ""
    lowest: int = 0
    limit: int = 0
    other: str = ""
    refusal: Refusal | None = None
