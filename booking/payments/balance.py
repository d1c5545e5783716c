"""How invoices stand: what was paid, what was taken back, what is still owed; lists of them by that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, func, select, type_coerce
from sqlalchemy.orm import Session, joinedload

from booking.db.ready import ReadyStatement
from booking.invoices.models import Invoice, InvoiceState
from booking.invoices.queries import credited_by_invoice
from booking.payments.models import Payment, PaymentReversal
from booking.values import Money


@dataclass(frozen=True, slots=True)
class Balance:
    """The sums of an invoice; `owed` and `overpaid` are never negative, and never both more than nothing.

    `reversed` was booked wrongly and is no part of `paid`.
    """

    total: Money
    paid: Money
    credited: Money
    due_on: date
    reversed: Money = Money(0)  # noqa: RUF009 - never changes

    @property
    def owed(self) -> Money:
        """What is still to be paid."""
        return max(self.total - self.paid - self.credited, Money.zero())

    @property
    def overpaid(self) -> Money:
        """What came in, or was taken back, beyond what was asked."""
        return max(self.paid + self.credited - self.total, Money.zero())

    @property
    def creditable(self) -> Money:
        """What credit notes may still take back."""
        return self.total - self.credited

    @property
    def state(self) -> InvoiceState:
        """Taken back whole, settled, or due."""
        if self.credited and self.credited >= self.total:
            return InvoiceState.CREDITED
        return InvoiceState.DUE if self.owed else InvoiceState.PAID

    def overdue(self, today: date) -> bool:
        """Tell whether the last day to pay is past, and something is owed."""
        return bool(self.owed) and today > self.due_on


def page_to_pay_at(invoice: Invoice, balance: Balance) -> str | None:
    """Give the provider's page while it asks for what is owed, and for nothing else.

    None while the provider has yet to be told of a bank transfer, its reversal or a credit note, or refused
    to hear.
    """
    told = invoice.publish_due_at is None and invoice.publish_error is None
    right = told or not (balance.paid or balance.credited or balance.reversed)
    return invoice.pay_url if balance.owed and right else None


def settle(session: Session, invoice: Invoice, *, now: datetime) -> None:
    """Let the invoice's state follow what was written about it, and have the payment provider told of it."""
    invoice.state = balance_of(session, invoice).state
    if invoice.provider_id is not None:
        invoice.publish_due_at, invoice.publish_attempts = now, 0


def balance_of(session: Session, invoice: Invoice) -> Balance:
    """Sum what was paid and taken back."""
    return balances(session, [invoice])[invoice.id]


def balances(session: Session, invoices: list[Invoice]) -> dict[int, Balance]:
    """Sum for many invoices, in two queries; for none without asking."""
    if not invoices:
        return {}
    paid, credited = _paid(session, invoices), credited_by_invoice(session, invoices)
    nothing = Money.zero()
    found = {}
    for one in invoices:
        counted, reversed_ = paid.get(one.id, (nothing, nothing))
        back = credited.get(one.id, nothing)
        found[one.id] = Balance(one.total, counted, back, one.due_on, reversed_)
    return found


def _paid(session: Session, invoices: list[Invoice]) -> dict[int, tuple[Money, Money]]:
    """Sum the payments that count, and those that were reversed."""
    fen, counts = type_coerce(Payment.amount, BigInteger), PaymentReversal.id.is_(None)
    rows = session.execute(
        select(
            Payment.invoice_id,
            func.sum(case((counts, fen), else_=0)),
            func.sum(case((counts, 0), else_=fen)),
        )
        .outerjoin(PaymentReversal, PaymentReversal.payment_id == Payment.id)
        .where(Payment.invoice_id.in_([invoice.id for invoice in invoices]))
        .group_by(Payment.invoice_id)
        .order_by(Payment.invoice_id)
    )
    return {invoice_id: (Money(int(paid)), Money(int(gone))) for invoice_id, paid, gone in rows}


class InvoicesShown(StrEnum):
    """Which invoices of a list are wanted."""

    ALL = "all"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"
    TROUBLE = "trouble"  # the payment provider and our books do not agree, or it could not be asked


@dataclass(frozen=True, slots=True)
class ListedInvoice:
    """An invoice of a list, with its sums."""

    invoice: Invoice
    balance: Balance


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """What a list is narrowed to."""

    park_id: int
    today: date
    enterprise_id: int | None = None
    month_key: int | None = None
    show: InvoicesShown = InvoicesShown.ALL

    def conditions(self) -> list[ColumnElement[bool]]:
        """Say it for the database."""
        found = [Invoice.park_id == self.park_id]
        if self.enterprise_id is not None:
            found.append(Invoice.enterprise_id == self.enterprise_id)
        if self.month_key is not None:
            found.append(Invoice.month_key == self.month_key)
        return found + self._of_state()

    def _of_state(self) -> list[ColumnElement[bool]]:
        match self.show:
            case InvoicesShown.ALL:
                return []
            case InvoicesShown.OVERDUE:
                return [Invoice.state == InvoiceState.DUE, Invoice.due_on < self.today]
            case InvoicesShown.TROUBLE:
                return [Invoice.publish_error.is_not(None)]
            case state:
                return [Invoice.state == InvoiceState(state.value)]


OWED = ReadyStatement(
    select(Invoice.id)
    .where(Invoice.enterprise_id == bindparam("enterprise_id"), Invoice.state == InvoiceState.DUE)
    .limit(1)
)


def is_owing(session: Session, enterprise_id: int) -> bool:
    """Tell whether an enterprise has an invoice to pay; asked with every page of its manager's day."""
    return OWED.first(session.connection(), {"enterprise_id": enterprise_id}) is not None


def list_invoices(
    session: Session, wanted: InvoiceFilter, *, offset: int = 0, limit: int = 50
) -> list[ListedInvoice]:
    """Give invoices, the latest month first, in three queries."""
    rows = session.scalars(
        select(Invoice)
        .where(*wanted.conditions())
        .options(joinedload(Invoice.enterprise))
        .order_by(Invoice.month_key.desc(), Invoice.serial.desc(), Invoice.id.desc())
        .offset(offset)
        .limit(limit)
    )
    invoices = list(rows)
    sums = balances(session, invoices)
    return [ListedInvoice(invoice, sums[invoice.id]) for invoice in invoices]


def count_invoices(session: Session, wanted: InvoiceFilter) -> int:
    """Count what the list holds."""
    return session.scalar(select(func.count()).select_from(Invoice).where(*wanted.conditions())) or 0


def payments_of(session: Session, invoice: Invoice) -> Sequence[Payment]:
    """Give what was paid, in order, each with its reversal where it was booked wrongly."""
    return session.scalars(
        select(Payment)
        .where(Payment.invoice_id == invoice.id)
        .options(joinedload(Payment.reversal))
        .order_by(Payment.received_on, Payment.id)
    ).all()


def find_payment(session: Session, payment_id: int, invoice: Invoice) -> Payment | None:
    """Give a payment of the invoice; None for any other's."""
    return session.scalar(select(Payment).where(Payment.id == payment_id, Payment.invoice_id == invoice.id))
