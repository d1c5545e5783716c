"""What the branch's report says on paper and in its workbook, and the port to who prints it.

Paper speaks Chinese whatever the reader's browser says. All figures are finished: areas are in square metres
as Decimal, shares in per cent as Decimal (40.0), None where there is nothing to divide by. Negative savings
are shown as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from booking.parks.models import Park
from booking.savings.report_data import EnterpriseSaving, Report
from booking.savings.rules import HUNDREDTHS, SMALLEST_GROUP, Source, together, weakest
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
    """All enterprises that have not agreed to be named, as one row; never fewer than three.

    Raises ValueError for a smaller group: it may only be in the totals (docs/rules.md, Saving).
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
    """What an enterprise says of itself (money put into research, orders); None for who is not named.

    What unnamed ones say is printed only where their group is shown.
    """

    enterprise: str | None
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
class ReportPaper:
    """The savings report (共享空间节省报告) of a park's month.

    `totals` is over all `enterprise_count` enterprises, named or not. `unnamed` is None where nobody is
    unnamed or the group is too small; the paper says so where the counts differ. `provisional` says in
    words why the figures are not final (本月账期尚未关闭), empty where they are. `published_on` is the
    day it was frozen, or the day of printing of a provisional one.
    """

    park: str
    branch: str
    month: Month
    published_on: date
    enterprise_count: int
    totals: Chain
    named: tuple[NamedChain, ...]
    unnamed: UnnamedChain | None = None
    effects: tuple[QuotedEffect, ...] = ()
    proofs: tuple[FigureProof, ...] = ()
    provisional: str = ""


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


def chain_of(entries: Sequence[EnterpriseSaving]) -> Chain:
    """Put the chain of one enterprise or of many together on paper."""
    sum_, source = (
        together([entry.saving for entry in entries]),
        weakest([entry.baseline.source for entry in entries]),
    )
    return Chain(
        area_before=square_metres(sum_.area_before),
        area_now=square_metres(sum_.area_now),
        area_percent=per_cent(sum_.area_share),
        baseline_rent=sum_.baseline_rent,
        kept_rent=sum_.kept_rent,
        shared_spend=sum_.shared_spend,
        saving=sum_.saving,
        saving_percent=per_cent(sum_.share),
        baseline_source=source,
        kept_source=source,
    )


UNCLOSED = "本月尚未关账，共享支出按截至目前的对账单计算，关账后可能变化。"


def report_paper(report: Report, park: Park, printed_on: date) -> ReportPaper:
    """Write the report for paper and workbook. `printed_on` is the local day it is frozen or printed."""
    unnamed = report.unnamed
    return ReportPaper(
        park=park.name,
        branch=f"{park.name}党支部",
        month=report.month,
        published_on=printed_on,
        enterprise_count=len(report.entries),
        totals=chain_of(report.entries),
        named=tuple(NamedChain(entry.name, chain_of([entry])) for entry in report.named),
        unnamed=UnnamedChain(len(unnamed), chain_of(unnamed)) if report.unnamed_shown else None,
        effects=tuple(
            QuotedEffect(effect.name, effect.title, effect.figure, effect.declared_on)
            for effect in report.effects
        ),
        proofs=tuple(proof for entry in report.named for proof in _proofs(entry, report.month)),
        provisional=UNCLOSED if report.provisional else "",
    )


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
