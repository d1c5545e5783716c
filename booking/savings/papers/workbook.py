"""The report as a workbook (XLSX) that computes: what is put in are numbers, what follows formulas."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import segno
from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from booking.savings.papers.cached_values import with_values
from booking.savings.papers.report_paper import Chain, NamedChain, ReportPaper
from booking.savings.rules import Source
from booking.values import Money

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONEY = '"¥"#,##0.00;[Red]-"¥"#,##0.00'
AREA = '0.##" m²"'
SHARE = "0.0%;[Red]-0.0%"
ABOUT = '"约 "0%;[Red]"约 "-0%'  # of rounded sums
DAY, MONTH = "yyyy-mm-dd", "yyyy-mm"
WHITE = Font(bold=True, color="FFFFFF", size=14)
BOLD = Font(bold=True)
LINK = Font(color="0B6675", underline="single")
RED = PatternFill("solid", fgColor="AB221B")
GREY = PatternFill("solid", fgColor="EAEEF0")
FORMULA = "净节省 = 原面积 × 原单价 × 天数 −（现面积 × 现单价 × 天数 + 账单 − 贷记单），由公式算出。"
ROUNDED = "未具名企业只列合计：面积取整到 50 m²，金额取整到 1,000 元；含未具名企业的合计同样取整。"
FIRMS = "各企业"


def workbook_of(paper: ReportPaper) -> bytes:
    """Write three tables: the summary, all firms, where figures come from."""
    book = Workbook()
    summary = book.worksheets[0]
    book.properties.title = f"{paper.park} 共享空间节省报告 {paper.month}"
    book.properties.creator = paper.branch
    firms = _Table(book.create_sheet(FIRMS))
    _firms(firms, paper)
    values = {FIRMS: firms.values, "汇总": _summary(_Table(summary, "汇总"), paper, firms)}
    _sources(_Table(book.create_sheet("数据来源")), paper)
    out = BytesIO()
    book.save(out)
    return with_values(out.getvalue(), values)


class _Table:
    """A page being written, with what its formulas come to, for viewers that do not calculate."""

    def __init__(self, page: Worksheet, title: str = "") -> None:
        self.page = page
        self.values: dict[str, Decimal] = {}
        self.rows: dict[str, int] = {}
        if title:
            page.title = title
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)  # as wide as the paper
        page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0

    def head(self, title: str, said: Sequence[str], width: int) -> None:
        self.page.append([_text(title)])
        for column in range(1, width + 1):
            self.page.cell(1, column).fill = RED
        self.page.cell(1, 1).font = WHITE
        self.page.row_dimensions[1].height = 28
        self.page.cell(1, 1).alignment = Alignment(vertical="center")
        for sentence in said:
            self.page.append([_text(sentence)])

    def labels(self, labels: Sequence[str]) -> None:
        self.page.append(list(labels))
        for cell in self.page[self.page.max_row]:
            cell.font, cell.fill = BOLD, GREY

    def put(self, row: Sequence[Any], formats: Sequence[str], *, bold: bool = False) -> int:
        """Add a row; a pair is a formula with what it comes to."""
        number = self.page.max_row + 1
        for column, (given, form) in enumerate(zip(row, formats, strict=True), start=1):
            cell = self.page.cell(number, column)
            if isinstance(given, tuple):
                cell.value, self.values[cell.coordinate] = given
            else:
                cell.value = _text(given)
                if cell.data_type == "f":  # what a tenant typed is text, even if it begins like a formula
                    cell.data_type = "s"
            if form:
                cell.number_format = form
            if bold:
                cell.font = BOLD
        return number

    def widths(self, widths: Sequence[int]) -> None:
        for column, width in enumerate(widths, start=1):
            self.page.column_dimensions[get_column_letter(column)].width = width


COLUMNS = (
    ("企业", "", 34), ("原面积", AREA, 12), ("原单价", MONEY, 10),
    ("现面积", AREA, 12), ("现单价", MONEY, 10), ("天数", "0", 7),
    ("账单", MONEY, 14), ("贷记单", MONEY, 12), ("节省面积", AREA, 12),
    ("原租金", MONEY, 15), ("保留租金", MONEY, 15), ("共享支出", MONEY, 14),
    ("净节省", MONEY, 15), ("比例", SHARE, 9), ("标记", "", 8), ("查证", "", 10),
)  # fmt: skip
FORMATS = [form for _, form, _ in COLUMNS]
ROUNDED_FORMATS = [ABOUT if form == SHARE else form for form in FORMATS]


def _firms(table: _Table, paper: ReportPaper) -> None:
    said = [FORMULA, *([ROUNDED] if paper.unnamed else [])]
    table.head(f"{paper.month}各企业，按简称", said, len(COLUMNS))
    table.labels([label for label, _, _ in COLUMNS])
    table.page.freeze_panes = f"B{table.page.max_row + 1}"
    first = table.page.max_row + 1
    for named in paper.named:
        number = table.put(_firm(named, table.page.max_row + 1), FORMATS)
        _link(table.page, f"P{number}", named.url)
    last = table.page.max_row
    named_row = table.put(_added("具名小计", paper.named, first, last), FORMATS, bold=True)
    table.rows["total"] = named_row
    if paper.unnamed is not None:
        unnamed = _group(paper.unnamed.count, paper.unnamed.chain, table.page.max_row + 1)
        group = table.put(unnamed, ROUNDED_FORMATS)
        row = _rounded_total(paper, (named_row, group), table.page.max_row + 1)
        table.rows["total"] = table.put(row, ROUNDED_FORMATS, bold=True)
    table.widths([width for _, _, width in COLUMNS])


def _firm(one: NamedChain, row: int) -> list[Any]:
    chain, terms = one.chain, one.terms
    return [
        one.short_name, chain.area_before, _yuan(terms.price), chain.area_now, _yuan(terms.own_price),
        one.days, _yuan(one.billed), _yuan(one.credited),
        (f"=B{row}-D{row}", chain.area_saved),
        (_rent("B", "C", row), _yuan(chain.baseline_rent)), (_rent("D", "E", row), _yuan(chain.kept_rent)),
        (f"=G{row}-H{row}", _yuan(chain.shared_spend)), *_saving(chain, row),
        "自报" if chain.area_source is Source.DECLARED else "", "",
    ]  # fmt: skip


def _rent(area: str, price: str, row: int) -> str:
    """Multiply whole hundredths and fen, so that the halves that are rounded are exact."""
    return f"=ROUND(ROUND({area}{row}*100,0)*ROUND({price}{row}*100,0)*F{row}/100,0)/100"


def _saving(chain: Chain, row: int) -> list[tuple[str, Decimal]]:
    share = (chain.saving_percent or Decimal(0)) / 100
    quotient = f"M{row}/J{row}" if chain.exact else f"ROUND(M{row}/J{row},2)"
    return [
        (f"=J{row}-K{row}-L{row}", _yuan(chain.saving)),
        (f"=IF(J{row}=0,0,{quotient})", share),
    ]


def _added(label: str, named: Sequence[NamedChain], first: int, last: int) -> list[Any]:
    chains = [one.chain for one in named]

    def column(letter: str, parts: Sequence[Decimal]) -> tuple[str, Decimal]:
        return f"=SUM({letter}{first}:{letter}{last})", sum(parts, Decimal(0))

    row = last + 1
    baseline = sum((_yuan(chain.baseline_rent) for chain in chains), Decimal(0))
    saving = sum((_yuan(chain.saving) for chain in chains), Decimal(0))
    return [
        f"{label} {len(named)} 家", column("B", [chain.area_before for chain in chains]), None,
        column("D", [chain.area_now for chain in chains]), None, None, None, None,
        column("I", [chain.area_saved for chain in chains]),
        column("J", [_yuan(chain.baseline_rent) for chain in chains]),
        column("K", [_yuan(chain.kept_rent) for chain in chains]),
        column("L", [_yuan(chain.shared_spend) for chain in chains]),
        (f"=J{row}-K{row}-L{row}", saving),
        (f"=IF(J{row}=0,0,M{row}/J{row})", saving / baseline if baseline else Decimal(0)), None, None,
    ]  # fmt: skip


def _group(count: int, chain: Chain, row: int) -> list[Any]:
    return [
        f"未具名企业 {count} 家（取整）", chain.area_before, None, chain.area_now, None, None, None, None,
        (f"=B{row}-D{row}", chain.area_saved), _yuan(chain.baseline_rent), _yuan(chain.kept_rent),
        _yuan(chain.shared_spend), *_saving(chain, row),
        "含自报" if chain.area_source is Source.DECLARED else "", None,
    ]  # fmt: skip


def _rounded_total(paper: ReportPaper, rows: tuple[int, int], row: int) -> list[Any]:
    named, group = rows

    def to(letter: str, step: int, value: Decimal) -> tuple[str, Decimal]:
        return f"=ROUND(({letter}{named}+{letter}{group})/{step},0)*{step}", value

    chain = paper.totals
    return [
        f"合计 {paper.enterprise_count} 家（取整）", to("B", 50, chain.area_before), None,
        to("D", 50, chain.area_now), None, None, None, None, (f"=B{row}-D{row}", chain.area_saved),
        to("J", 1000, _yuan(chain.baseline_rent)), to("K", 1000, _yuan(chain.kept_rent)),
        to("L", 1000, _yuan(chain.shared_spend)), *_saving(chain, row), None, None,
    ]  # fmt: skip


LEFT_OUT = "另有 {count} 家未同意具名的企业不在任何数字里：不足三家，或待下个季度。"
NOT_CAUSED = "以下由企业自行申报，未经核实，不表示由上述节省所带来。"


def _summary(table: _Table, paper: ReportPaper, firms: _Table) -> dict[str, Decimal]:
    said = [f"{paper.branch}　{paper.signed}"]
    said += [f"暂定：{paper.provisional}"] if paper.provisional else []
    said += [ROUNDED] if paper.rounded else []
    said += [LEFT_OUT.format(count=paper.left_out)] if paper.left_out else []
    table.head(f"{paper.park} 共享空间节省报告 {paper.month}", said, 4)
    table.labels(["数据", "数值", "", ""])
    total = firms.rows["total"]
    for label, letter, form in (
        ("原租金", "J", MONEY), ("保留租金", "K", MONEY), ("共享支出", "L", MONEY), ("净节省", "M", MONEY),
        ("节省比例", "N", ABOUT if paper.rounded else SHARE),
        ("原面积", "B", AREA), ("现面积", "D", AREA), ("节省面积", "I", AREA),
    ):  # fmt: skip
        value = firms.values[f"{letter}{total}"]
        table.put([label, (f"={FIRMS}!{letter}{total}", value), None, None], ["", form, "", ""])
    for told, form in _told(paper):
        table.put(told, ["", form, "", ""])
    if paper.corrections:
        table.labels(["以前月份的更正", "净节省增加", "所属月份", "贷记单"])
        for one in paper.corrections:
            row = [one.enterprise, _yuan(one.amount), one.month.first_day, one.reference]
            table.put(row, ["", MONEY, MONTH, ""])
    if paper.effects:
        table.put([NOT_CAUSED, None, None, None], ["", "", "", ""])
        table.labels(["企业自报", "事项", "内容", "申报日期"])
        for effect in paper.effects:
            row = [effect.enterprise, effect.subject, effect.statement, effect.said_on]
            table.put(row, ["", "", "", DAY])
    web = table.put(["打开网页", None, None, None], ["", "", "", ""])
    _link(table.page, f"A{web}", paper.url)
    _code(table.page, "B", web, paper.url)
    table.widths([34, 22, 40, 20])
    return table.values


def _told(paper: ReportPaper) -> Iterator[tuple[list[Any], str]]:
    """Say what is no formula: it is of figures that stand on the pages."""
    yield ["签发或打印日期", paper.dated, None, None], DAY
    yield ["参与企业", paper.enterprise_count, None, None], "0"
    if paper.small is not None:
        yield [f"其中小微企业 {paper.small_count} 家，净节省", _yuan(paper.small.saving), None, None], MONEY
    totals = paper.totals
    for label, declared in (
        ("原租金中自报的", totals.declared_baseline),
        ("保留租金中自报的", totals.declared_kept),
        ("净节省中自报的", totals.declared_saving),
    ):
        if declared != Money.zero():
            yield [label, _yuan(declared), None, None], MONEY
    if paper.documented is not None:
        yield ["净节省中有租赁凭证的", paper.documented / 100, None, None], ABOUT if paper.rounded else SHARE


def _sources(table: _Table, paper: ReportPaper) -> None:
    table.head("数据来源，按企业", (), 7)
    table.labels(["企业", "数据", "数值", "标记", "凭证", "日期", "扫码查证"])
    table.page.freeze_panes = "A3"
    for named in paper.named:
        if named.proofs:
            _code(table.page, "G", table.page.max_row + 1, named.url, rows=len(named.proofs))
        for one in named.proofs:
            mark = "自报" if one.source is Source.DECLARED else ""
            row = [named.short_name, one.figure, _yuan(one.value), mark, one.reference, one.dated]
            number = table.put(row, ["", "", MONEY, "", "", DAY])
            _link(table.page, f"A{number}", named.url, named.short_name)
    table.widths([20, 12, 16, 8, 60, 14, 12])


def _code(page: Worksheet, column: str, first: int, url: str, *, rows: int = 1) -> None:
    """Draw an address as a code to scan over so many rows, which become tall enough."""
    picture = BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="png", scale=4, border=2)
    code = Image(picture)
    code.width = code.height = 72  # pixels, 54 points: the rows leave white around it
    page.add_image(code, f"{column}{first}")
    for row in range(first, first + rows):
        page.row_dimensions[row].height = max(66 / rows, 15)


def _link(page: Worksheet, place: str, url: str, label: str = "打开") -> None:
    cell = page[place]
    if cell.value in {None, ""}:
        cell.value = label
    cell.hyperlink = url
    cell.font = LINK


def _text(value: Any) -> Any:  # noqa: ANN401 - a cell's value
    """Drop what a workbook cannot hold from what people typed."""
    return "".join(char for char in value if char.isprintable()) if isinstance(value, str) else value


def _yuan(amount: Money) -> Decimal:
    return Decimal(amount.fen) / 100
