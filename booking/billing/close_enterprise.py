"""Make an enterprise's invoice of a closed month: number, lines, tax, PDF, all or nothing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import BindParameter, Table, bindparam, exists, select, update

from booking.archive.keep import put_away
from booking.audit.record import record
from booking.billing.charge_stay import charge_lease_month
from booking.billing.close_trouble import forget_trouble
from booking.billing.closing_rules import MonthNotClosed, tax_parts
from booking.billing.invoice_sheet import buyer_of, by_space, followers, left_out, seller_of
from booking.billing.lines_to_bill import leases_to_charge, lines_to_bill
from booking.billing.mail_bill import mail_invoice
from booking.billing.models import Charge, CloseTrouble, Invoice, InvoiceState, MonthClose
from booking.billing.printer import InvoiceSheet, Tax
from booking.billing.take_number import INVOICE, take_number
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.spaces.models import Kind
from booking.usage.models import Stay
from booking.values.money import Money
from booking.values.month import local_day

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor
    from booking.billing.lines_to_bill import BillLine
    from booking.billing.mail_bill import InvoiceWords
    from booking.billing.printer import Printer
    from booking.values.month import Month

PDF = "application/pdf"


def close_enterprise(
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
    lines = lines_to_bill(session, enterprise_id, month)
    sure = [line for line in lines if not line.in_dispute]
    if not sure or Money.total(line.amount for line in sure) < Money.zero():
        return None
    sheet, serial = _sheet(session, park, enterprise, month, lines, now=now)
    invoice = _keep(session, sheet, park, enterprise, printer, now=now)
    invoice.serial, invoice.left_out = serial, [_named(line) for line in lines if line.in_dispute]
    invoice.publish_due_at = now if publish and sheet.total else None
    session.add(invoice)
    session.flush()
    _put_on(session, invoice, sure)
    if found.troubled:
        forget_trouble(session, enterprise_id, month)
    if invoice.publish_due_at is None:
        mail_invoice(session, invoice, words, now=now)
    _record(session, invoice, len(sure), by=by, now=now)
    return invoice


def _record(session: Session, invoice: Invoice, lines: int, *, by: Actor, now: datetime) -> None:
    after = {"number": invoice.number, "total_fen": invoice.total.fen, "lines": lines}
    record(
        session, "invoice made", "invoice", invoice.id,
        by=by, now=now, park_id=invoice.park_id, after=after,
    )  # fmt: skip


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
    exists().where(Stay.enterprise_id == _OF, Stay.space_kind == Kind.STORAGE).label("storage"),
    exists().where(CloseTrouble.enterprise_id == _OF, CloseTrouble.month_key == _MONTH).label("troubled"),
)
_CHARGE = Charge.__table__.c
_PUT_ON = (
    update(cast("Table", Charge.__table__))
    .where(_CHARGE.id.in_(bindparam("ids", expanding=True)))
    .where(_CHARGE.invoice_id.is_(None), _CHARGE.superseded_at.is_(None))
    .values(invoice_id=bindparam("invoice"))
    .returning(_CHARGE.id)
)


def _put_on(session: Session, invoice: Invoice, lines: list[BillLine]) -> None:
    """Mark the lines as billed; each must still be as it was read."""
    facts = {"ids": [line.id for line in lines], "invoice": invoice.id}
    if len(session.execute(_PUT_ON, facts).all()) != len(lines):
        msg = f"lines of {invoice.number} changed while it was made"
        raise RuntimeError(msg)


def _sheet(
    session: Session,
    park: Park,
    enterprise: Enterprise,
    month: Month,
    lines: list[BillLine],
    *,
    now: datetime,
) -> tuple[InvoiceSheet, int]:
    today = local_day(now, park.zone)
    sure = [line for line in lines if not line.in_dispute]
    parts = tax_parts((line.vat_permille, line.amount) for line in sure)
    serial, number = take_number(session, park, INVOICE, today.year)
    sheet = InvoiceSheet(
        number=number,
        month=month,
        issued_on=today,
        due_on=today + timedelta(days=park.payment_days),
        seller=seller_of(park),
        buyer=buyer_of(enterprise),
        spaces=by_space(sure, month),
        adjustments=followers(sure, month),
        left_out=left_out(line for line in lines if line.in_dispute),
        taxes=tuple(Tax(part.vat_permille, part.gross, part.tax) for part in parts),
        total=Money.total(part.gross for part in parts),
    )
    return sheet, serial


def _keep(
    session: Session,
    sheet: InvoiceSheet,
    park: Park,
    enterprise: Enterprise,
    printer: Printer,
    *,
    now: datetime,
) -> Invoice:
    pdf = put_away(session, park.id, f"{sheet.number}.pdf", PDF, printer.invoice(sheet), now=now)
    return Invoice(
        park_id=park.id,
        enterprise_id=enterprise.id,
        month_key=sheet.month.key,
        year=sheet.issued_on.year,
        number=sheet.number,
        issued_at=now,
        due_on=sheet.due_on,
        total=sheet.total,
        tax=Money.total(tax.tax for tax in sheet.taxes),
        tax_lines=[tax_line(tax.rate_permille, tax.gross, tax.tax) for tax in sheet.taxes],
        seller=asdict(sheet.seller),
        buyer=asdict(sheet.buyer),
        document_id=pdf,
        state=InvoiceState.DUE if sheet.total else InvoiceState.PAID,
    )


def tax_line(vat_permille: int, gross: Money, tax: Money) -> dict[str, int]:
    """Write what is taxed at one rate as an invoice keeps it."""
    return {"vat_permille": vat_permille, "gross_fen": gross.fen, "tax_fen": tax.fen}


def _named(line: BillLine) -> dict[str, Any]:
    return {
        "charge_id": line.id,
        "text": line.question,
        "amount_fen": line.amount.fen,
        "space": line.space_name,
        "day": line.day.isoformat(),
    }
