"""Questions about invoices and their credit notes, and about the months of a park."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, case, func, select, type_coerce
from sqlalchemy.orm import Session, joinedload

from booking.charges.models import Charge, MonthClose
from booking.charges.queries import COUNTS
from booking.db import lock_row
from booking.invoices.billable_lines import InvoiceLine, lines_of_invoice
from booking.invoices.models import CreditNote, CreditNoteLine, Invoice, InvoiceState
from booking.invoices.rules import CreditableLine, TaxPart, left_of_rates
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.values import Money, Month
from booking.values.chinese_order import in_chinese_order


def find_invoice(
    session: Session, invoice_id: int, park_id: int, enterprise_id: int | None = None
) -> Invoice | None:
    """Give an invoice of the park, and of the enterprise where one is named; None for anybody else's."""
    found = select(Invoice).where(Invoice.id == invoice_id, Invoice.park_id == park_id)
    if enterprise_id is not None:
        found = found.where(Invoice.enterprise_id == enterprise_id)
    return session.scalar(found.options(joinedload(Invoice.enterprise)))


def credit_notes_of(session: Session, invoice: Invoice) -> Sequence[CreditNote]:
    """Give what was taken back, in order."""
    return session.scalars(
        select(CreditNote).where(CreditNote.invoice_id == invoice.id).order_by(CreditNote.id)
    ).all()


def invoice_of_month(session: Session, enterprise_id: int, month: Month) -> Invoice | None:
    """Give the one invoice of an enterprise's month, or None where there is none yet."""
    return session.scalar(
        select(Invoice).where(Invoice.enterprise_id == enterprise_id, Invoice.month_key == month.key)
    )


def enterprise_names(session: Session, park_id: int) -> list[tuple[int, str]]:
    """Name the enterprises of a park, for a list to be narrowed to."""
    rows = session.execute(
        select(Enterprise.id, Enterprise.name).where(Enterprise.park_id == park_id).order_by(Enterprise.id)
    )
    return [(row.id, row.name) for row in in_chinese_order(rows, lambda row: row.name)]


@dataclass(frozen=True, slots=True)
class BillingMonth:
    """A month of a park: what waits, what was invoiced, what of it is still owed by its state."""

    month: Month
    close: MonthClose | None
    waiting_lines: int
    waiting: Money
    invoices: int
    invoiced: Money
    due_invoices: int


MONTHS_BACK = 24


def months_of(session: Session, park: Park, current: Month) -> list[BillingMonth]:
    """Give the months in which something happened, this month first, in three queries."""
    waiting = _waiting(session, park)
    made = _made(session, park)
    closes = {
        row.month_key: row
        for row in session.scalars(
            select(MonthClose).where(MonthClose.park_id == park.id).order_by(MonthClose.month_key)
        )
    }
    keys = sorted({current.key, *waiting, *made, *closes}, reverse=True)[:MONTHS_BACK]
    return [_row(park, key, closes.get(key), waiting, made) for key in keys]


def _row(
    park: Park,
    key: int,
    close: MonthClose | None,
    waiting: dict[int, tuple[int, Money]],
    made: dict[int, tuple[int, Money, int]],
) -> BillingMonth:
    lines, fen = waiting.get(key, (0, Money.zero()))
    invoices, invoiced, due = made.get(key, (0, Money.zero(), 0))
    return BillingMonth(Month.from_key(key, park.zone), close, lines, fen, invoices, invoiced, due)


def _waiting(session: Session, park: Park) -> dict[int, tuple[int, Money]]:
    rows = session.execute(
        select(Charge.month_key, func.count(), func.sum(type_coerce(Charge.amount, BigInteger)))
        .where(Charge.park_id == park.id, COUNTS, Charge.invoice_id.is_(None))
        .group_by(Charge.month_key)
        .order_by(Charge.month_key)
    )
    return {key: (count, Money(int(fen))) for key, count, fen in rows}


def _made(session: Session, park: Park) -> dict[int, tuple[int, Money, int]]:
    due = func.sum(case((Invoice.state == InvoiceState.DUE, 1), else_=0))
    rows = session.execute(
        select(Invoice.month_key, func.count(), func.sum(type_coerce(Invoice.total, BigInteger)), due)
        .where(Invoice.park_id == park.id)
        .group_by(Invoice.month_key)
        .order_by(Invoice.month_key)
    )
    return {key: (count, Money(int(fen)), int(open_)) for key, count, fen, open_ in rows}


def find_credit_note(
    session: Session, note_id: int, park_id: int, enterprise_id: int | None = None
) -> CreditNote | None:
    """Give a credit note of the park, and of the enterprise where one is named; None for anybody else's."""
    found = select(CreditNote).join(Invoice, Invoice.id == CreditNote.invoice_id)
    found = found.where(CreditNote.id == note_id, CreditNote.park_id == park_id)
    if enterprise_id is not None:
        found = found.where(Invoice.enterprise_id == enterprise_id)
    return session.scalar(found)


def lock_invoice(session: Session, invoice_id: int) -> Invoice:
    """Give the invoice as it is now; nobody else pays, credits or publishes it until the caller is done."""
    session.flush()  # reading it anew would forget what this transaction has changed
    return lock_row(session, Invoice, invoice_id)


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
