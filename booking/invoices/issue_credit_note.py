"""Take back lines of a closed invoice, whole or in part: the only way to mend one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.documents.store import store
from booking.invoices import rules
from booking.invoices.issue_invoice import PDF, tax_line
from booking.invoices.models import CreditNote, CreditNoteLine, Invoice, InvoiceState
from booking.invoices.paper import credit_note_paper
from booking.invoices.printer import CreditNotePaper, Printer
from booking.invoices.queries import Creditable, creditable_of, lock_invoice
from booking.invoices.take_number import CREDIT_NOTE, take_number
from booking.mail.outbox import LetterText, write_letter
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.values import Money, ReasonMissing, local_day


class Settle(Protocol):
    """Lets the state of an invoice follow what was paid and taken back, and has a payment provider told."""

    def __call__(self, session: Session, invoice: Invoice, *, now: datetime) -> None:
        """Do so in the caller's transaction; safe twice."""
        ...


CreditLetter = Callable[[Session, Invoice, CreditNote], LetterText]


@dataclass(frozen=True, slots=True)
class CreditNotePorts:
    """What a credit note goes out through; `settle` lets the invoice's state follow."""

    printer: Printer
    letter: CreditLetter
    settle: Settle


def issue_credit_note(
    session: Session,
    invoice_id: int,
    picks: Mapping[int, Money] | None,
    reason: str,
    ports: CreditNotePorts,
    *,
    idempotency_key: str | None,
    by: Actor,
    now: datetime,
) -> CreditNote:
    """Take back so much of each picked line (by charge id), or with None all that is left of all.

    It has its own number and PDF, and the tax of its lines. The same `idempotency_key` again gives the
    invoice's note of the first time. Raises ReasonMissing, NothingLeftToCredit, what `check_picks` and
    `taxes_of` raise, and PrintFailed.
    """
    invoice = lock_invoice(session, invoice_id)
    key = rules.key_for(invoice_id, idempotency_key)
    if key and (there := session.scalar(select(CreditNote).where(CreditNote.idempotency_key == key))):
        return there
    found = creditable_of(session, invoice)
    picks, taxes = _picked(invoice, found, picks, reason)
    park = session.get_one(Park, invoice.park_id)
    serial, number = take_number(session, park, CREDIT_NOTE, local_day(now, park.zone).year)
    paper = credit_note_paper(invoice, park, found.billed, picks, taxes, reason, number, now=now)
    pdf = store(session, park.id, f"{number}.pdf", PDF, ports.printer.credit_note(paper), now=now)
    note = _note(invoice, paper, taxes, serial, pdf.id, by=by, now=now)
    note.idempotency_key = key
    session.add(note)
    session.flush()
    _keep_lines(session, note, picks)
    before = invoice.state
    ports.settle(session, invoice, now=now)
    _record(session, invoice, note, before, by=by, now=now)
    mail_credit_note(session, invoice, note, ports.letter, now=now)
    return note


def _picked(
    invoice: Invoice, found: Creditable, picks: Mapping[int, Money] | None, reason: str
) -> tuple[Mapping[int, Money], tuple[rules.TaxPart, ...]]:
    """Check what is to be taken back, and tell the taxes in it."""
    if not reason.strip():
        raise ReasonMissing
    creditable = invoice.total - found.credited
    if creditable <= Money.zero():
        raise rules.NothingLeftToCredit(invoice.number)
    if picks is None:
        picks = rules.all_that_is_left(found.lines, found.rates)
    rules.check_picks(found.lines, picks, creditable)
    return picks, rules.taxes_of(found.lines, picks, found.rates)


def _note(
    invoice: Invoice,
    paper: CreditNotePaper,
    taxes: tuple[rules.TaxPart, ...],
    serial: int,
    document_id: int,
    *,
    by: Actor,
    now: datetime,
) -> CreditNote:
    return CreditNote(
        park_id=invoice.park_id,
        invoice_id=invoice.id,
        year=paper.issued_on.year,
        serial=serial,
        number=paper.number,
        issued_at=now,
        amount=-paper.total,
        tax=Money.total(part.tax for part in taxes),
        tax_lines=[tax_line(part.vat_permille, part.gross, part.tax) for part in taxes],
        reason=paper.reason,
        created_by_id=by.member_id,
        document_id=document_id,
    )


def _keep_lines(session: Session, note: CreditNote, picks: Mapping[int, Money]) -> None:
    """Write the lines; the database refuses one that takes back more than was billed."""
    session.add_all(
        CreditNoteLine(credit_note_id=note.id, charge_id=charge_id, amount=amount)
        for charge_id, amount in sorted(picks.items())
    )
    session.flush()


def _record(
    session: Session, invoice: Invoice, note: CreditNote, before: InvoiceState, *, by: Actor, now: datetime
) -> None:
    record(
        session, Action.CREDIT_NOTE_ISSUED, "invoice", invoice.id, by=by, now=now, park_id=invoice.park_id,
        before={"state": before}, reason=note.reason,
        after={"state": invoice.state, "number": note.number, "amount_fen": note.amount.fen},
    )  # fmt: skip


def mail_credit_note(
    session: Session, invoice: Invoice, note: CreditNote, letter: CreditLetter, *, now: datetime
) -> bool:
    """Write the letter with the PDF in it; False where it is written already, or nobody has an address."""
    to = session.get_one(Enterprise, invoice.enterprise_id).billing_email
    if not to:
        return False
    key, writing = f"credit-note:{note.id}", letter(session, invoice, note)
    enclosure = (note.document_id, f"{note.number}.pdf")
    return write_letter(session, invoice.park_id, key, to, writing, now=now, enclosures=[enclosure])
