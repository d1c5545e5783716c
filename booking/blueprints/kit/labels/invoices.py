"""Invoices in words: their states, their lines, and what is odd at the payment provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask import request, url_for
from flask.sansio.app import App

from booking.blueprints.kit.filters import clock_span, day, duration, money, month_text, zone
from booking.blueprints.kit.labels.prices import band_name
from booking.charges.explain import StorageExplained, UseExplained, explain
from booking.charges.models import ChargeKind
from booking.invoices.billable_lines import InvoiceLine
from booking.invoices.models import CreditNote, InvoiceState
from booking.invoices.queries import Credited
from booking.language import gettext, local_name, ngettext
from booking.payments.balance import Balance
from booking.payments.models import PaymentMethod
from booking.payments.rules import Discrepancy
from booking.values import Money, Month, Span

State = tuple[str, str]  # the word, and the badge's tone


def state_of(balance: Balance, today: date) -> State:
    """Say how an invoice stands."""
    if balance.overdue(today):
        return gettext("逾期"), "danger"
    if balance.state is not InvoiceState.DUE:
        return invoice_state_name(balance.state), ""
    return gettext("部分已付") if balance.paid else invoice_state_name(balance.state), "warning"


def invoice_state_name(state: InvoiceState) -> str:
    """Name the state an invoice is kept in; how it stands today, `state_of` tells."""
    names = {
        InvoiceState.DUE: gettext("待付款"),
        InvoiceState.PAID: gettext("已付清"),
        InvoiceState.CREDITED: gettext("已冲销"),
    }
    return str(names[state])


def method_name(method: PaymentMethod) -> str:
    """Name how money came."""
    names = {PaymentMethod.TRANSFER: gettext("对公转账"), PaymentMethod.STRIPE: gettext("在线付款")}
    return names[method]


def charge_name(kind: ChargeKind) -> str:
    """Name what a line is for."""
    names = {
        ChargeKind.USE: gettext("使用"),
        ChargeKind.STORAGE: gettext("仓储"),
        ChargeKind.NO_SHOW: gettext("未到场"),
        ChargeKind.LATE_CANCEL: gettext("临期取消"),
        ChargeKind.ADJUSTMENT: gettext("争议退回"),
    }
    return names[kind]


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of an invoice, in words."""

    day: date
    space: str
    made_of: str  # the parts of a combined space, or ""
    what: str
    how_much: str
    amount: Money
    earlier: str  # the month it follows from, or ""


def line_views(lines: list[InvoiceLine], month: Month) -> list[LineView]:
    """Word the lines, in order of time."""
    ordered = sorted(lines, key=lambda line: (line.day, _began(line), line.stay_id or 0, line.id))
    return [line_view(line, month) for line in ordered]


def _began(line: InvoiceLine) -> datetime:
    """Tell when the use began, or what was reserved and not used; what is given back comes first."""
    began = line.billed_starts_at or line.reserved_starts_at
    return began or datetime.combine(line.day, time(), UTC)


def line_view(line: InvoiceLine, month: Month) -> LineView:
    """Word one line of an invoice of the month."""
    earlier = ""
    if line.month_key < month.key:
        year, number = divmod(line.month_key, 100)
        earlier = gettext("%(year)s年%(month)s月的明细", year=year, month=number)
    space = local_name(line.space_name, line.space_name_en)
    parts = " + ".join(local_name(*part) for part in line.parts)
    return LineView(line.day, space, parts, _what(line), _how_much(line), line.amount, earlier)


@dataclass(frozen=True, slots=True)
class NoteView:
    """A credit note with the lines it takes back, in words; one of before it named lines has none."""

    note: CreditNote
    lines: list[tuple[LineView, Money]]


def note_views(
    notes: Sequence[CreditNote], credited: Mapping[int, list[Credited]], month: Month
) -> list[NoteView]:
    """Word the credit notes of an invoice of the month."""
    return [
        NoteView(note, [(line_view(one.line, month), one.amount) for one in credited.get(note.id, [])])
        for note in notes
    ]


def _what(line: InvoiceLine) -> str:
    match explain(line):
        case UseExplained(used=(datetime() as start, datetime() as end)) if end > start:
            return clock_span(Span(start, end))
        case _:
            return charge_name(line.kind)


def _how_much(line: InvoiceLine) -> str:
    match explain(line):
        case StorageExplained(days=days):
            return gettext("%(count)s 天", count=days)
        case UseExplained() as use:
            said = [band_name(use.band), duration(use.minutes)]
            if use.free_minutes:
                said.append(gettext("其中免费 %(length)s", length=duration(use.free_minutes)))
            if use.capped:
                said.append(gettext("已封顶"))
            return " · ".join(said)
        case other:
            return other.note


def gateway_trouble(error: str) -> list[str]:
    """Word what is odd at the payment provider; what we have no words for is shown as it came."""
    discrepancies = {discrepancy.value for discrepancy in Discrepancy}
    parts = error.split(",")
    if not all(part in discrepancies for part in parts):
        return [gettext("在线收款没有办成：%(reason)s", reason=error)]
    return [_discrepancy(Discrepancy(part)) for part in parts]


def _discrepancy(discrepancy: Discrepancy) -> str:
    words = {
        Discrepancy.TOTAL_DIFFERS: gettext("支付平台上的金额和账单不一致。"),
        Discrepancy.AMOUNT_CHANGED: gettext("一笔已登记的付款，在支付平台上金额变了。"),
        Discrepancy.PAYMENT_GONE: gettext("一笔已登记的付款，在支付平台上找不到了。"),
        Discrepancy.TOLD_TOO_MUCH: gettext(
            "有一笔转账冲销前已经告诉支付平台，它的付款页面会少收。页面已不再给企业，请企业对公转账。"
        ),
        Discrepancy.PAID_WITHOUT_MONEY: gettext("支付平台说已付清，但两边都没有到账记录。"),
        Discrepancy.WITHDRAWN: gettext("账单在支付平台上被作废了，而款还没有付清。"),
        Discrepancy.OVERPAID: gettext("付多了，请把多付的部分退回。"),
    }
    return words[discrepancy]


def issue_failure_label(error: str) -> str:
    """Word why an invoice could not be made; the error's kind stands at its front."""
    if error.startswith("NoTariff"):
        return gettext("有仓储没有价目，请先补上价目。")
    if error.startswith(("PrintFailed", "OSError")):
        return gettext("PDF 没有生成，可能是磁盘已满或字体缺失。会自动再试。")
    return gettext("没有出成，会自动再试。")


def month_of_key(key: int) -> str:
    """Write 2026年10月 of 202610."""
    return month_text(Month.from_key(key, zone()))


def iso_day(text: str) -> str:
    """Write 11月3日 周二 of 2026-11-03."""
    return day(date.fromisoformat(text))


def fen_money(fen: int) -> str:
    """Write ¥1,234.50 of fen, as JSON keeps them."""
    return money(Money(fen))


def tax_rate(permille: int) -> str:
    """Write 6 or 1.5 of a rate in thousandths."""
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


@dataclass(frozen=True, slots=True)
class TaxRow:
    """What is taxed at one rate, in thousandths; None is the sum of all rates."""

    rate: int | None
    tax: Money
    gross: Money

    @property
    def net(self) -> Money:
        """The gross without the tax."""
        return self.gross - self.tax


def tax_rows(tax_lines: list[dict[str, int]]) -> list[TaxRow]:
    """Read the taxes that an invoice or a credit note keeps: a row a rate, and their sum."""
    rows = [
        TaxRow(line["vat_permille"], Money(line["tax_fen"]), Money(line["gross_fen"])) for line in tax_lines
    ]
    tax, gross = Money.total(row.tax for row in rows), Money.total(row.gross for row in rows)
    return [*rows, TaxRow(None, tax, gross)]


def closing_tabs() -> list[tuple[str, str, bool]]:
    """Give the sisters of the administrator's pages about money."""
    places = (
        ("closing.index", ngettext("月份", "月份", 2), {"closing.index", "closing.preview", "closing.close"}),
        ("closing.invoices", gettext("账单"), {"closing.invoices"}),
        ("disputes.index", ngettext("异议", "异议", 2), {"disputes.index"}),
        ("tariffs.index", ngettext("价目", "价目", 2), {"tariffs.index"}),
    )
    return [(label, url_for(endpoint), request.endpoint in pages) for endpoint, label, pages in places]


def init_invoice_labels(app: App) -> None:
    """Give templates these filters, and the tabs."""
    filters = (month_of_key, iso_day, fen_money, tax_rate, tax_rows, method_name)
    app.jinja_env.filters.update({each.__name__: each for each in filters})
    app.jinja_env.globals["closing_tabs"] = closing_tabs
