"""Reverse a payment that was booked wrongly: a row beside it, with a reason; the payment itself stays."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.invoices.queries import lock_invoice
from booking.parks.models import Park
from booking.payments.balance import settle
from booking.payments.models import Payment, PaymentMethod, PaymentReversal
from booking.payments.rules import PaidOnlineNotReversed, ReversedBefore
from booking.values.month import local_day
from booking.values.refusal import ReasonMissing


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
        raise PaidOnlineNotReversed(payment.reference)
    there = session.scalar(select(PaymentReversal).where(PaymentReversal.payment_id == payment_id))
    if there is not None:
        raise ReversedBefore(local_day(there.reversed_at, session.get_one(Park, payment.park_id).zone))
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
