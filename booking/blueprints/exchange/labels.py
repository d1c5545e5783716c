"""Mistakes, changes and notes of a table in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from booking.blueprints.kit.filters import comma_list
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.messages import wording
from booking.language import ENGLISH, gettext, language_tag
from booking.spaces.exchange import columns
from booking.spaces.exchange.planning import Plan, PlannedChange
from booking.spaces.models import Kind
from booking.spaces.rules import Opening
from booking.values.writing import metres_figure, minute_clock


@dataclass(frozen=True, slots=True)
class MistakeSaid:
    """A mistake in words: where it stands, what stands there, what is wrong."""

    row: int
    column: str
    typed: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change in words."""

    column: str
    before: str
    after: str


def english() -> bool:
    """Tell whether the reader reads English."""
    return language_tag() == ENGLISH


def header(column: columns.Column) -> str:
    """Name a column as its header does."""
    return columns.HEADERS[column][english()]


def headers_said(plan: Plan) -> list[tuple[str, str]]:
    """Say at once all that is wrong with the headers, as label and words; nothing where they are right."""
    wrong = [mistake for mistake in plan.mistakes if mistake.problem in columns.OF_HEADERS]
    if not wrong:
        return []
    found = comma_list(map(header, plan.columns)) or gettext("一列也没有；第一行必须是列名")
    missing = [
        header(one.column)
        for one in wrong
        if one.problem is columns.MistakeKind.HEADER_MISSING and one.column
    ]
    twice = [
        header(one.column) for one in wrong if one.problem is columns.MistakeKind.HEADER_TWICE and one.column
    ]
    unknown = [_unknown(one) for one in wrong if one.problem is columns.MistakeKind.UNKNOWN_HEADER]
    said = [
        (gettext("缺少的列"), missing),
        (gettext("不认识的列"), unknown),
        (gettext("重复的列"), dict.fromkeys(twice)),
    ]
    return [(label, comma_list(names)) for label, names in said if names] + [(gettext("认出的列"), found)]


def _unknown(mistake: columns.Mistake) -> str:
    if not mistake.other:
        return str(gettext("“%(header)s”", header=mistake.header))
    return str(gettext("“%(header)s”（是不是“%(guess)s”？）", header=mistake.header, guess=mistake.other))


def cells_said(plan: Plan) -> list[MistakeSaid]:
    """Say the mistakes below the headers."""
    return [said_mistake(mistake) for mistake in plan.mistakes if mistake.problem not in columns.OF_HEADERS]


def said_mistake(mistake: columns.Mistake) -> MistakeSaid:
    """Say a mistake."""
    column = header(mistake.column) if mistake.column else "–"
    return MistakeSaid(mistake.row, column, mistake.typed, mistake_text(mistake))


def mistake_text(mistake: columns.Mistake) -> str:
    """Say what is wrong, and what to write instead."""
    if mistake.refusal is not None:
        return wording(mistake.refusal)
    return str(WORDS[mistake.problem](mistake))


def _kinds() -> str:
    return comma_list(kind_name(kind) for kind in Kind)


WORDS: dict[columns.MistakeKind, Callable[[columns.Mistake], str]] = {
    columns.MistakeKind.CELL_WITHOUT_HEADER: lambda _m: gettext("这一格所在的列没有列名，请补上列名或清空。"),
    columns.MistakeKind.MISSING: lambda _m: gettext("不能为空。"),
    columns.MistakeKind.FORMULA: lambda _m: gettext("这一格是公式；请复制后“选择性粘贴”为数值再导入。"),
    columns.MistakeKind.TOO_LONG: lambda m: gettext("太长了，最多 %(limit)s 个字。", limit=m.limit),
    columns.MistakeKind.SEPARATOR: lambda _m: gettext("编号里不能有顿号、逗号、分号。"),
    columns.MistakeKind.NOT_A_KIND: lambda _m: gettext("不是空间类型；请填写：%(kinds)s。", kinds=_kinds()),
    columns.MistakeKind.NOT_A_NUMBER: lambda _m: gettext("请填写不带小数和单位的数字。"),
    columns.MistakeKind.OUT_OF_RANGE: lambda m: gettext(
        "请填写 %(lowest)s 到 %(highest)s 之间的数。", lowest=m.lowest, highest=m.limit
    ),
    columns.MistakeKind.NOT_METRES: lambda _m: gettext("请填写平方米数，最多两位小数，例如 35.5。"),
    columns.MistakeKind.NOT_A_TIME: lambda _m: gettext("请按 08:30 的样子填写时间，最晚 24:00。"),
    columns.MistakeKind.NOT_YES_OR_NO: lambda _m: gettext("请填写“是”或“否”。"),
    columns.MistakeKind.TOO_MANY: lambda m: gettext("最多填写 %(most)s 种设备。", most=m.limit),
    columns.MistakeKind.CODE_TWICE: lambda m: gettext("这个编号在第 %(row)s 行已经出现过。", row=m.other),
    columns.MistakeKind.RULE_INCOMPLETE: lambda _m: gettext(
        "单独规则要么每格都填，要么全部空着；这一格还空着。"
    ),
    columns.MistakeKind.KIND_FIXED: lambda m: gettext(
        "这个空间已经是%(kind)s，类型不能改；用途变了请停用它，另取编号。", kind=kind_name(Kind(m.other))
    ),
    columns.MistakeKind.RETIRED: lambda _m: gettext("这个编号的空间已停用；先在页面上恢复它，或换一个编号。"),
    columns.MistakeKind.PART_UNKNOWN: lambda m: gettext("找不到编号为 %(code)s 的在用空间。", code=m.other),
    columns.MistakeKind.PART_UNFIT: lambda m: gettext(
        "%(code)s 不能作为组成部分：须是同类、自身没有组合的另一个空间。", code=m.other
    ),
    columns.MistakeKind.PART_ALONE: lambda _m: gettext("组合空间至少由两个空间组成。"),
    columns.MistakeKind.PART_OF_OTHERS: lambda m: gettext(
        "它已是组合空间 %(code)s 的一部分，自身不能再组合。", code=m.other
    ),
    columns.MistakeKind.PARTS_BOOKED: lambda m: gettext(
        "还有 %(count)s 个预订或使用没有结束，之后才能改动组成部分。", count=m.limit
    ),
}


def differences(change: PlannedChange) -> list[Difference]:
    """Say what a change changes, field by field."""
    found = []
    for name in change.columns:
        before, after = getattr(change.before, name), getattr(change.after, name)
        if name == "opening":
            found += _rule_differences(before, after)
        else:
            found.append(
                Difference(header(columns.Column(name)), value_text(name, before), value_text(name, after))
            )
    return found


def _rule_differences(before: Opening | None, after: Opening | None) -> list[Difference]:
    if before is None or after is None:
        words = {True: gettext("同类空间的规则"), False: gettext("单独的规则")}
        return [Difference(gettext("开放规则"), words[before is None], words[after is None])]
    return [
        Difference(header(column), value_text(column, old), value_text(column, new))
        for column in columns.RULE
        if (old := getattr(before, column)) != (new := getattr(after, column))
    ]


def value_text(name: str, value: Any) -> str:  # noqa: ANN401 - of each column's own type
    """Write a value of a column for people; nothing is a dash."""
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if isinstance(value, tuple):
        return comma_list(value) or "–"
    special: dict[str, Callable[[Any], str]] = {
        columns.Column.KIND: kind_name,
        columns.Column.METRES: metres_figure,
        columns.Column.OPENS: minute_clock,
        columns.Column.CLOSES: minute_clock,
    }
    return special[name](value) if name in special else str(value) or "–"


def shown_fields(row: columns.ExchangeRow) -> dict[str, str]:
    """Write the fields of a new space that a preview shows."""
    names = (
        columns.Column.CODE,
        columns.Column.NAME,
        columns.Column.KIND,
        columns.Column.AREA,
        columns.Column.CAPACITY,
        columns.Column.METRES,
        columns.Column.EQUIPMENT,
        columns.Column.PARTS,
    )
    return {header(column): value_text(column, getattr(row, column)) for column in names}


def template_notes() -> list[str]:
    """Explain the table, for the template's second sheet."""
    return [
        gettext("一行一个空间，按“编号”对应：园区里没有的会添加，有的会更新，表里没有的不动。"),
        gettext(
            "必填：编号、名称、类型、区域。类型是 %(kinds)s 之一；没有的区域会自动添加。", kinds=_kinds()
        ),
        gettext("容纳人数填整数；面积填平方米，最多两位小数。空着就是 1 人、0 平方米。"),
        gettext("设备、组成部分用顿号分开，例如：投影、白板。组成部分填其他空间的编号，至少两个。"),
        gettext("“单独规则”各列要么都填，要么都空着；空着就按同类空间的规则。时间写成 08:30。"),
        gettext("表里去掉的列不会改动；留着列而把格子清空，等于清空那一项。"),
        gettext("表里有任何错误都不会导入；会告诉你是哪一行、哪一列。"),
    ]
