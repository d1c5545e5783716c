"""Take back all or part of a closed invoice: the only way to mend one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from booking.archive.keep import keep
from booking.audit.record import record
from booking.billing.closing_rules import (
    AmountNotPositive,
    CreditedTooMuch,
    NothingLeftToCredit,
    ReasonMissing,
    TaxPart,
    credited_parts,
    key_for,
)
from booking.billing.mail_bill import mail_credit_note
from booking.billing.models import CreditNote
from booking.billing.paper_words import month_words
from booking.billing.printer import Buyer, CreditLine, CreditNoteSheet, Seller, Tax
from booking.billing.standing import lock_invoice, stand_anew, standing_of
from booking.billing.take_number import CREDIT_NOTE, take_number
from booking.parks.models import Park
from booking.values.money import Money
from booking.values.month import Month, local_day

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
    from booking.billing.mail_bill import CreditWords
    from booking.billing.models import Invoice
    from booking.billing.printer import Printer
    from booking.billing.standing import Standing

PDF = "application/pdf"


def issue_credit_note(
    session: Session,
    invoice_id: int,
    amount: Money | None,
    reason: str,
    printer: Printer,
    words: CreditWords,
    *,
    once_key: str | None,
    by: Actor,
    now: datetime,
) -> CreditNote:
    """Take back `amount`, or with None all that is left; its own number, PDF, and tax by the invoice's rates.

    The same `once_key` again gives the invoice's note of the first time. Raises ReasonMissing,
    AmountNotPositive, NothingLeftToCredit, CreditedTooMuch, PrintFailed. Where the invoice lies at the
    payment desk, the desk is to be told.
    """
    invoice = lock_invoice(session, invoice_id)
    key = key_for(invoice_id, once_key)
    if key and (there := session.scalar(select(CreditNote).where(CreditNote.once_key == key))):
        return there
    standing = standing_of(session, invoice)
    amount = standing.creditable if amount is None else amount
    _refuse_wrong(invoice, standing, amount, reason)
    park = session.get_one(Park, invoice.park_id)
    today = local_day(now, park.zone)
    serial, number = take_number(session, park, CREDIT_NOTE, today.year)
    sheet = _sheet(invoice, standing, amount, reason, park, number, now=now)
    pdf = keep(session, park.id, f"{number}.pdf", PDF, printer.credit_note(sheet), now=now)
    note = _note(invoice, sheet, amount, serial, pdf.id, by=by, now=now)
    note.once_key = key
    session.add(note)
    session.flush()
    _change(session, invoice, note, by=by, now=now)
    mail_credit_note(session, invoice, note, words, now=now)
    return note


def _note(
    invoice: Invoice,
    sheet: CreditNoteSheet,
    amount: Money,
    serial: int,
    document_id: int,
    *,
    by: Actor,
    now: datetime,
) -> CreditNote:
    return CreditNote(
        park_id=invoice.park_id,
        invoice_id=invoice.id,
        year=sheet.issued_on.year,
        serial=serial,
        number=sheet.number,
        issued_at=now,
        amount=amount,
        tax=-Money.total(tax.tax for tax in sheet.taxes),
        reason=sheet.reason,
        created_by_id=by.member_id,
        document_id=document_id,
    )


def _refuse_wrong(invoice: Invoice, standing: Standing, amount: Money, reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing
    if standing.creditable <= Money.zero():
        raise NothingLeftToCredit(invoice.number)
    if amount <= Money.zero():
        raise AmountNotPositive
    if amount > standing.creditable:
        raise CreditedTooMuch(standing.creditable, amount)


def _change(session: Session, invoice: Invoice, note: CreditNote, *, by: Actor, now: datetime) -> None:
    before = invoice.state
    stand_anew(session, invoice, now=now)
    record(
        session, "credit note issued", "invoice", invoice.id, by=by, now=now, park_id=invoice.park_id,
        before={"state": before}, reason=note.reason,
        after={"state": invoice.state, "number": note.number, "amount_fen": note.amount.fen},
    )  # fmt: skip


def _sheet(
    invoice: Invoice,
    standing: Standing,
    amount: Money,
    reason: str,
    park: Park,
    number: str,
    *,
    now: datetime,
) -> CreditNoteSheet:
    month = Month.from_key(invoice.month_key, park.zone)
    whole = amount == standing.total
    title = "整单冲销" if whole else "部分退还"
    line = CreditLine(title, f"账单 {invoice.number}（{month_words(month)}）", -amount)
    return CreditNoteSheet(
        number=number,
        issued_on=local_day(now, park.zone),
        invoice_number=invoice.number,
        invoice_issued_on=local_day(invoice.issued_at, park.zone),
        invoice_month=month,
        seller=Seller(**invoice.seller),
        buyer=Buyer(**invoice.buyer),
        reason=reason,
        lines=(line,),
        taxes=tuple(
            Tax(part.vat_permille, -part.gross, -part.tax)
            for part in credited_parts(invoice_parts(invoice), standing.credited, amount)
        ),
        total=-amount,
    )


def invoice_parts(invoice: Invoice) -> tuple[TaxPart, ...]:
    """Read the taxes an invoice keeps."""
    return tuple(
        TaxPart(line["vat_permille"], Money(line["gross_fen"]), Money(line["tax_fen"]))
        for line in invoice.tax_lines
    )
