"""Sheets to print in tests: an ordinary month, written by hand, that adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from booking.charges.explain import MeteredRule, UseExplained
from booking.invoices.printer import (
    Buyer,
    CreditLine,
    CreditNotePaper,
    Fee,
    InvoicePaper,
    LeftOut,
    Seller,
    SpaceCharges,
    StorageDays,
    Tax,
    UseOfDay,
)
from booking.savings.papers.report_paper import (
    Chain,
    FigureProof,
    NamedChain,
    QuotedEffect,
    ReportPaper,
    UnnamedChain,
)
from booking.savings.rules import BaselineTerms, Source
from booking.spaces.labels_printer import Label, LabelsSheet
from booking.values import Money, Month, tax_included

SHANGHAI = ZoneInfo("Asia/Shanghai")
OCTOBER = Month(2026, 10, SHANGHAI)
SELLER = Seller(
    park="青浦湾科创园",
    name="上海青浦湾园区运营管理有限公司",
    credit_code="91310118MA1JABCD2X",
    address="上海市青浦区示例路 88 号 1 号楼 101 室",
    phone="021-5550 1234",
    email="billing@park.example",
    bank_name="示例银行上海青浦支行",
    bank_account="1234 5678 9012 3456 789",
)
BUYER = Buyer(
    name="云杉智能科技（上海）有限公司",
    credit_code="91310118MA1K35T07H",
    address="上海市青浦区示例路 88 号 3 号楼 502 室",
    contact="林小满 finance@yunshan.example",
)


def at(day: date, clock: str) -> datetime:
    """Give an instant in Shanghai."""
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), SHANGHAI)  # noqa: DTZ007 - a clock


def part(
    band: str, minutes: int, rate: Money, factor: str, amount: Money, free_minutes: int = 0
) -> UseExplained:
    """Write what one charge line says of itself."""
    rule = MeteredRule(rate, step_minutes=15, minimum_minutes=30, daily_cap=None)
    day = date(2026, 10, 12)
    return UseExplained(rule, day, band, Decimal(factor), minutes, free_minutes, amount, uncapped=amount)


def use(day: date, used: str, billed: str, *parts: UseExplained, note: str = "") -> UseOfDay:
    """Write one stay-day from clock texts such as `16:36-18:17`."""
    came, left = used.split("-")
    start, end = billed.split("-")
    return UseOfDay(day, at(day, came), at(day, left), at(day, start), at(day, end), parts, note)


def tax_of(total: Money) -> tuple[Tax, ...]:
    """Tax everything at 6 %."""
    return (Tax(60, total, tax_included(total, 60)),)


ROOM_RATE = Money(8000)
HOUR = part("高峰", 60, ROOM_RATE, "1", Money(8000))
ROOM = SpaceCharges(
    "黄浦江会议室",
    "M-301",
    "会议室",
    "3 号楼 3 层",
    (
        use(
            date(2026, 10, 12),
            "16:36-18:17",
            "16:36-18:21",
            part("高峰", 84, ROOM_RATE, "1", Money(11200)),
            part("错时", 21, ROOM_RATE, "0.6", Money(1680)),
        ),
        use(
            date(2026, 10, 14),
            "09:00-09:04",
            "09:00-09:30",
            part("高峰", 30, ROOM_RATE, "1", Money(4000)),
            note="最少计 30 分",
        ),
        Fee(date(2026, 10, 20), "未到场", "预订 14:00–15:00，报价 ¥80.00 的 50%", Money(4000)),
    ),
)
DESK = SpaceCharges(
    "A 区 12 号工位",
    "W-112",
    "工位",
    "3 号楼 2 层",
    (
        use(
            date(2026, 10, 13),
            "08:58-18:10",
            "08:58-18:28",
            part("高峰", 542, Money(1200), "1", Money(6000)),
            part("错时", 28, Money(1200), "0.6", Money(0)),
            note="已达当日封顶 ¥60.00",
        ),
        use(
            date(2026, 10, 15),
            "09:31-11:40",
            "09:31-12:01",
            part("高峰", 150, Money(1200), "1", Money(1800), free_minutes=60),
        ),
    ),
)
STORE = SpaceCharges(
    "仓储 B-07",
    "S-B07",
    "仓储",
    "地下一层",
    (StorageDays(date(2026, 10, 28), date(2026, 10, 31), 4, "1 个", Money(800), Money(3200)),),
)


def invoice(**changes: Any) -> InvoicePaper:
    """Give the ordinary invoice, or one with some fields changed and its total made to fit."""
    fields: dict[str, Any] = {
        "number": "QPW-2026-000123",
        "month": OCTOBER,
        "issued_on": date(2026, 11, 5),
        "due_on": date(2026, 11, 20),
        "seller": SELLER,
        "buyer": BUYER,
        "spaces": (ROOM, DESK, STORE),
        "adjustments": (
            Fee(date(2026, 9, 18), "上月争议结清", "9月18日 黄浦江会议室，按实际离开时间更正", Money(-1500)),
        ),
        "left_out": (LeftOut("黄浦江会议室", date(2026, 10, 22), Money(16000), "当日空调故障，要求减免"),),
        "payment_url": "https://pay.example/i/acct_1PaRk/test_YWNjdF8xUGFSaw0200abc",
        **changes,
    }
    rows = Money.total(space.subtotal for space in fields["spaces"])
    total = rows + Money.total(fee.amount for fee in fields["adjustments"])
    return InvoicePaper(**{"total": total, "taxes": tax_of(total), **fields})


def long_invoice(lines: int) -> InvoicePaper:
    """Give an invoice of this many lines in two rooms."""

    def rows(count: int) -> tuple[UseOfDay, ...]:
        days = (date(2026, 10, 1) + timedelta(days=number * 30 // count) for number in range(count))
        return tuple(use(day, "09:02-09:55", "09:02-10:02", HOUR) for day in days)

    return invoice(
        spaces=(
            SpaceCharges("黄浦江会议室", "M-301", "会议室", "3 号楼 3 层", rows(lines // 2)),
            SpaceCharges("苏州河会议室", "M-302", "会议室", "3 号楼 3 层", rows(lines - lines // 2)),
        )
    )


def credit_note() -> CreditNotePaper:
    """Give a credit note for a part of the ordinary invoice."""
    total = Money(-6880)
    return CreditNotePaper(
        number="QPW-C-2026-000007",
        issued_on=date(2026, 11, 12),
        invoice_number="QPW-2026-000123",
        invoice_issued_on=date(2026, 11, 5),
        invoice_month=OCTOBER,
        seller=SELLER,
        buyer=BUYER,
        reason="10月12日会议室投影设备故障，使用提前结束，退还部分费用。",
        lines=(
            CreditLine("黄浦江会议室 M-301", "使用 10月12日 16:36–18:17 错时", Money(-1680), Money(1680), 60),
            CreditLine(
                "黄浦江会议室 M-301", "使用 10月12日 16:36–18:17 高峰", Money(-5200), Money(11200), 60
            ),
        ),
        taxes=tax_of(total),
        total=total,
    )


def chain(
    before: str, now: str, baseline: int, kept: int, shared: int, *, exact: bool = True, **sources: Any
) -> Chain:
    """Write a chain from square metres and fen."""
    area_before, area_now = Decimal(before), Decimal(now)
    saving = baseline - kept - shared
    return Chain(
        area_before=area_before,
        area_now=area_now,
        area_percent=(area_before - area_now) / area_before * 100,
        baseline_rent=Money(baseline),
        kept_rent=Money(kept),
        shared_spend=Money(shared),
        saving=Money(saving),
        saving_percent=Decimal(saving) / Decimal(baseline) * 100,
        exact=exact,
        **sources,
    )


def named(name: str, chain: Chain, terms: BaselineTerms, *proofs: FigureProof) -> NamedChain:
    """Give an enterprise that agreed to be named."""
    url = f"https://park.example/report/2026-09/enterprise/{len(name)}/why/saving"
    spend = chain.shared_spend
    return NamedChain(name, name[:4], chain, terms, 30, spend, Money.zero(), url, proofs)


def report(**changes: Any) -> ReportPaper:
    """Give the savings report of an ordinary month."""
    lease = "租赁合同 QPW-HT-2024-031，200 m² × ¥3.20 × 30 天"
    fields: dict[str, Any] = {
        "park": "青浦湾科创园",
        "branch": "青浦湾科创园党支部",
        "month": Month(2026, 9, SHANGHAI),
        "dated": date(2026, 10, 12),
        "enterprise_count": 7,
        "totals": chain(
            "950", "600", 9000000, 5400000, 900000, exact=False,
            declared_baseline=Money(6300000), declared_saving=Money(2000000),
        ),
        "named": (
            named(
                "云杉智能科技（上海）有限公司", chain("200", "105", 1920000, 1008000, 144000),
                BaselineTerms(200_00, Money(320), 105_00, Money(320)),
                FigureProof("原租金", Money(1920000), Source.DOCUMENTED, lease, date(2024, 3, 1)),
                FigureProof(
                    "共享支出", Money(144000), Source.MEASURED, "账单 QPW-2026-000098", date(2026, 10, 9)
                ),
            ),
            named(
                "青桐软件有限公司", chain("80", "60", 768000, 576000, 216000),
                BaselineTerms(80_00, Money(320), 60_00, Money(320)),
                FigureProof(
                    "共享支出", Money(216000), Source.MEASURED, "账单 QPW-2026-000099", date(2026, 10, 9)
                ),
            ),
            named(
                "禾木检测技术有限公司",
                chain("132.5", "75", 1272000, 720000, 98250, baseline_source=Source.DECLARED),
                BaselineTerms(132_50, Money(320), 75_00, Money(320)),
            ),
        ),
        "unnamed": UnnamedChain(
            4, chain("550", "350", 5000000, 3100000, 400000, exact=False, kept_source=Source.DECLARED)
        ),
        "effects": (
            QuotedEffect(BUYER.name, "研发投入", "把省下的租金投入新产品研发", date(2026, 9, 28)),
            QuotedEffect(BUYER.name, "订单", "今年订单比去年同期增加约 30%", date(2026, 9, 28)),
        ),
        "url": "https://park.example/report/2026-09/v/1",
        **changes,
    }  # fmt: skip
    return ReportPaper(**fields)


def labels(count: int = 11) -> LabelsSheet:
    """Give the labels of some rooms."""
    names = (
        "黄浦江会议室",
        "A 区 12 号工位",
        "园区会客厅",
        "仓储 B-07",
        "苏州河与淀山湖联合培训研讨大会议室",
    )
    return LabelsSheet(
        "青浦湾科创园",
        date(2026, 11, 23),
        tuple(
            Label(
                names[number % len(names)],
                f"M-{301 + number}",
                "会议室",
                "3 号楼 3 层 · 东区",
                f"https://park.example/s/{number:04d}-k3v9x2",
            )
            for number in range(count)
        ),
    )


def marked(number: int) -> str:
    """Write many words that begin and end with a mark of their own."""
    return f"始{number}" + "很长的说明" * (7 + number % 23) + f"末{number}。"


def wordy_invoice(rows: int) -> InvoicePaper:
    """Give an invoice whose rows of use, fees and disputes wrap over many lines, each from 始<n> to 末<n>."""

    def row(number: int) -> UseOfDay | Fee:
        day = date(2026, 10, 1) + timedelta(days=number % 31)
        if number % 2:
            return Fee(day, "未到场", marked(number), Money(100))
        bands = (part(marked(number), 60, ROOM_RATE, "1", Money(8000)), HOUR)
        return use(day, "09:02-10:55", "09:02-11:02", *bands, note=f"尾{number}。")

    space = SpaceCharges("很长的会议室名称" * 12, "M-301", "会议室", "3 号楼", tuple(map(row, range(rows))))
    disputes = tuple(
        LeftOut("黄浦江会议室", date(2026, 10, 22), Money(100), marked(number))
        for number in range(rows, rows + 40)
    )
    return invoice(spaces=(space,), adjustments=(), left_out=disputes)


def wordy_credit_note(lines: int) -> CreditNotePaper:
    """Give a credit note of lines that wrap, each from 始<n> to 末<n>."""
    rows = tuple(
        CreditLine("黄浦江会议室 M-301", marked(number), Money(-100), Money(200), 60)
        for number in range(lines)
    )
    total = Money(-100 * lines)
    return replace(credit_note(), lines=rows, total=total, taxes=tax_of(total))
