"""Put an invoice or a credit note into the post, with its PDF; each goes once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.people.models import Enterprise
from booking.post.write import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.billing.models import CreditNote, Invoice
    from booking.post.writing import Writing

    InvoiceWords = Callable[[Session, Invoice], Writing]
    CreditWords = Callable[[Session, Invoice, CreditNote], Writing]


def mail_invoice(session: Session, invoice: Invoice, words: InvoiceWords, *, now: datetime) -> bool:
    """Write the letter with the PDF in it; False where it is written already, or nobody has an address."""
    key = f"invoice:{invoice.id}"
    return _write(session, invoice, key, invoice.number, invoice.document_id, words(session, invoice), now)


def mail_credit_note(
    session: Session, invoice: Invoice, note: CreditNote, words: CreditWords, *, now: datetime
) -> bool:
    """Write the letter with the PDF in it; False where it is written already, or nobody has an address."""
    key, writing = f"credit-note:{note.id}", words(session, invoice, note)
    return _write(session, invoice, key, note.number, note.document_id, writing, now)


def _write(
    session: Session,
    invoice: Invoice,
    key: str,
    number: str,
    document_id: int,
    writing: Writing,
    now: datetime,
) -> bool:
    to = session.get_one(Enterprise, invoice.enterprise_id).billing_email
    if not to:
        return False
    enclosure = (document_id, f"{number}.pdf")
    return write(session, invoice.park_id, key, to, writing, now=now, enclosures=[enclosure])
