"""Writes what may be seen of a month as the report's paper."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from booking.parks.models import Park
from booking.savings.papers.report_paper import (
    Chain,
    CorrectionLine,
    FigureProof,
    NamedChain,
    QuotedEffect,
    ReportPaper,
    UnnamedChain,
)
from booking.savings.report_data import EnterpriseSaving
from booking.savings.rules import HUNDREDTHS, SavingOfMonth, Source
from booking.savings.visible_month import ReportState, VisibleMonth, VisibleSaving
from booking.values import Money, Month, Share, round_half_up
from booking.values.chinese_order import in_chinese_order
from booking.values.writing import area_text, money_text


def square_metres(hundredths: int) -> Decimal:
    """Give an area as paper wants it."""
    return Decimal(hundredths) / HUNDREDTHS


def per_cent(share: Share | None) -> Decimal | None:
    """Give a share in per cent (40.0), with digits enough to round from; of rounded sums whole ones."""
    if share is None:
        return None
    top, bottom = share.of_one.as_integer_ratio()
    return Decimal(top) * 100 / Decimal(bottom) if share.exact else Decimal(round_half_up(top * 100, bottom))


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
        exact=figures.exact,
    )


UNCLOSED = "本月尚未关账：按截至目前的 {days} 天租金与对账单同口径计算，关账后可能变化。"
UNSIGNED = "本月已关账，报告为草稿，待党支部签发。"


def report_paper(shown: VisibleMonth, park: Park, dated: date, address: str) -> ReportPaper:
    """Write the report for paper and workbook.

    `dated` is the local day it is signed or printed, `address` where the product is reached.
    """
    month, small = shown.month, shown.small
    url = f"{address}/report/{month}" + (f"/v/{shown.signing.version}" if shown.signing else "")
    return ReportPaper(
        park=park.name,
        branch=f"{park.name}党支部",
        month=month,
        dated=dated,
        enterprise_count=shown.count,
        totals=_total(shown.total),
        named=tuple(_named(entry, shown, address) for entry in by_short_name(shown)),
        unnamed=UnnamedChain(shown.group.count, chain_of(shown.group.figures, shown.group.source))
        if shown.group
        else None,
        small_count=small.count,
        small=_total(small) if small.count else None,
        documented=per_cent(shown.total.documented_share),
        left_out=shown.left_out,
        without_baseline=shown.without_baseline,
        corrections=tuple(
            CorrectionLine(
                one.name, Month.parse(one.month, month.zone), one.number, one.amount, one.issued_on
            )
            for one in shown.corrections
        ),
        effects=tuple(
            QuotedEffect(effect.name, effect.title, effect.figure, effect.declared_on)
            for effect in shown.effects
        ),
        provisional=_provisional(shown),
        signed=_signed(shown),
        url=url,
    )


def by_short_name(shown: VisibleMonth) -> list[EnterpriseSaving]:
    """Give the named by the name they are called by."""
    return in_chinese_order(shown.named, lambda one: one.short_name or one.name)


def _named(entry: EnterpriseSaving, shown: VisibleMonth, address: str) -> NamedChain:
    version = f"?version={shown.signing.version}" if shown.signing else ""
    spend = entry.spend
    return NamedChain(
        name=entry.name,
        short_name=entry.short_name or entry.name,
        chain=chain_of(entry.saving, entry.baseline.source),
        terms=entry.baseline.terms,
        days=entry.days,
        billed=spend.total + spend.credited,
        credited=spend.credited,
        url=f"{address}/report/{shown.month}/enterprise/{entry.enterprise_id}/why/saving{version}",
        proofs=tuple(_proofs(entry, shown.month)),
    )


def _total(one: VisibleSaving) -> Chain:
    return replace(
        chain_of(one.figures, Source.DOCUMENTED),
        declared_baseline=one.declared_baseline,
        declared_kept=one.declared_kept,
        declared_saving=one.declared,
    )


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
        yield FigureProof(figure, amount, baseline.source, said, baseline.valid_from)
    yield from _spend_proofs(entry, month)


def _spend_proofs(entry: EnterpriseSaving, month: Month) -> Iterator[FigureProof]:
    spend, figure = entry.spend, "共享支出"
    if spend.invoice is None:
        said = "截至目前的对账单，未关账" if spend.provisional else "当月无账单"
        yield FigureProof(figure, spend.total, Source.MEASURED, said, month.last_day)
        return
    invoice = spend.invoice
    said = f"账单 {invoice.number}"
    yield FigureProof(figure, invoice.total, Source.MEASURED, said, invoice.issued_on)
    for note in spend.credits:
        said = f"贷记单 {note.number}，冲减账单 {invoice.number}"
        yield FigureProof(figure, -note.amount, Source.MEASURED, said, note.issued_on)


def _evidence(entry: EnterpriseSaving) -> str:
    baseline = entry.baseline
    kept = f"存档凭证 {baseline.document_id}" if baseline.document_id else "企业自报"
    return f"{kept}（{baseline.note}）" if baseline.note else kept


def _product(area: int, price: Money, days: int) -> str:
    return f"{area_text(area)} × {money_text(price)} × {days} 天"
