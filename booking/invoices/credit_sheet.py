"""Lay a credit note out on paper: the lines it takes back, each with what it was billed, and their taxes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.charges.models import ChargeKind
from booking.invoices import paper_labels
from booking.invoices.billable_lines import InvoiceLine
from booking.invoices.models import Invoice
from booking.invoices.printer import Buyer, CreditLine, CreditNoteSheet, Seller, Tax
from booking.invoices.rules import TaxPart
from booking.parks.models import Park
from booking.values.money import Money
from booking.values.month import Month, local_day


def credit_sheet(
    invoice: Invoice,
    park: Park,
    billed: Sequence[InvoiceLine],
    picks: Mapping[int, Money],
    taxes: Sequence[TaxPart],
    reason: str,
    number: str,
    *,
    now: datetime,
) -> CreditNoteSheet:
    """Lay out the picked lines in the order of the invoice; on a credit note all amounts are negative."""
    return CreditNoteSheet(
        number=number,
        issued_on=local_day(now, park.zone),
        invoice_number=invoice.number,
        invoice_issued_on=local_day(invoice.issued_at, park.zone),
        invoice_month=Month.from_key(invoice.month_key, park.zone),
        seller=Seller(**invoice.seller),
        buyer=Buyer(**invoice.buyer),
        reason=reason,
        lines=tuple(credit_line(line, picks[line.id], park.zone) for line in billed if line.id in picks),
        taxes=tuple(Tax(part.vat_permille, -part.gross, -part.tax) for part in taxes),
        total=-Money.total(picks.values()),
    )


def credit_line(line: InvoiceLine, amount: Money, zone: ZoneInfo) -> CreditLine:
    """Put a line that is taken back into words, with so much of it as the opposite."""
    what = [
        paper_labels.TITLES[line.kind],
        paper_labels.detail(line, zone) or paper_labels.day_words(line.day),
    ]
    if line.kind is ChargeKind.STORAGE:
        what.append(paper_labels.day_words(line.day) + "起")
    if line.kind is ChargeKind.USE:
        what.append(paper_labels.band(line.band))
    return CreditLine(
        title=called(line.space_name, line.space_code),
        detail=" ".join(what),
        amount=-amount,
        billed=line.amount,
        rate_permille=line.vat_permille,
    )


def called(name: str, code: str) -> str:
    """Name a space on paper, with its code unless the name says it already."""
    return name if code in name else f"{name} {code}"
