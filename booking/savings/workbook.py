"""The report as a workbook (XLSX): the same figures as on paper, as numbers to go on working with."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from booking.savings.report_paper import Chain, ReportPaper
from booking.savings.rules import Source

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROOFS = (("企业", ""), ("数据", ""), ("数值", ""), ("标记", ""), ("凭证", ""), ("日期", "yyyy-mm-dd"))
EFFECTS = (("企业", ""), ("事项", ""), ("内容", ""), ("标记", ""), ("申报日期", "yyyy-mm-dd"))
NOT_CAUSED = "以下由企业自行申报，未经核实，不表示由上述节省所带来。"


def workbook_of(paper: ReportPaper) -> bytes:
    """Write three tables: the chain of each enterprise, where figures come from, what enterprises say."""
    book = Workbook()
    first = book.active
    assert first is not None  # noqa: S101 - openpyxl makes one with every book
    book.properties.title = f"{paper.park} 共享空间节省报告 {paper.month}"
    book.properties.creator = paper.branch
    _chains(first, paper)
    _table(book.create_sheet("数据来源"), "数据来源", (), PROOFS, _proofs(paper))
    _table(book.create_sheet("企业自报"), "企业自报的变化", (NOT_CAUSED,), EFFECTS, _effects(paper))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


MONEY = '"¥"#,##0.00;[Red]-"¥"#,##0.00'
AREA = '0.##" m²"'
SHARE = "0.0%;[Red]-0.0%"
BOLD = Font(bold=True)
CHAIN = (
    ("企业", ""), ("原面积", AREA), ("现面积", AREA), ("节省面积", AREA), ("面积比例", SHARE),
    ("原租金", MONEY), ("保留租金", MONEY), ("共享支出", MONEY), ("净节省", MONEY), ("节省比例", SHARE),
    ("租金来源", ""), ("支出来源", ""),
)  # fmt: skip
FORMULA = "净节省 = 原面积 × 原单价 × 当月天数 −（现面积 × 现单价 × 当月天数 + 当月账单合计 − 贷记单）。"
HIDDEN = "另有 {count} 家未同意具名的企业不在任何数字里：不足三家，或待下个季度。"
ROUNDED = "未具名企业只列合计：面积取整到 50 m²，金额取整到 1,000 元；含未具名企业的合计同样取整。"


def _chains(page: Worksheet, paper: ReportPaper) -> None:
    page.title = "节省报告"
    month = f"{paper.month.year}年{paper.month.month}月"
    said = [f"{paper.branch}　{paper.dated.isoformat()}　{paper.signed}", FORMULA]
    said += [f"暂定：{paper.provisional}"] if paper.provisional else []
    said += [ROUNDED] if paper.unnamed else []
    said += [HIDDEN.format(count=paper.left_out)] if paper.left_out else []
    rows = [(named.name, named.chain) for named in paper.named]
    if paper.unnamed is not None:
        rows.append((f"未具名企业 {paper.unnamed.count} 家", paper.unnamed.chain))
    rows.append((f"合计 {paper.enterprise_count} 家", paper.totals))
    _table(page, f"{paper.park} 共享空间节省报告 {month}", said, CHAIN, (_chain(*row) for row in rows))
    for total in page[page.max_row]:
        total.font = BOLD


SOURCES = {Source.MEASURED: "实测", Source.DOCUMENTED: "有据", Source.DECLARED: "自报"}


def _chain(name: str, chain: Chain) -> Sequence[Any]:
    return (
        name, chain.area_before, chain.area_now, chain.area_saved, _share(chain.area_percent),
        _yuan(chain.baseline_rent.fen), _yuan(chain.kept_rent.fen), _yuan(chain.shared_spend.fen),
        _yuan(chain.saving.fen), _share(chain.saving_percent),
        SOURCES[chain.area_source], SOURCES[chain.shared_source],
    )  # fmt: skip


def _proofs(paper: ReportPaper) -> Iterable[Sequence[Any]]:
    for one in paper.proofs:
        yield one.enterprise, one.figure, one.value, SOURCES[one.source], one.reference, one.dated


def _effects(paper: ReportPaper) -> Iterable[Sequence[Any]]:
    for one in paper.effects:
        yield one.enterprise, one.subject, one.statement, SOURCES[Source.DECLARED], one.said_on


WHITE = Font(bold=True, color="FFFFFF", size=14)
RED = PatternFill("solid", fgColor="AB221B")
GREY = PatternFill("solid", fgColor="EAEEF0")


def _table(
    page: Worksheet,
    title: str,
    said: Sequence[str],
    heads: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[Any]],
) -> None:
    page.append([title])
    for column in range(1, len(heads) + 1):
        page.cell(1, column).fill = RED
    page.cell(1, 1).font = WHITE
    page.row_dimensions[1].height = 28
    page.cell(1, 1).alignment = Alignment(vertical="center")
    for sentence in said:
        page.append([sentence])
    page.append([head for head, _ in heads])
    head = page.max_row
    for label in page[head]:
        label.font, label.fill = BOLD, GREY
    for row in rows:
        page.append([_text(value) for value in row])
        for filled, (_, form) in zip(page[page.max_row], heads, strict=True):
            _finish(filled, form)
    page.freeze_panes = f"A{head + 1}"
    for number, (name, form) in enumerate(heads, start=1):
        page.column_dimensions[get_column_letter(number)].width = _width(name, form)


def _finish(cell: Cell | MergedCell, form: str) -> None:
    if form:
        cell.number_format = form
    if cell.data_type == "f":  # what a tenant typed is text, even if it begins like a formula
        cell.data_type = "s"


def _text(value: Any) -> Any:  # noqa: ANN401 - a cell's value
    """Drop what a workbook cannot hold from what people typed."""
    return "".join(char for char in value if char.isprintable()) if isinstance(value, str) else value


def _width(name: str, form: str) -> int:
    if name in {"凭证", "内容"}:
        return 60
    return 34 if name == "企业" else 16 if form else 14


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _share(per_cent: Any) -> Any:  # noqa: ANN401 - a Decimal or nothing
    return None if per_cent is None else per_cent / 100
