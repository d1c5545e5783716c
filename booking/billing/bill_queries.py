"""Questions about invoices: the list, one with all that belongs to it, and the months of a park."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, case, func, select, type_coerce
from sqlalchemy.orm import joinedload

from booking.billing.models import Charge, CreditNote, Invoice, InvoiceState, MonthClose, Payment
from booking.billing.so_far import COUNTS
from booking.billing.standing import Standing, standings
from booking.people.models import Enterprise
from booking.values.money import Money
from booking.values.month import Month

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from booking.parks.models import Park

MONTHS_BACK = 24


class Show(StrEnum):
    """Which invoices of a list are wanted."""

    ALL = "all"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"
    CREDITED = "credited"
    TROUBLE = "trouble"  # the payment desk and our books do not agree, or it could not be asked


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice of a list, with its sums."""

    invoice: Invoice
    standing: Standing


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
    sums = standings(session, invoices)
    return [Listed(invoice, sums[invoice.id]) for invoice in invoices]


def count_invoices(session: Session, wanted: Wanted) -> int:
    """Count what the list holds."""
    return session.scalar(select(func.count()).select_from(Invoice).where(*wanted.conditions())) or 0


def find_invoice(
    session: Session, invoice_id: int, park_id: int, enterprise_id: int | None = None
) -> Invoice | None:
    """Give an invoice of the park, and of the enterprise where one is named; None for anybody else's."""
    found = select(Invoice).where(Invoice.id == invoice_id, Invoice.park_id == park_id)
    if enterprise_id is not None:
        found = found.where(Invoice.enterprise_id == enterprise_id)
    return session.scalar(found.options(joinedload(Invoice.enterprise)))


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


def credit_notes_of(session: Session, invoice: Invoice) -> Sequence[CreditNote]:
    """Give what was taken back, in order."""
    return session.scalars(
        select(CreditNote).where(CreditNote.invoice_id == invoice.id).order_by(CreditNote.id)
    ).all()


def enterprises_invoiced(session: Session, park_id: int) -> list[tuple[int, str]]:
    """Name the enterprises of a park, for a list to be narrowed to."""
    rows = session.execute(
        select(Enterprise.id, Enterprise.name)
        .where(Enterprise.park_id == park_id)
        .order_by(Enterprise.name, Enterprise.id)
    )
    return [(row.id, row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of a park: what waits, what was invoiced, what of it is still owed by its state."""

    month: Month
    close: MonthClose | None
    waiting_lines: int
    waiting: Money
    invoices: int
    invoiced: Money
    due_invoices: int


def months_of(session: Session, park: Park, current: Month) -> list[MonthRow]:
    """Give the months in which something happened, this month first, in three queries."""
    waiting = _waiting(session, park)
    made = _made(session, park)
    closes = {
        row.month_key: row
        for row in session.scalars(
            select(MonthClose).where(MonthClose.park_id == park.id).order_by(MonthClose.month_key)
        )
    }
    keys = sorted({current.key, *waiting, *made, *closes}, reverse=True)[:MONTHS_BACK]
    return [_row(park, key, closes.get(key), waiting, made) for key in keys]


def _row(
    park: Park,
    key: int,
    close: MonthClose | None,
    waiting: dict[int, tuple[int, Money]],
    made: dict[int, tuple[int, Money, int]],
) -> MonthRow:
    lines, fen = waiting.get(key, (0, Money.zero()))
    invoices, invoiced, due = made.get(key, (0, Money.zero(), 0))
    return MonthRow(Month.from_key(key, park.zone), close, lines, fen, invoices, invoiced, due)


def _waiting(session: Session, park: Park) -> dict[int, tuple[int, Money]]:
    rows = session.execute(
        select(Charge.month_key, func.count(), func.sum(type_coerce(Charge.amount, BigInteger)))
        .where(Charge.park_id == park.id, COUNTS, Charge.invoice_id.is_(None))
        .group_by(Charge.month_key)
        .order_by(Charge.month_key)
    )
    return {key: (count, Money(int(fen))) for key, count, fen in rows}


def _made(session: Session, park: Park) -> dict[int, tuple[int, Money, int]]:
    due = func.sum(case((Invoice.state == InvoiceState.DUE, 1), else_=0))
    rows = session.execute(
        select(Invoice.month_key, func.count(), func.sum(type_coerce(Invoice.total, BigInteger)), due)
        .where(Invoice.park_id == park.id)
        .group_by(Invoice.month_key)
        .order_by(Invoice.month_key)
    )
    return {key: (count, Money(int(fen)), int(open_)) for key, count, fen, open_ in rows}


def find_credit_note(
    session: Session, note_id: int, park_id: int, enterprise_id: int | None = None
) -> CreditNote | None:
    """Give a credit note of the park, and of the enterprise where one is named; None for anybody else's."""
    found = select(CreditNote).join(Invoice, Invoice.id == CreditNote.invoice_id)
    found = found.where(CreditNote.id == note_id, CreditNote.park_id == park_id)
    if enterprise_id is not None:
        found = found.where(Invoice.enterprise_id == enterprise_id)
    return session.scalar(found)
