"""Keep our books and the payment provider's alike: what to lay out, what to tell, what came in.

The network is never waited for inside a transaction. `take` locks an invoice and tells what to do,
the job asks the gateway, and `published`, `compared` or `failed` write the answer down. Each is safe twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db.base import has_come, is_come
from booking.invoices.models import CreditNote, Invoice
from booking.invoices.queries import lock_invoice
from booking.parks.models import Park
from booking.payments import gateway as port
from booking.payments.balance import balance_of
from booking.payments.models import NOT_REVERSED, Payment, PaymentMethod
from booking.payments.rules import KnownPayment, Reconciliation, reconcile
from booking.people.models import Enterprise
from booking.values import Money, backoff, local_day


@dataclass(frozen=True, slots=True)
class Task:
    """What the gateway is to be asked about one invoice: lay it out, or with `provider_id` compare books."""

    invoice_id: int
    to_publish: port.GatewayInvoice | None
    provider_id: str | None
    credits: tuple[
        tuple[int, port.GatewayCredit], ...
    ]  # credit notes the gateway was not told of yet, with their ids
    attempt: int


LONGEST_WAIT = timedelta(hours=6)


def to_publish(session: Session, now: datetime) -> Sequence[int]:
    """Name the invoices about which the gateway is to be asked now, the longest waiting first."""
    return session.scalars(
        select(Invoice.id)
        .where(
            Invoice.publish_due_at.is_not(None), has_come(Invoice.publish_due_at, now, within=LONGEST_WAIT)
        )
        .order_by(Invoice.publish_due_at, Invoice.id)
    ).all()


LOCKED_FOR = timedelta(minutes=10)


def take_task(session: Session, invoice_id: int, *, now: datetime) -> Task | None:
    """Lock the invoice, so that nobody else asks meanwhile; None where it is not due any more."""
    invoice = lock_invoice(session, invoice_id)
    if invoice.publish_due_at is None or not is_come(invoice.publish_due_at, now, within=LONGEST_WAIT):
        return None
    invoice.publish_due_at = now + LOCKED_FOR
    if invoice.provider_id is None and not balance_of(session, invoice).owed:
        invoice.publish_due_at = None  # settled before it could be laid out: nothing to pay there
        return None
    return task_of(session, invoice)


def task_of(session: Session, invoice: Invoice) -> Task:
    """Tell what the gateway is to be asked about the invoice."""
    wanted = _gateway_invoice(session, invoice) if invoice.provider_id is None else None
    credits_ = tuple((note.id, _credit(note, invoice.publish_attempts)) for note in _untold(session, invoice))
    return Task(invoice.id, wanted, invoice.provider_id, credits_, invoice.publish_attempts)


def _credit(note: CreditNote, attempt: int) -> port.GatewayCredit:
    return port.GatewayCredit(
        f"credit-note-{note.id}", note.number, note.amount, note.reason[:200], attempt=attempt
    )


def _untold(session: Session, invoice: Invoice) -> Sequence[CreditNote]:
    return session.scalars(
        select(CreditNote)
        .where(CreditNote.invoice_id == invoice.id, CreditNote.provider_id.is_(None))
        .order_by(CreditNote.id)
    ).all()


def _gateway_invoice(session: Session, invoice: Invoice) -> port.GatewayInvoice:
    park = session.get_one(Park, invoice.park_id)
    enterprise = session.get_one(Enterprise, invoice.enterprise_id)
    midnight = datetime.combine(invoice.due_on + timedelta(days=1), time.min, park.zone)
    return port.GatewayInvoice(
        key=f"invoice-{invoice.id}",
        number=invoice.number,
        total=invoice.total,
        description=f"{park.name} {invoice.month_key // 100}-{invoice.month_key % 100:02d}",
        due_at=midnight,
        payer=port.Payer(f"enterprise-{enterprise.id}", invoice.buyer["name"], enterprise.billing_email),
        attempt=invoice.publish_attempts,
    )


SYSTEM = "payment desk"  # as trails name it since the first version


def record_published(
    session: Session, invoice_id: int, laid_out: port.PublishedInvoice, *, now: datetime
) -> Invoice:
    """Keep where the invoice lies; what was paid or taken back meanwhile is told next."""
    invoice = lock_invoice(session, invoice_id)
    first = invoice.provider_id is None
    invoice.provider_id, invoice.pay_url = laid_out.provider_id, laid_out.pay_url
    invoice.publish_attempts, invoice.publish_error = 0, None
    balance = balance_of(session, invoice)
    invoice.publish_due_at = now if balance.paid or balance.credited else None
    if first:
        by = Actor.system(SYSTEM, invoice.park_id)
        after = {"provider_id": invoice.provider_id}
        record(session, Action.INVOICE_PUBLISHED, "invoice", invoice.id, by=by, now=now, after=after)
    return invoice


FIRST_WAIT = timedelta(minutes=1)
LONGEST_ERROR = 500


def failed(session: Session, invoice_id: int, reason: str, *, for_good: bool, now: datetime) -> Invoice:
    """Try again later, each time waiting longer; or, for good, leave it to a person and the list they see."""
    invoice = lock_invoice(session, invoice_id)
    invoice.publish_attempts += 1
    invoice.publish_error = reason[:LONGEST_ERROR]
    wait = backoff(invoice.publish_attempts, first=FIRST_WAIT, longest=LONGEST_WAIT)
    invoice.publish_due_at = None if for_good else now + wait
    return invoice


def ask_again(session: Session, invoice_id: int, *, by: Actor, now: datetime) -> None:
    """Let the gateway be asked about the invoice now; somebody looked at what was odd."""
    invoice = lock_invoice(session, invoice_id)
    invoice.publish_due_at = now
    before = {"error": invoice.publish_error}
    record(
        session, Action.INVOICE_RECHECK_REQUESTED, "invoice", invoice.id,
        by=by, now=now, before=before, park_id=invoice.park_id,
    )  # fmt: skip


TRIES_BEFORE_MAIL = 5  # after so many failures the invoice is mailed with the bank's details alone


def waits_for_link(invoice: Invoice) -> bool:
    """Tell whether its mail still waits for the page to pay at."""
    trying = invoice.publish_due_at is not None and invoice.publish_attempts < TRIES_BEFORE_MAIL
    return invoice.provider_id is None and trying


def record_credit_told(session: Session, note_id: int, provider_id: str) -> None:
    """Keep the gateway's id of a credit note."""
    session.get_one(CreditNote, note_id).provider_id = provider_id


def record_comparison(
    session: Session, invoice_id: int, state: port.GatewayState, *, now: datetime
) -> Reconciliation:
    """Write down what came in at the gateway, each payment once, and what is odd.

    `tell_provider` of the answer asks the job to tell that the invoice is settled, `tell_part` what of it
    came by bank transfer.
    """
    invoice = lock_invoice(session, invoice_id)
    balance = balance_of(session, invoice)
    found = reconcile(invoice.total, balance.credited, _known(session, invoice), state)
    for payment in found.record:
        _book(session, invoice, payment.amount, payment.paid_at, payment.provider_id, payment.reference, now)
    session.flush()
    invoice.state = balance_of(session, invoice).state
    invoice.publish_error = ",".join(found.discrepancies) or None
    invoice.publish_attempts = 0
    to_tell = found.tell_provider or found.tell_part or _untold(session, invoice)
    invoice.publish_due_at = now if to_tell else None
    return found


def _known(session: Session, invoice: Invoice) -> list[KnownPayment]:
    rows = session.execute(
        select(Payment.amount, Payment.provider_id)
        .where(Payment.invoice_id == invoice.id, NOT_REVERSED)
        .order_by(Payment.id)
    )
    return [KnownPayment(amount, provider_id) for amount, provider_id in rows]


def _book(
    session: Session,
    invoice: Invoice,
    amount: Money,
    paid_at: datetime,
    provider_id: str,
    reference: str,
    now: datetime,
) -> None:
    zone = session.get_one(Park, invoice.park_id).zone
    session.add(
        Payment(
            park_id=invoice.park_id,
            invoice_id=invoice.id,
            method=PaymentMethod.STRIPE,
            amount=amount,
            received_on=local_day(paid_at, zone),
            reference=reference[:120],
            provider_id=provider_id,
            recorded_at=now,
        )
    )
    by = Actor.system(SYSTEM, invoice.park_id)
    after = {"amount_fen": amount.fen, "provider_id": provider_id}
    record(session, Action.INVOICE_PAID_ONLINE, "invoice", invoice.id, by=by, now=now, after=after)


def transfers_of(session: Session, invoice: Invoice, attempt: int) -> port.PaidOutside:
    """Sum what came by bank transfer; the day of the last, at its midnight, is when it came."""
    came = select(func.sum(type_coerce(Payment.amount, BigInteger)), func.max(Payment.received_on))
    fen, day = session.execute(
        came.where(Payment.invoice_id == invoice.id, Payment.method == PaymentMethod.TRANSFER, NOT_REVERSED)
    ).one()
    zone = session.get_one(Park, invoice.park_id).zone
    return port.PaidOutside(Money(int(fen)), datetime.combine(day, time.min, zone), attempt)


def settled_at_provider(session: Session, invoice_id: int, due_at: datetime | None) -> None:
    """It was told; nothing more is to be asked, unless something happened after `due_at` was read."""
    invoice = lock_invoice(session, invoice_id)
    if invoice.publish_due_at == due_at:
        invoice.publish_due_at = None
