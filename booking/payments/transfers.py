"""Write down money that came by bank transfer, and reverse what was booked wrongly beside it."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.invoices.models import Invoice
from booking.invoices.queries import lock_invoice
from booking.invoices.rules import AmountNotPositive, key_for
from booking.parks.models import Park
from booking.payments import rules
from booking.payments.balance import balance_of, settle
from booking.payments.models import Payment, PaymentMethod, PaymentReversal
from booking.values import Money, ReasonMissing, local_day


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
    rules.check_received(received_on, local_day(invoice.issued_at, zone), local_day(now, zone))
    owed = balance_of(session, invoice).owed
    if not owed:
        raise rules.NothingOwed(invoice.number)
    if amount > owed:
        raise rules.PaidTooMuch(owed, amount)
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


def reverse_payment(
    session: Session, payment_id: int, reason: str, *, by: Actor, now: datetime
) -> PaymentReversal:
    """Let a bank transfer count no more: its invoice stands as if it had not come, and the gateway is told.

    Raises ReasonMissing, ReversedBefore, and PaidOnlineNotReversed: what came by the provider is in its
    books too, so it is given back there.
    """
    payment = session.get_one(Payment, payment_id)
    invoice = lock_invoice(session, payment.invoice_id)
    if not reason.strip():
        raise ReasonMissing
    if payment.method is not PaymentMethod.TRANSFER:
        raise rules.PaidOnlineNotReversed(payment.reference)
    there = session.scalar(select(PaymentReversal).where(PaymentReversal.payment_id == payment_id))
    if there is not None:
        raise rules.ReversedBefore(local_day(there.reversed_at, session.get_one(Park, payment.park_id).zone))
    reversal = PaymentReversal(
        park_id=payment.park_id,
        payment_id=payment_id,
        reason=reason.strip(),
        reversed_by_id=by.member_id,
        reversed_at=now,
    )
    session.add(reversal)
    session.flush()
    before = {"state": invoice.state, "amount_fen": payment.amount.fen, "reference": payment.reference}
    settle(session, invoice, now=now)
    record(
        session, Action.PAYMENT_REVERSED, "invoice", invoice.id, by=by, now=now, park_id=invoice.park_id,
        before=before, after={"state": invoice.state}, reason=reversal.reason,
    )  # fmt: skip
    return reversal
