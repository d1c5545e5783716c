"""Write down money that came by bank transfer."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.invoices.models import Invoice
from booking.invoices.queries import lock_invoice
from booking.invoices.rules import AmountNotPositive, key_for
from booking.parks.models import Park
from booking.payments.balance import balance_of, settle
from booking.payments.models import Payment, PaymentMethod
from booking.payments.rules import NothingOwed, PaidTooMuch, check_received
from booking.values.money import Money
from booking.values.month import local_day


def record_payment(
    session: Session,
    invoice_id: int,
    amount: Money,
    received_on: date,
    reference: str,
    *,
    idempotency_key: str | None,
    by: Actor,
    now: datetime,
) -> Payment:
    """Book a bank transfer, whole or part; the same `idempotency_key` again gives the first payment.

    Raises AmountNotPositive, ReceivedInFuture, PaidBeforeInvoice, NothingOwed and PaidTooMuch. An invoice
    that lies at the payment provider is marked, so that the gateway is told.
    """
    invoice = lock_invoice(session, invoice_id)
    key = key_for(invoice_id, idempotency_key)
    if key and (there := session.scalar(select(Payment).where(Payment.idempotency_key == key))):
        return there
    if amount <= Money.zero():
        raise AmountNotPositive
    zone = session.get_one(Park, invoice.park_id).zone
    check_received(received_on, local_day(invoice.issued_at, zone), local_day(now, zone))
    owed = balance_of(session, invoice).owed
    if not owed:
        raise NothingOwed(invoice.number)
    if amount > owed:
        raise PaidTooMuch(owed, amount)
    payment = Payment(
        park_id=invoice.park_id,
        invoice_id=invoice.id,
        method=PaymentMethod.TRANSFER,
        amount=amount,
        received_on=received_on,
        reference=reference,
        idempotency_key=key,
        recorded_by_id=by.member_id,
        recorded_at=now,
    )
    session.add(payment)
    session.flush()
    _settle(session, invoice, payment, by=by, now=now)
    return payment


def _settle(session: Session, invoice: Invoice, payment: Payment, *, by: Actor, now: datetime) -> None:
    """Let the invoice stand as it does now, tell the gateway, and write the trail."""
    before = invoice.state
    settle(session, invoice, now=now)
    record(
        session, Action.PAYMENT_RECORDED, "invoice", invoice.id, by=by, now=now, park_id=invoice.park_id,
        before={"state": before},
        after={"state": invoice.state, "amount_fen": payment.amount.fen, "reference": payment.reference},
    )  # fmt: skip
