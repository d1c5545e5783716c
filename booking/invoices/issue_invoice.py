"""Make an enterprise's invoice of a closed month, all or nothing, and mail it; or keep why it failed."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, delete, exists, select
from sqlalchemy.orm import Session

from booking.audit.actor import Actor
from booking.charges.charge_stay import charge_lease_month
from booking.charges.models import MonthClose
from booking.documents.store import store_bytes
from booking.invoices.billable_lines import billable_lines, leases_to_charge
from booking.invoices.draft_invoice import PDF, draft_invoice, put_lines_on, record_made, store_invoices
from booking.invoices.models import Invoice, IssueFailure
from booking.invoices.printer import Printer
from booking.invoices.rules import MonthNotClosed
from booking.invoices.take_number import INVOICE, take_number
from booking.mail.outbox import LetterText, NewLetter, write_letters
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.usage.models import Stay
from booking.usage.queries import STORED
from booking.values.backoff import backoff
from booking.values.month import Month

InvoiceWords = Callable[[Session, Invoice], LetterText]


def issue_invoice(
    session: Session,
    enterprise_id: int,
    month: Month,
    printer: Printer,
    words: InvoiceWords,
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
        mail_invoice(session, invoice, words, now=now)
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


FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ERROR = 500


def note_failure(session: Session, enterprise_id: int, month: Month, error: str, *, now: datetime) -> None:
    """Write the failure down; each further one waits longer."""
    row = session.get(IssueFailure, (enterprise_id, month.key), with_for_update=True)
    if row is None:
        park_id = session.get_one(Enterprise, enterprise_id).park_id
        row = IssueFailure(enterprise_id=enterprise_id, month_key=month.key, park_id=park_id, attempts=0)
        session.add(row)
    row.attempts += 1
    row.at, row.error = now, error[:LONGEST_ERROR]
    row.retry_at = now + backoff(row.attempts, first=FIRST_WAIT, longest=LONGEST_WAIT)


def forget_failure(session: Session, enterprise_id: int, month: Month) -> None:
    """Take away why it failed, now that the invoice is made; safe twice."""
    session.execute(
        delete(IssueFailure).where(
            IssueFailure.enterprise_id == enterprise_id, IssueFailure.month_key == month.key
        )
    )


def failures_of(session: Session, park_id: int, month: Month) -> Sequence[IssueFailure]:
    """Give the failures of a month that are not mended, by enterprise."""
    return session.scalars(
        select(IssueFailure)
        .where(IssueFailure.park_id == park_id, IssueFailure.month_key == month.key)
        .order_by(IssueFailure.enterprise_id)
    ).all()
