"""What can be wrong in a table: each mistake with its row, its column and the facts, no sentences."""

from dataclasses import dataclass
from enum import StrEnum

from booking.spaces.exchange.columns import Column
from booking.values.refusal import Refusal


class Problem(StrEnum):
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


OF_HEADERS = (Problem.UNKNOWN_HEADER, Problem.HEADER_TWICE, Problem.HEADER_MISSING)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake; `row` is the number a spreadsheet shows, `header` names a column that has no meaning."""

    row: int
    column: Column | None
    problem: Problem
    header: str = ""
    typed: str = ""
    lowest: int = 0
    limit: int = 0
    other: str = ""
    refusal: Refusal | None = None
