"""Money received, and what the payment provider tells us."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, exists, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.invoices.models import Invoice
from booking.values import Money


class PaymentMethod(StrEnum):
    """How money came."""

    TRANSFER = "transfer"
    STRIPE = "stripe"


class Payment(Base):
    """Money received for an invoice; a provider's id is kept once."""

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    method: Mapped[PaymentMethod] = mapped_column(choice(PaymentMethod, "method"))
    amount: Mapped[Money]
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(120), default="")
    provider_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    idempotency_key: Mapped[str | None] = mapped_column(
        "once_key", String(64), key="idempotency_key", unique=True
    )
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    recorded_at: Mapped[datetime]
    invoice: Mapped[Invoice] = relationship()
    reversal: Mapped[PaymentReversal | None] = relationship(lazy="raise")

    @property
    def taken_away(self) -> Money:
        """What its reversal adds to the books: the amount as a negative number."""
        return -self.amount


class PaymentReversal(Base):
    """Says that a payment was booked wrongly and does not count; the payment stays as it was written."""

    __tablename__ = "payment_reversal"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(500))
    reversed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    reversed_at: Mapped[datetime]


NOT_REVERSED = ~exists().where(PaymentReversal.payment_id == Payment.id)


UNHANDLED = text("handled_at IS NULL")


class WebhookEvent(Base):
    """An event the provider sent; kept by its id, handled once, whenever it comes."""

    __tablename__ = "webhook_event"
    __table_args__ = (
        Index("ix_webhook_event_unhandled", "due_at", sqlite_where=UNHANDLED, postgresql_where=UNHANDLED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(String(80), unique=True)
    event_type: Mapped[str] = mapped_column(String(80))
    provider_id: Mapped[str | None] = mapped_column(String(80))  # the provider's invoice
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    handled_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
