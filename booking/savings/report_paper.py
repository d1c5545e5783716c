"""What the branch's report says on paper and in its workbook, and the port to who prints it.

Paper speaks Chinese whatever the reader's browser says. All figures are finished: areas are in square metres
as Decimal, shares in per cent as Decimal (40.0), None where there is nothing to divide by. Negative savings
are shown as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from booking.parks.models import Park
from booking.savings.report_data import EnterpriseSaving
from booking.savings.rules import HUNDREDTHS, SMALLEST_GROUP, SavingOfMonth, Source, weakest
from booking.savings.visible_month import ReportState, VisibleMonth, VisibleSaving
from booking.values.money import Money
from booking.values.month import Month
from booking.values.paper import PrintFailed
from booking.values.writing import area_text, money_text

__all__ = ["PrintFailed"]


@dataclass(frozen=True, slots=True)
class Chain:
    """baseline rent − kept rent − shared spend = net saving, of one month, with where each comes from.

    `shared_source` is measured where it is an invoice's total. `saving_percent` is of the baseline rent.
    """

    area_before: Decimal
    area_now: Decimal
    area_percent: Decimal | None
    baseline_rent: Money
    kept_rent: Money
    shared_spend: Money
    saving: Money
    saving_percent: Decimal | None
    baseline_source: Source = Source.DOCUMENTED
    kept_source: Source = Source.DOCUMENTED
    shared_source: Source = Source.MEASURED

    def __post_init__(self) -> None:
        """Keep the promise that the chain adds up."""
        if self.baseline_rent - self.kept_rent - self.shared_spend != self.saving:
            msg = f"the chain does not add up to {self.saving}"
            raise ValueError(msg)

    @property
    def saving_source(self) -> Source:
        """Where the saving comes from: no better than the weakest figure in its chain."""
        return weakest((self.area_source, self.shared_source))

    @property
    def area_source(self) -> Source:
        """Where the area saved comes from: the weaker of before and now."""
        return weakest((self.baseline_source, self.kept_source))

    @property
    def area_saved(self) -> Decimal:
        """Square metres given up; negative where there are more than before."""
        return self.area_before - self.area_now


@dataclass(frozen=True, slots=True)
class NamedChain:
    """The chain of an enterprise that has agreed to be named."""

    name: str
    chain: Chain


@dataclass(frozen=True, slots=True)
class UnnamedChain:
    """Enterprises that have not agreed to be named, as one rounded row; never fewer than three.

    Raises ValueError for a smaller group (docs/rules.md, Saving).
    """

    count: int
    chain: Chain

    def __post_init__(self) -> None:
        """Keep a small group from being shown apart."""
        if self.count < SMALLEST_GROUP:
            msg = f"a group of fewer than {SMALLEST_GROUP} is not shown apart, got {self.count}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class QuotedEffect:
    """What a named enterprise says of itself (money put into research, orders)."""

    enterprise: str
    subject: str
    statement: str
    said_on: date


@dataclass(frozen=True, slots=True)
class FigureProof:
    """Where one figure of a named enterprise comes from: the invoice's number or the paper on file."""

    enterprise: str
    figure: str
    value: str
    source: Source
    reference: str
    dated: date


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A credit note that came after its month's report was signed."""

    enterprise: str
    month: Month
    reference: str
    amount: Money  # so much more was saved
    dated: date


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """The savings report (共享空间节省报告) of a park's month.

    `totals` is over the `enterprise_count` enterprises that are shown, `rounded` tells that the unnamed are
    in it. `left_out` unnamed ones are in no figure. `provisional` says in words why the figures are not
    final, empty where they are. `dated` is the day it was signed, or printed where it is a draft. `signed`
    says who signed which version, empty for a draft.
    """

    park: str
    branch: str
    month: Month
    dated: date
    enterprise_count: int
    totals: Chain
    named: tuple[NamedChain, ...]
    unnamed: UnnamedChain | None = None
    rounded: bool = False
    left_out: int = 0
    without_baseline: int = 0
    corrections: tuple[CorrectionLine, ...] = ()
    effects: tuple[QuotedEffect, ...] = ()
    proofs: tuple[FigureProof, ...] = ()
    provisional: str = ""
    signed: str = ""


class ReportPrinter(Protocol):
    """Makes PDF files. The same paper gives the same bytes; every failure is `PrintFailed`."""

    def report(self, paper: ReportPaper) -> bytes:
        """Set a savings report; raises PrintFailed."""
        ...


def square_metres(hundredths: int) -> Decimal:
    """Give an area as paper wants it."""
    return Decimal(hundredths) / HUNDREDTHS


def per_cent(share: Fraction | None) -> Decimal | None:
    """Give a share in per cent (40.0), with digits enough to round from."""
    return None if share is None else Decimal(share.numerator) * 100 / Decimal(share.denominator)


def chain_of(figures: SavingOfMonth, source: Source) -> Chain:
    """Put the chain of one enterprise or of many together on paper."""
    return Chain(
        area_before=square_metres(figures.area_before),
        area_now=square_metres(figures.area_now),
        area_percent=per_cent(figures.area_share),
        baseline_rent=figures.baseline_rent,
        kept_rent=figures.kept_rent,
        shared_spend=figures.shared_spend,
        saving=figures.saving,
        saving_percent=per_cent(figures.share),
        baseline_source=source,
        kept_source=source,
    )


UNCLOSED = "本月尚未关账：按截至目前的 {days} 天租金与对账单同口径计算，关账后可能变化。"
UNSIGNED = "本月已关账，报告为草稿，待党支部签发。"


def report_paper(shown: VisibleMonth, park: Park, dated: date) -> ReportPaper:
    """Write the report for paper and workbook. `dated` is the local day it is signed or printed."""
    months = shown.month
    return ReportPaper(
        park=park.name,
        branch=f"{park.name}党支部",
        month=months,
        dated=dated,
        enterprise_count=shown.count,
        totals=_sum(shown.total),
        named=tuple(NamedChain(one.name, chain_of(one.saving, one.baseline.source)) for one in shown.named),
        unnamed=UnnamedChain(shown.group.count, _sum(shown.group)) if shown.group else None,
        rounded=not shown.total.exact,
        left_out=shown.left_out,
        without_baseline=shown.without_baseline,
        corrections=tuple(
            CorrectionLine(
                one.name, Month.parse(one.month, months.zone), one.number, one.amount, one.issued_on
            )
            for one in shown.corrections
        ),
        effects=tuple(
            QuotedEffect(effect.name, effect.title, effect.figure, effect.declared_on)
            for effect in shown.effects
        ),
        proofs=tuple(proof for entry in shown.named for proof in _proofs(entry, months)),
        provisional=_provisional(shown),
        signed=_signed(shown),
    )


def _sum(one: VisibleSaving) -> Chain:
    return chain_of(one.figures, one.source)


def _provisional(shown: VisibleMonth) -> str:
    if shown.state is ReportState.OPEN:
        return UNCLOSED.format(days=shown.days)
    return UNSIGNED if shown.state is ReportState.DRAFT else ""


def _signed(shown: VisibleMonth) -> str:
    if shown.signing is None:
        return ""
    said = f"第 {shown.signing.version} 版" + (f"　签发：{shown.signing.by}" if shown.signing.by else "")
    return said + (f"　更正说明：{shown.signing.reason}" if shown.signing.reason else "")


def _proofs(entry: EnterpriseSaving, month: Month) -> Iterator[FigureProof]:
    baseline, terms, sum_ = entry.baseline, entry.baseline.terms, entry.saving
    before = _product(terms.area, terms.price, entry.days)
    now = _product(terms.own_area, terms.own_price, entry.days)
    for figure, amount, product in (
        ("原租金", sum_.baseline_rent, before),
        ("保留租金", sum_.kept_rent, now),
    ):
        said = f"{_evidence(entry)}，{product}"
        yield FigureProof(entry.name, figure, money_text(amount), baseline.source, said, baseline.valid_from)
    yield from _spend_proofs(entry, month)


def _spend_proofs(entry: EnterpriseSaving, month: Month) -> Iterator[FigureProof]:
    spend, figure = entry.spend, "共享支出"
    if spend.invoice is None:
        said = "截至目前的对账单，未关账" if spend.provisional else "当月无账单"
        yield FigureProof(entry.name, figure, money_text(spend.total), Source.MEASURED, said, month.last_day)
        return
    invoice = spend.invoice
    said = f"账单 {invoice.number}"
    yield FigureProof(entry.name, figure, money_text(invoice.total), Source.MEASURED, said, invoice.issued_on)
    for credit in spend.credits:
        said = f"贷记单 {credit.number}，冲减账单 {invoice.number}"
        yield FigureProof(
            entry.name, figure, money_text(-credit.amount), Source.MEASURED, said, credit.issued_on
        )


def _evidence(entry: EnterpriseSaving) -> str:
    baseline = entry.baseline
    kept = f"存档凭证 {baseline.document_id}" if baseline.document_id else "企业自报"
    return f"{kept}（{baseline.note}）" if baseline.note else kept


def _product(area: int, price: Money, days: int) -> str:
    return f"{area_text(area)} × {money_text(price)} × {days} 天"
