"""Make several enterprises' invoices at once, of a month that is closed: printed first, kept together.

A thousand invoices one by one ask the database twelve thousand times. Here everything is read and printed
before anything is locked; then one short transaction takes the numbers, and looks whether all is still as it
was read. If anything is not, nothing is kept, and each is made by itself (`issue_invoice`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, exists, select
from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.charges.models import MonthClose
from booking.documents.store import store_all
from booking.invoices.billable_lines import LEASE_TO_CHARGE, billable_lines_each, of_month
from booking.invoices.issue_invoice import (
    PDF,
    InvoiceDraft,
    InvoiceLetter,
    draft_invoice,
    mail_invoices,
    put_lines_on,
    record_made,
    store_invoices,
)
from booking.invoices.models import Invoice, IssueFailure
from booking.invoices.printer import Printer
from booking.invoices.take_number import INVOICE, as_printed, last_number, take_numbers_after
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.usage.models import Stay
from booking.values import Month


@dataclass(frozen=True, slots=True)
class Printed:
    """A draft with the number it hopes for, and its paper."""

    draft: InvoiceDraft
    serial: int
    number: str
    pdf: bytes


class NotAsReadError(RuntimeError):
    """Somebody was quicker: a number was taken, an invoice made, the month is not closed."""


def draft_batch(
    session: Session, park: Park, enterprise_ids: Collection[int], month: Month, *, now: datetime
) -> list[InvoiceDraft]:
    """Draw up the plain ones; who has leases to charge first, or failed before, is left out."""
    tenants = session.scalars(_PLAIN, {"ids": list(enterprise_ids), **of_month(month)}).all()
    lines = billable_lines_each(session, [one.id for one in tenants], month)
    drafts = (draft_invoice(park, one, month, lines.get(one.id, []), now=now) for one in tenants)
    return [draft for draft in drafts if draft is not None]


def numbered_after(draft: InvoiceDraft, last: int, printer: Printer) -> Printed:
    """Print a draft under the number after `last`; raises what the printer raises."""
    number = as_printed(draft.park_code, INVOICE, draft.year, last + 1)
    return Printed(draft, last + 1, number, printer.invoice(draft.numbered(number)))


def last_of(session: Session, draft: InvoiceDraft) -> int:
    """Tell the last serial given where the draft will take its own; only keeping it is sure."""
    return last_number(session, draft.park_id, INVOICE, draft.year)


def issue_batch(
    session: Session,
    printed: Sequence[Printed],
    letter: InvoiceLetter,
    *,
    by: Actor,
    now: datetime,
    publish: bool = False,
) -> Sequence[Invoice]:
    """Keep what was printed, all of it or nothing; of one park, one month and one year, and at least one.

    Raises NotAsReadError or LinesMovedError where anything changed since; the caller's transaction then
    undoes all.
    `publish` and `words` are as with one enterprise.
    """
    tenants = _lock_tenants(session, printed)
    _check_nobody_was_quicker(session, printed)
    drafts = [one.draft for one in printed]
    papers = {f"{one.number}.pdf": one.pdf for one in printed}
    kept = store_all(session, drafts[0].park_id, PDF, papers, now=now)
    facts = [
        one.draft.invoice(one.serial, one.number, kept[f"{one.number}.pdf"], now=now, publish=publish)
        for one in printed
    ]
    invoices = store_invoices(session, facts)
    put_lines_on(session, invoices, [line for draft in drafts for line in draft.charge_ids])
    if to_mail := [invoice for invoice in invoices if invoice.publish_due_at is None]:
        mail_invoices(session, to_mail, letter, now=now)
    record_made(session, invoices, [len(draft.charge_ids) for draft in drafts], by=by, now=now)
    del tenants  # held until here, so that each letter finds its own without asking again
    return invoices


def _lock_tenants(session: Session, printed: Sequence[Printed]) -> Sequence[Enterprise]:
    """Who corrects or ends a stay of theirs just now comes before or after, never in between."""
    return session.scalars(_TENANTS, {"ids": [one.draft.enterprise_id for one in printed]}).all()


def _check_nobody_was_quicker(session: Session, printed: Sequence[Printed]) -> None:
    """Look, and take the numbers; asked after the lock is had, a statement sees what was there before."""
    first = printed[0].draft
    ids, month_key = [one.draft.enterprise_id for one in printed], first.paper.month.key
    state = session.execute(_STATE, {"ids": ids, "park": first.park_id, "month": month_key}).one()
    before = printed[0].serial - 1
    if (
        not state.closed
        or state.billed
        or not take_numbers_after(session, first.park_id, INVOICE, first.year, before, len(printed))
    ):
        raise NotAsReadError(month_key)


_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_MONTH: BindParameter[int] = bindparam("month")
_LEASE = exists().where(Stay.enterprise_id == Enterprise.id, LEASE_TO_CHARGE)
_TROUBLE = exists().where(IssueFailure.enterprise_id == Enterprise.id, IssueFailure.month_key == _MONTH)
_PLAIN = select(Enterprise).where(Enterprise.id.in_(_IDS), ~_LEASE, ~_TROUBLE).order_by(Enterprise.id)
_TENANTS = (
    select(Enterprise).where(Enterprise.id.in_(_IDS)).order_by(Enterprise.id).with_for_update(key_share=True)
)
_STATE = select(
    exists().where(MonthClose.park_id == bindparam("park"), MonthClose.month_key == _MONTH).label("closed"),
    exists().where(Invoice.enterprise_id.in_(_IDS), Invoice.month_key == _MONTH).label("billed"),
)
