"""The report as a sheet for paper; paper speaks Chinese whatever the reader's browser says."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from booking.parks.models import Park
from booking.savings.entries import Entry
from booking.savings.printer import (
    Chain,
    DeclaredEffect,
    Named,
    Proof,
    ReportSheet,
    Source,
    Unnamed,
)
from booking.savings.report import Report, weakest
from booking.savings.rules import HUNDREDTHS, together
from booking.values.money import Money
from booking.values.month import Month
from booking.values.writing import area_text, money_text


def square_metres(hundredths: int) -> Decimal:
    """Give an area as paper wants it."""
    return Decimal(hundredths) / HUNDREDTHS


def per_cent(share: Fraction | None) -> Decimal | None:
    """Give a share in per cent (40.0), with digits enough to round from."""
    return None if share is None else Decimal(share.numerator) * 100 / Decimal(share.denominator)


def chain_of(entries: Sequence[Entry]) -> Chain:
    """Put the chain of one enterprise or of many together on paper."""
    sum_, source = together([entry.saving for entry in entries]), weakest(entries)
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


def sheet_of(report: Report, park: Park, printed_on: date) -> ReportSheet:
    """Write the report for paper and workbook. `printed_on` is the local day it is frozen or printed."""
    unnamed = report.unnamed
    return ReportSheet(
        park=park.name,
        branch=f"{park.name}党支部",
        month=report.month,
        published_on=printed_on,
        enterprise_count=len(report.entries),
        totals=chain_of(report.entries),
        named=tuple(Named(entry.name, chain_of([entry])) for entry in report.named),
        unnamed=Unnamed(len(unnamed), chain_of(unnamed)) if report.unnamed_shown else None,
        effects=tuple(
            DeclaredEffect(effect.name, effect.title, effect.figure, effect.declared_on)
            for effect in report.effects
        ),
        proofs=tuple(proof for entry in report.named for proof in _proofs(entry, report.month)),
        provisional=UNCLOSED if report.provisional else "",
    )


def _proofs(entry: Entry, month: Month) -> Iterator[Proof]:
    ground, lease, sum_ = entry.ground, entry.ground.lease, entry.saving
    before = _product(lease.area, lease.price, entry.days)
    now = _product(lease.own_area, lease.own_price, entry.days)
    for figure, amount, product in (
        ("原租金", sum_.baseline_rent, before),
        ("保留租金", sum_.kept_rent, now),
    ):
        said = f"{_evidence(entry)}，{product}"
        yield Proof(entry.name, figure, money_text(amount), ground.source, said, ground.valid_from)
    yield from _spend_proofs(entry, month)


def _spend_proofs(entry: Entry, month: Month) -> Iterator[Proof]:
    spend, figure = entry.spend, "共享支出"
    if spend.bill is None:
        said = "截至目前的对账单，未关账" if spend.provisional else "当月无账单"
        yield Proof(entry.name, figure, money_text(spend.total), Source.MEASURED, said, month.last_day)
        return
    bill = spend.bill
    said = f"账单 {bill.number}"
    yield Proof(entry.name, figure, money_text(bill.total), Source.MEASURED, said, bill.issued_on)
    for credit in spend.credits:
        said = f"贷记单 {credit.number}，冲减账单 {bill.number}"
        yield Proof(entry.name, figure, money_text(-credit.amount), Source.MEASURED, said, credit.issued_on)


def _evidence(entry: Entry) -> str:
    ground = entry.ground
    kept = f"存档凭证 {ground.document_id}" if ground.document_id else "企业自报"
    return f"{kept}（{ground.note}）" if ground.note else kept


def _product(area: int, price: Money, days: int) -> str:
    return f"{area_text(area)} × {money_text(price)} × {days} 天"
