"""Questions about invoices with what is owed of them, and about payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from booking.invoices.models import Invoice, InvoiceState
from booking.payments.balance import Balance, balances
from booking.payments.models import Payment


class Show(StrEnum):
    """Which invoices of a list are wanted."""

    ALL = "all"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"
    TROUBLE = "trouble"  # the payment provider and our books do not agree, or it could not be asked


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice of a list, with its sums."""

    invoice: Invoice
    balance: Balance


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to."""

    park_id: int
    today: date
    enterprise_id: int | None = None
    month_key: int | None = None
    show: Show = Show.ALL

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
            case Show.ALL:
                return []
            case Show.OVERDUE:
                return [Invoice.state == InvoiceState.DUE, Invoice.due_on < self.today]
            case Show.TROUBLE:
                return [Invoice.publish_error.is_not(None)]
            case state:
                return [Invoice.state == InvoiceState(state.value)]


def list_invoices(session: Session, wanted: Wanted, *, offset: int = 0, limit: int = 50) -> list[Listed]:
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
    return [Listed(invoice, sums[invoice.id]) for invoice in invoices]


def count_invoices(session: Session, wanted: Wanted) -> int:
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
