"""Put an invoice or a credit note into the post, with its PDF; each goes once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from booking.invoices.models import CreditNote, Invoice
from booking.mail.outbox import LetterText, NewLetter, write_letter, write_letters
from booking.people.models import Enterprise

InvoiceWords = Callable[[Session, Invoice], LetterText]


def mail_invoice(session: Session, invoice: Invoice, words: InvoiceWords, *, now: datetime) -> bool:
    """Write the letter with the PDF in it; False where it is written already, or nobody has an address."""
    return bool(mail_invoices(session, [invoice], words, now=now))


def mail_invoices(
    session: Session, invoices: Sequence[Invoice], words: InvoiceWords, *, now: datetime
) -> set[str]:
    """Write the letters of one park's invoices with their PDFs; gives the keys of those that are new."""
    letters = [
        NewLetter(f"invoice:{one.id}", to, words(session, one), [(one.document_id, f"{one.number}.pdf")])
        for one in invoices
        if (to := session.get_one(Enterprise, one.enterprise_id).billing_email)
    ]
    return write_letters(session, invoices[0].park_id, letters, now=now) if letters else set()


CreditWords = Callable[[Session, Invoice, CreditNote], LetterText]


def mail_credit_note(
    session: Session, invoice: Invoice, note: CreditNote, words: CreditWords, *, now: datetime
) -> bool:
    """Write the letter with the PDF in it; False where it is written already, or nobody has an address."""
    to = session.get_one(Enterprise, invoice.enterprise_id).billing_email
    if not to:
        return False
    key, writing = f"credit-note:{note.id}", words(session, invoice, note)
    enclosure = (note.document_id, f"{note.number}.pdf")
    return write_letter(session, invoice.park_id, key, to, writing, now=now, enclosures=[enclosure])
