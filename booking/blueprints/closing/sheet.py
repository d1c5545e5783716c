"""The page of one invoice at the park's counter, drawn for whoever acts on it."""

from dataclasses import dataclass

from flask import abort, render_template

from booking.blueprints.closing.forms import PaymentForm, ReversalForm, a_key
from booking.blueprints.kit.labels.invoices import gateway_trouble, line_views, note_views, state_of
from booking.blueprints.kit.session import my_park, park_today
from booking.db import db
from booking.invoices.billable_lines import lines_of_invoice
from booking.invoices.credit_queries import credited_lines
from booking.invoices.models import Invoice
from booking.invoices.queries import credit_notes_of, find_invoice
from booking.payments.balance import balance_of, page_to_pay_at
from booking.payments.queries import payments_of
from booking.values.month import Month


@dataclass(frozen=True, slots=True)
class Refused:
    """The form that was refused, which comes back as it was typed; `payment_id` is whose reversal it was."""

    payment: PaymentForm | None = None
    reversal: ReversalForm | None = None
    payment_id: int | None = None


NOTHING_REFUSED = Refused()


def find(invoice_id: int) -> Invoice:
    """Give an invoice of the park; anybody else's is not found."""
    return find_invoice(db.session(), invoice_id, my_park().id) or abort(404)


def draw(found: Invoice, refused: Refused = NOTHING_REFUSED) -> str:
    """Draw the page."""
    session, today = db.session(), park_today()
    balance = balance_of(session, found)
    month = Month.from_key(found.month_key, my_park().zone)
    lines = lines_of_invoice(session, found.id)
    notes = note_views(credit_notes_of(session, found), credited_lines(session, found, lines), month)
    payment = PaymentForm(formdata=None, amount=balance.owed, received_on=today, idempotency_key=a_key())
    return render_template(
        "closing/invoice.html", invoice=found, balance=balance, month=month,
        lines=line_views(lines, month), payments=payments_of(session, found), notes=notes,
        state=state_of(balance, today), today=today,
        trouble=gateway_trouble(found.publish_error) if found.publish_error else [],
        payment=refused.payment or payment,
        reversal=refused.reversal or ReversalForm(formdata=None), reversing=refused.payment_id,
        payment_open=refused.payment is not None,
        pay_url=page_to_pay_at(found, balance),
    )  # fmt: skip
