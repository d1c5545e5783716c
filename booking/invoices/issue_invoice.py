"""Make an enterprise's invoice of a closed month, all or nothing, and mail it.

It is drawn up of the lines to bill, gets its number and its paper, and is kept; then its lines are billed.
Several at once are made of the same pieces (`issue_batch`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import BindParameter, Table, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record_each
from booking.charges.charge_stay import charge_lease_month
from booking.charges.models import Charge, Dispute, MonthClose
from booking.documents.store import store_bytes
from booking.invoices.billable_lines import InvoiceLine, billable_lines, forget_failure, leases_to_charge
from booking.invoices.models import Invoice, InvoiceState, IssueFailure
from booking.invoices.paper import buyer_of, by_space, carried_over_lines, left_out, place_text, seller_of
from booking.invoices.printer import InvoicePaper, Printer, Tax
from booking.invoices.rules import MonthNotClosed, tax_parts
from booking.invoices.take_number import INVOICE, take_number
from booking.mail.outbox import LetterText, NewLetter, write_letters
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.usage.models import Stay
from booking.usage.queries import STORED
from booking.values import Money, Month, local_day


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """What an invoice will say. `left_out` names the lines in dispute as the invoice keeps them."""

    park_id: int
    park_code: str
    enterprise_id: int
    paper: InvoicePaper
    charge_ids: tuple[int, ...]
    left_out: list[dict[str, Any]]

    @property
    def year(self) -> int:
        """The year of issue, whose numbers it takes from."""
        return self.paper.issued_on.year

    def numbered(self, number: str) -> InvoicePaper:
        """Give what is printed."""
        return replace(self.paper, number=number)

    def invoice(
        self, serial: int, number: str, document_id: int, *, now: datetime, publish: bool
    ) -> dict[str, Any]:
        """Write the invoice down by its columns; `publish` asks for a page to pay at, where it is owed."""
        paper = self.paper
        return {
            "park_id": self.park_id,
            "enterprise_id": self.enterprise_id,
            "month_key": paper.month.key,
            "year": self.year,
            "serial": serial,
            "number": number,
            "issued_at": now,
            "due_on": paper.due_on,
            "total": paper.total,
            "tax": Money.total(tax.tax for tax in paper.taxes),
            "tax_lines": [tax_line(tax.rate_permille, tax.gross, tax.tax) for tax in paper.taxes],
            "seller": asdict(paper.seller),
            "buyer": asdict(paper.buyer),
            "left_out": self.left_out,
            "document_id": document_id,
            "state": InvoiceState.DUE if paper.total else InvoiceState.PAID,
            "publish_due_at": now if publish and paper.total else None,
        }


NO_NUMBER = ""


def draft_invoice(
    park: Park, enterprise: Enterprise, month: Month, lines: Sequence[InvoiceLine], *, now: datetime
) -> InvoiceDraft | None:
    """Draw it up from the lines to bill; None where nothing is to be asked for, or more is owed back.

    Lines in dispute stay for the next month and are named.
    """
    sure = [line for line in lines if not line.in_dispute]
    unsure = [line for line in lines if line.in_dispute]
    parts = tax_parts((line.vat_permille, line.amount) for line in sure)
    total = Money.total(part.gross for part in parts)
    if not sure or total < Money.zero():
        return None
    today = local_day(now, park.zone)
    paper = InvoicePaper(
        number=NO_NUMBER,
        month=month,
        issued_on=today,
        due_on=today + timedelta(days=park.payment_days),
        seller=seller_of(park),
        buyer=buyer_of(enterprise),
        spaces=by_space(sure, month),
        adjustments=carried_over_lines(sure, month),
        left_out=left_out(unsure),
        taxes=tuple(Tax(part.vat_permille, part.gross, part.tax) for part in parts),
        total=total,
    )
    ids = tuple(line.id for line in sure)
    return InvoiceDraft(park.id, park.code, enterprise.id, paper, ids, [_named(line) for line in unsure])


def tax_line(vat_permille: int, gross: Money, tax: Money) -> dict[str, int]:
    """Write what is taxed at one rate as an invoice keeps it."""
    return {"vat_permille": vat_permille, "gross_fen": gross.fen, "tax_fen": tax.fen}


def _named(line: InvoiceLine) -> dict[str, Any]:
    return {
        "charge_id": line.id,
        "text": line.question,
        "amount_fen": line.amount.fen,
        "space": place_text(line),
        "day": line.day.isoformat(),
    }


PDF = "application/pdf"


class LinesMovedError(RuntimeError):
    """A line changed while its invoice was made: undo all, and make it of the lines as they are now."""


_CHARGE, _INVOICE, _DISPUTE = (row.__table__.c for row in (Charge, Invoice, Dispute))
_PUT_ON = (
    update(cast("Table", Charge.__table__))
    .where(_INVOICE.id.in_(bindparam("invoices", expanding=True)))
    .where(_CHARGE.enterprise_id == _INVOICE.enterprise_id, _CHARGE.month_key <= _INVOICE.month_key)
    .where(_CHARGE.invoice_id.is_(None), _CHARGE.superseded_at.is_(None))
    .where(~exists().where(_DISPUTE.charge_id == _CHARGE.id, _DISPUTE.answered_at.is_(None)))
    .values(invoice_id=_INVOICE.id)
    .returning(_CHARGE.id)
)


def put_lines_on(session: Session, invoices: Sequence[Invoice], charge_ids: Collection[int]) -> None:
    """Mark the lines as billed, each by its enterprise's invoice.

    What is to be billed now must be the lines that were read, one for one; else raises LinesMovedError.
    """
    billed = session.scalars(_PUT_ON, {"invoices": [invoice.id for invoice in invoices]})
    if set(billed) != set(charge_ids):
        raise LinesMovedError(", ".join(invoice.number for invoice in invoices))


def store_invoices(session: Session, facts: Sequence[dict[str, Any]]) -> Sequence[Invoice]:
    """Insert invoices of one park and year whose serials follow each other, and give them in their order.

    Not by the unit of work: it writes one statement with hundreds of parameters, which takes the driver
    longer to read than the server to do.
    """
    session.execute(_INSERT, facts)
    first, last = facts[0], facts[-1]
    asked = {
        "park": first["park_id"],
        "of_year": first["year"],
        "first": first["serial"],
        "last": last["serial"],
    }
    return session.scalars(_KEPT, asked).all()


_INSERT = insert(cast("Table", Invoice.__table__))
_KEPT = (
    select(Invoice)
    .where(Invoice.park_id == bindparam("park"), Invoice.year == bindparam("of_year"))
    .where(Invoice.serial.between(bindparam("first"), bindparam("last")))
    .order_by(Invoice.serial)
)


def record_made(
    session: Session, invoices: Sequence[Invoice], lines: Sequence[int], *, by: Actor, now: datetime
) -> None:
    """Write into the trail which invoices of one park were made, and of how many lines each."""
    facts = {
        invoice.id: {"number": invoice.number, "total_fen": invoice.total.fen, "lines": count}
        for invoice, count in zip(invoices, lines, strict=True)
    }
    record_each(session, Action.INVOICE_ISSUED, "invoice", facts, by=by, now=now, park_id=invoices[0].park_id)


InvoiceLetter = Callable[[Session, Invoice], LetterText]


def issue_invoice(
    session: Session,
    enterprise_id: int,
    month: Month,
    printer: Printer,
    letter: InvoiceLetter,
    *,
    by: Actor,
    now: datetime,
    publish: bool = False,
) -> Invoice | None:
    """Make the invoice; None where there is one already, or nothing to bill, or more is owed back.

    The month is closed for the park (else MonthNotClosed). Safe twice and for several at once: whoever
    comes second waits for the series of numbers, and then finds the invoice. Lines in dispute stay for
    the next month and are named. Raises PrintFailed and NoTariff; the caller's transaction then gives
    the number back. `publish` asks for the bill to be laid out for payment online; its letter, which
    is worded by `words` and else written here, then waits for the page to pay at.
    """
    # Who corrects or ends a stay of theirs just now comes before or after, never in between.
    enterprise, park = session.execute(_LOCKED, {"enterprise": enterprise_id}).one()
    # Asked after the lock is had: a statement sees what was there when it began to wait.
    found = session.execute(_STATE, {"enterprise": enterprise_id, "park": park.id, "month": month.key}).one()
    if not found.closed:
        raise MonthNotClosed(month)
    if found.billed:
        return None
    if found.storage:
        for stay in leases_to_charge(session, park.id, month, enterprise_id):
            charge_lease_month(session, stay, month, now=now)
    lines = billable_lines(session, enterprise_id, month)
    draft = draft_invoice(park, enterprise, month, lines, now=now)
    if draft is None:
        return None
    serial, number = take_number(session, park, INVOICE, draft.year)
    pdf = printer.invoice(draft.numbered(number))
    document_id = store_bytes(session, park.id, f"{number}.pdf", PDF, pdf, now=now)
    facts = draft.invoice(serial, number, document_id, now=now, publish=publish)
    (invoice,) = store_invoices(session, [facts])
    put_lines_on(session, [invoice], draft.charge_ids)
    if found.troubled:
        forget_failure(session, enterprise_id, month)
    if invoice.publish_due_at is None:
        mail_invoice(session, invoice, letter, now=now)
    record_made(session, [invoice], [len(draft.charge_ids)], by=by, now=now)
    return invoice


# Asked once an enterprise, a thousand times a close: written once, and compiled once.
_OF: BindParameter[int] = bindparam("enterprise")
_MONTH: BindParameter[int] = bindparam("month")
_LOCKED = (
    select(Enterprise, Park)
    .join(Park, Park.id == Enterprise.park_id)
    .where(Enterprise.id == _OF)
    .with_for_update(of=Enterprise, key_share=True)
)
_STATE = select(
    exists().where(MonthClose.park_id == bindparam("park"), MonthClose.month_key == _MONTH).label("closed"),
    exists().where(Invoice.enterprise_id == _OF, Invoice.month_key == _MONTH).label("billed"),
    exists().where(Stay.enterprise_id == _OF, STORED).label("storage"),
    exists().where(IssueFailure.enterprise_id == _OF, IssueFailure.month_key == _MONTH).label("troubled"),
)


def mail_invoice(session: Session, invoice: Invoice, letter: InvoiceLetter, *, now: datetime) -> bool:
    """Write the letter with the PDF in it; False where it is written already, or nobody has an address."""
    return bool(mail_invoices(session, [invoice], letter, now=now))


def mail_invoices(
    session: Session, invoices: Sequence[Invoice], letter: InvoiceLetter, *, now: datetime
) -> set[str]:
    """Write the letters of one park's invoices with their PDFs; gives the keys of those that are new."""
    letters = [
        NewLetter(f"invoice:{one.id}", to, letter(session, one), [(one.document_id, f"{one.number}.pdf")])
        for one in invoices
        if (to := session.get_one(Enterprise, one.enterprise_id).billing_email)
    ]
    return write_letters(session, invoices[0].park_id, letters, now=now) if letters else set()
