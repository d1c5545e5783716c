"""Questions about credit notes: what may still be taken back of an invoice, and what each note took back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, func, select, type_coerce
from sqlalchemy.orm import Session

from booking.invoices.billable_lines import InvoiceLine, lines_of_invoice
from booking.invoices.credit_rules import CreditableLine, left_of_rates
from booking.invoices.models import CreditNote, CreditNoteLine, Invoice
from booking.invoices.rules import TaxPart
from booking.values.money import Money


class Credited(NamedTuple):
    """A line of a credit note: what was billed, and what is taken back of it."""

    line: InvoiceLine
    amount: Money


@dataclass(frozen=True, slots=True)
class Creditable:
    """What credit notes may still take back of an invoice.

    `lines` are in the order of the invoice, each beside what notes took back of it by name; `rates` is
    what all notes left at each rate, `credited` what they took back in all. `unnamed` is what of it they
    took back before they named lines.
    """

    billed: Sequence[InvoiceLine]
    lines: Sequence[CreditableLine]
    rates: dict[int, TaxPart]
    credited: Money
    unnamed: Money


def tax_parts_of(tax_lines: list[Any]) -> tuple[TaxPart, ...]:
    """Read the taxes that an invoice or a credit note keeps."""
    return tuple(
        TaxPart(line["vat_permille"], Money(line["gross_fen"]), Money(line["tax_fen"])) for line in tax_lines
    )


def creditable_of(session: Session, invoice: Invoice) -> Creditable:
    """Tell what may still be taken back, in three queries."""
    billed = lines_of_invoice(session, invoice.id)
    notes = session.execute(
        select(CreditNote.tax_lines, CreditNote.amount)
        .where(CreditNote.invoice_id == invoice.id)
        .order_by(CreditNote.id)
    ).all()
    credited: dict[int, Money] = {}
    for row in session.execute(_lines(invoice.id)):
        credited[row.charge_id] = credited.get(row.charge_id, Money.zero()) + row.amount
    lines = [
        CreditableLine(line.id, line.vat_permille, line.amount, credited.get(line.id, Money.zero()))
        for line in billed
    ]
    taken = [part for note in notes for part in tax_parts_of(note.tax_lines)]
    in_all = Money.total(note.amount for note in notes)
    return Creditable(
        billed,
        lines,
        left_of_rates(tax_parts_of(invoice.tax_lines), taken),
        credited=in_all,
        unnamed=in_all - Money.total(credited.values()),
    )


def credited_by_invoice(session: Session, invoices: Sequence[Invoice]) -> dict[int, Money]:
    """Sum what credit notes took back, by invoice id; what has none is left out."""
    rows = session.execute(
        select(CreditNote.invoice_id, func.sum(type_coerce(CreditNote.amount, BigInteger)))
        .where(CreditNote.invoice_id.in_([invoice.id for invoice in invoices]))
        .group_by(CreditNote.invoice_id)
        .order_by(CreditNote.invoice_id)
    )
    return {invoice_id: Money(int(fen)) for invoice_id, fen in rows}


def _lines(invoice_id: int) -> Select[int, int, Money]:
    return (
        select(CreditNoteLine.credit_note_id, CreditNoteLine.charge_id, CreditNoteLine.amount)
        .join(CreditNote, CreditNote.id == CreditNoteLine.credit_note_id)
        .where(CreditNote.invoice_id == invoice_id)
        .order_by(CreditNoteLine.id)
    )


def credited_lines(
    session: Session, invoice: Invoice, billed: Sequence[InvoiceLine]
) -> dict[int, list[Credited]]:
    """Give the lines of the invoice's credit notes, by note, in the order of the invoice.

    A note of before they named lines has none.
    """
    place = {line.id: at for at, line in enumerate(billed)}
    found: dict[int, list[Credited]] = {}
    for row in session.execute(_lines(invoice.id)):
        line = billed[place[row.charge_id]]
        found.setdefault(row.credit_note_id, []).append(Credited(line, row.amount))
    for lines in found.values():
        lines.sort(key=lambda one: place[one.line.id])
    return found
