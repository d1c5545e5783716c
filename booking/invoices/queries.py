"""Questions about invoices: the list, one with all that belongs to it, and the months of a park."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, case, func, select, type_coerce
from sqlalchemy.orm import Session, joinedload

from booking.charges.models import Charge, MonthClose
from booking.charges.month_to_date import COUNTS
from booking.db import TO_CHANGE
from booking.invoices.models import CreditNote, Invoice, InvoiceState
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.values.money import Money
from booking.values.month import Month


def find_invoice(
    session: Session, invoice_id: int, park_id: int, enterprise_id: int | None = None
) -> Invoice | None:
    """Give an invoice of the park, and of the enterprise where one is named; None for anybody else's."""
    found = select(Invoice).where(Invoice.id == invoice_id, Invoice.park_id == park_id)
    if enterprise_id is not None:
        found = found.where(Invoice.enterprise_id == enterprise_id)
    return session.scalar(found.options(joinedload(Invoice.enterprise)))


def credit_notes_of(session: Session, invoice: Invoice) -> Sequence[CreditNote]:
    """Give what was taken back, in order."""
    return session.scalars(
        select(CreditNote).where(CreditNote.invoice_id == invoice.id).order_by(CreditNote.id)
    ).all()


def invoice_of_month(session: Session, enterprise_id: int, month: Month) -> Invoice | None:
    """Give the one invoice of an enterprise's month, or None where there is none yet."""
    return session.scalar(
        select(Invoice).where(Invoice.enterprise_id == enterprise_id, Invoice.month_key == month.key)
    )


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


MONTHS_BACK = 24


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


def lock_invoice(session: Session, invoice_id: int) -> Invoice:
    """Give the invoice as it is now; nobody else pays, credits or publishes it until the caller is done."""
    session.flush()  # reading it anew would forget what this transaction has changed
    return session.get_one(Invoice, invoice_id, with_for_update=TO_CHANGE, populate_existing=True)
