"""Prints invoices and credit notes: their papers as finished texts, set on their sheets."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from booking.charges.explain import UseExplained
from booking.gateways.typst.press import Exact, Press, svg_code
from booking.invoices.paper import band_on_paper
from booking.invoices.printer import (
    CreditNotePaper,
    Fee,
    InvoicePaper,
    SpaceCharges,
    StorageDays,
    Tax,
    UseOfDay,
)
from booking.values import Money, writing
from booking.values.writing import capitals


def _part(part: UseExplained) -> dict[str, Any]:
    free = f"其中免费额度 {writing.duration_text(part.free_minutes)}" if part.free_minutes else ""
    return {
        "band": f"{band_on_paper(part.band)} {writing.duration_text(part.minutes)}",
        "free": free,
        "price": f"{writing.money_text(part.rule.rate)}/小时 × {part.factor:f}",
        "amount": writing.money_text(part.amount),
    }


def _use(row: UseOfDay, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "sort": "use",
        "day": writing.short_date(row.day),
        "used": writing.times_text(row.came_at, row.left_at, row.day, zone),
        "billed": writing.times_text(row.billed_from, row.billed_to, row.day, zone),
        "note": row.note,
        "parts": [_part(part) for part in row.parts],
    }


def _storage(row: StorageDays) -> dict[str, Any]:
    return {
        "sort": "storage",
        "day": writing.days_text(row.first_day, row.last_day),
        "quantity": row.quantity,
        "days": f"{row.days} 天",
        "price": f"{writing.money_text(row.price)}/天",
        "note": row.note,
        "amount": writing.money_text(row.amount),
    }


def _fee(row: Fee) -> dict[str, Any]:
    return {
        "sort": "fee",
        "day": writing.short_date(row.day),
        "title": row.title,
        "detail": row.detail,
        "amount": writing.money_text(row.amount),
    }


def _row(row: UseOfDay | StorageDays | Fee, zone: ZoneInfo) -> dict[str, Any]:
    match row:
        case UseOfDay():
            return _use(row, zone)
        case StorageDays():
            return _storage(row)
        case Fee():
            return _fee(row)


JOINT = " · "


def _space(space: SpaceCharges, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "name": space.name,
        "about": JOINT.join(filter(None, (space.code, space.kind, space.area, space.parts))),
        "subtotal": writing.money_text(space.subtotal),
        "rows": [_row(row, zone) for row in space.rows],
    }


def _taxes(taxes: Iterable[Tax]) -> list[dict[str, str]]:
    return [
        {"rate": writing.tax_rate_text(tax.rate_permille)} | _tax_amounts(tax.gross, tax.tax) for tax in taxes
    ]


def _tax_sum(taxes: Iterable[Tax]) -> dict[str, str]:
    taxes = tuple(taxes)
    return _tax_amounts(Money.total(tax.gross for tax in taxes), Money.total(tax.tax for tax in taxes))


def _tax_amounts(gross: Money, tax: Money) -> dict[str, str]:
    return {
        "net": writing.money_text(gross - tax),
        "tax": writing.money_text(tax),
        "gross": writing.money_text(gross),
    }


def invoice_data(paper: InvoicePaper) -> dict[str, Any]:
    """Give everything that `invoice.typ` reads."""
    zone, url = paper.month.zone, paper.payment_url or ""
    return {
        "number": paper.number,
        "month": writing.month_text(paper.month),
        "issued_on": writing.long_date(paper.issued_on),
        "due_on": writing.long_date(paper.due_on),
        "seller": asdict(paper.seller),
        "buyer": asdict(paper.buyer),
        "spaces": [_space(space, zone) for space in paper.spaces],
        "adjustments": [_fee(fee) for fee in paper.adjustments],
        "adjusted": writing.money_text(Money.total(fee.amount for fee in paper.adjustments)),
        "left_out": [
            {
                "space": item.space,
                "day": writing.short_date(item.day),
                "amount": writing.money_text(item.amount),
                "question": item.question,
            }
            for item in paper.left_out
        ],
        "taxes": _taxes(paper.taxes),
        "tax_sum": _tax_sum(paper.taxes),
        "total": writing.money_text(paper.total),
        "capitals": capitals(paper.total),
        "payable": paper.total.fen > 0,
        "payment_url": Exact(url),
        "payment_host": urlsplit(url).netloc,
        "payment_code": svg_code(url) if url else "",
    }


def credit_note_data(paper: CreditNotePaper) -> dict[str, Any]:
    """Give everything that `credit_note.typ` reads."""
    return {
        "number": paper.number,
        "issued_on": writing.long_date(paper.issued_on),
        "invoice_number": paper.invoice_number,
        "invoice_issued_on": writing.long_date(paper.invoice_issued_on),
        "invoice_month": writing.month_text(paper.invoice_month),
        "seller": asdict(paper.seller),
        "buyer": asdict(paper.buyer),
        "reason": paper.reason,
        "lines": [
            {
                "title": line.title,
                "detail": line.detail,
                "rate": writing.tax_rate_text(line.rate_permille),
                "billed": writing.money_text(line.billed),
                "amount": writing.money_text(line.amount),
            }
            for line in paper.lines
        ],
        "taxes": _taxes(paper.taxes),
        "tax_sum": _tax_sum(paper.taxes),
        "total": writing.money_text(paper.total),
        "capitals": capitals(paper.total),
    }


class BillingPrinter:
    """Prints what is billed, by the port of `invoices/printer.py`."""

    def __init__(self, press: Press | None = None) -> None:
        """Take a press of one's own for tests, else the real one."""
        self._press = press or Press()

    def invoice(self, paper: InvoicePaper) -> bytes:
        """Set an invoice; raises PrintFailed."""
        return self._press.print(
            "invoice", lambda: invoice_data(paper), made_on=paper.issued_on, label=f"invoice {paper.number}"
        )

    def credit_note(self, paper: CreditNotePaper) -> bytes:
        """Set a credit note; raises PrintFailed."""
        return self._press.print(
            "credit_note",
            lambda: credit_note_data(paper),
            made_on=paper.issued_on,
            label=f"credit note {paper.number}",
        )
