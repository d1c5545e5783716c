"""Closed months, invoices without gaps in their numbers, and what takes them back."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import Base, choice
from booking.people.models import Enterprise
from booking.values import Money


class InvoiceState(StrEnum):
    """Whether anything is still owed."""

    DUE = "due"
    PAID = "paid"
    CREDITED = "credited"  # taken back whole


TO_PUBLISH = text("publish_due_at IS NOT NULL")


class Invoice(Base):
    """A closed month of one enterprise. Figures, parties and PDF never change; the database refuses it."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "month_key", name="uq_invoice_one_a_month"),
        UniqueConstraint("park_id", "year", "serial", name="uq_invoice_serial"),
        UniqueConstraint("park_id", "number", name="uq_invoice_number"),
        Index("ix_invoice_park_month", "park_id", "month_key"),
        Index(
            "ix_invoice_to_publish", "publish_due_at", sqlite_where=TO_PUBLISH, postgresql_where=TO_PUBLISH
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    month_key: Mapped[int]
    year: Mapped[int]  # of issue; numbers run within park and year
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime]
    due_on: Mapped[date]
    total: Mapped[Money]
    tax: Mapped[Money]
    tax_lines: Mapped[list[Any]]  # [{"vat_permille": 60, "gross_fen": 12880, "tax_fen": 729}]
    seller: Mapped[dict[str, Any]]
    buyer: Mapped[dict[str, Any]]
    left_out: Mapped[list[Any]]  # lines in dispute: [{"charge_id": 7, "text": "…", "amount_fen": 100}]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    state: Mapped[InvoiceState] = mapped_column(choice(InvoiceState, "state"))
    # The way to pay by a provider; empty where there is only bank transfer.
    provider_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    pay_url: Mapped[str | None] = mapped_column(String(500))
    publish_due_at: Mapped[datetime | None]
    publish_attempts: Mapped[int] = mapped_column(default=0)
    publish_error: Mapped[str | None] = mapped_column(String(500))
    enterprise: Mapped[Enterprise] = relationship()


class CreditNote(Base):
    """Takes back all or part of an invoice, with its own number, PDF and mail."""

    __tablename__ = "credit_note"
    __table_args__ = (
        UniqueConstraint("park_id", "year", "serial", name="uq_credit_note_serial"),
        UniqueConstraint("park_id", "number", name="uq_credit_note_number"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    idempotency_key: Mapped[str | None] = mapped_column(
        "once_key", String(64), key="idempotency_key", unique=True
    )
    issued_at: Mapped[datetime]
    amount: Mapped[Money]
    tax: Mapped[Money]
    tax_lines: Mapped[list[Any]] = mapped_column(default=list)  # as an invoice keeps them
    reason: Mapped[str] = mapped_column(String(500))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    provider_id: Mapped[str | None] = mapped_column(String(80))
    invoice: Mapped[Invoice] = relationship()


class CreditNoteLine(Base):
    """Takes back a line of the invoice, whole or in part, in the line's own sign; never more than it billed.

    Credit notes made before they named lines have none.
    """

    __tablename__ = "credit_note_line"
    __table_args__ = (
        UniqueConstraint("credit_note_id", "charge_id", name="uq_credit_note_line_once"),
        CheckConstraint("amount <> 0", name="amount_is_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_note_id: Mapped[int] = mapped_column(ForeignKey("credit_note.id"))
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    amount: Mapped[Money]


class NumberSeries(Base):
    """The last number given; locked while one is taken, so that there are no gaps."""

    __tablename__ = "number_series"

    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)  # invoice, credit_note
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class IssueFailure(Base):
    """Why the last try at an enterprise's invoice of a closed month failed; gone when it is made."""

    __tablename__ = "close_trouble"  # as the first version named it

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), primary_key=True)
    month_key: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    at: Mapped[datetime]
    retry_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)
    error: Mapped[str] = mapped_column(String(500))
