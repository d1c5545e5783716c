"""How an invoice stands: what was paid, what was taken back, what is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, func, select, type_coerce

from booking.billing.models import CreditNote, Invoice, InvoiceState, Payment
from booking.db import TO_CHANGE
from booking.values.money import Money

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Standing:
    """The sums of an invoice; `owed` and `overpaid` are never negative, and never both more than nothing."""

    total: Money
    paid: Money
    credited: Money
    due_on: date

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


def page_to_pay_at(invoice: Invoice, standing: Standing) -> str | None:
    """Give the provider's page while it asks for what is owed, and for nothing else.

    None while the provider has yet to be told of a bank transfer or a credit note, or refused to hear.
    """
    told = invoice.publish_due_at is None and invoice.publish_error is None
    right = told or not (standing.paid or standing.credited)
    return invoice.pay_url if standing.owed and right else None


def lock_invoice(session: Session, invoice_id: int) -> Invoice:
    """Give the invoice as it is now; nobody else pays, credits or publishes it until the caller is done."""
    session.flush()  # reading it anew would forget what this transaction has changed
    return session.get_one(Invoice, invoice_id, with_for_update=TO_CHANGE, populate_existing=True)


def standing_of(session: Session, invoice: Invoice) -> Standing:
    """Sum what was paid and taken back."""
    return standings(session, [invoice])[invoice.id]


def standings(session: Session, invoices: list[Invoice]) -> dict[int, Standing]:
    """Sum for many invoices, in two queries."""
    paid = _sums(session, Payment, invoices)
    credited = _sums(session, CreditNote, invoices)
    return {
        one.id: Standing(
            one.total, paid.get(one.id, Money.zero()), credited.get(one.id, Money.zero()), one.due_on
        )
        for one in invoices
    }


def _sums(session: Session, table: type[Payment | CreditNote], invoices: list[Invoice]) -> dict[int, Money]:
    rows = session.execute(
        select(table.invoice_id, func.sum(type_coerce(table.amount, BigInteger)))
        .where(table.invoice_id.in_([invoice.id for invoice in invoices]))
        .group_by(table.invoice_id)
        .order_by(table.invoice_id)
    )
    return {invoice_id: Money(int(fen)) for invoice_id, fen in rows}
