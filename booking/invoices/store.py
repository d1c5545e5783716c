"""What every invoice leaves behind when it is made: lines that are billed, and an entry in the trail."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record_each
from booking.charges.models import Charge, Dispute
from booking.invoices.models import Invoice

PDF = "application/pdf"


class LinesMovedError(RuntimeError):
    """A line changed while its invoice was made: undo all, and make it of the lines as they are now."""


_CHARGE, _INVOICE, _DISPUTE = (row.__table__.c for row in (Charge, Invoice, Dispute))
_PUT_ON = (
    update(cast("Table", Charge.__table__))
    .where(_INVOICE.id.in_(bindparam("invoices", expanding=True)))
    .where(_CHARGE.enterprise_id == _INVOICE.enterprise_id, _CHARGE.month_key <= _INVOICE.month_key)
    .where(_CHARGE.invoice_id.is_(None), _CHARGE.superseded_at.is_(None))
    .where(~exists().where(_DISPUTE.charge_id == _CHARGE.id, _DISPUTE.answered_at.is_(None)))
    .values(invoice_id=_INVOICE.id)
    .returning(_CHARGE.id)
)


def put_lines_on(session: Session, invoices: Sequence[Invoice], charge_ids: Collection[int]) -> None:
    """Mark the lines as billed, each by its enterprise's invoice.

    What is to be billed now must be the lines that were read, one for one; else raises LinesMovedError.
    """
    billed = session.scalars(_PUT_ON, {"invoices": [invoice.id for invoice in invoices]})
    if set(billed) != set(charge_ids):
        raise LinesMovedError(", ".join(invoice.number for invoice in invoices))


def keep_invoices(session: Session, facts: Sequence[dict[str, Any]]) -> Sequence[Invoice]:
    """Insert invoices of one park and year whose serials follow each other, and give them in their order.

    Not by the unit of work: it writes one statement with hundreds of parameters, which takes the driver
    longer to read than the server to do.
    """
    session.execute(_INSERT, facts)
    first, last = facts[0], facts[-1]
    asked = {
        "park": first["park_id"],
        "of_year": first["year"],
        "first": first["serial"],
        "last": last["serial"],
    }
    return session.scalars(_KEPT, asked).all()


_INSERT = insert(cast("Table", Invoice.__table__))
_KEPT = (
    select(Invoice)
    .where(Invoice.park_id == bindparam("park"), Invoice.year == bindparam("of_year"))
    .where(Invoice.serial.between(bindparam("first"), bindparam("last")))
    .order_by(Invoice.serial)
)


def record_made(
    session: Session, invoices: Sequence[Invoice], lines: Sequence[int], *, by: Actor, now: datetime
) -> None:
    """Write into the trail which invoices of one park were made, and of how many lines each."""
    facts = {
        invoice.id: {"number": invoice.number, "total_fen": invoice.total.fen, "lines": count}
        for invoice, count in zip(invoices, lines, strict=True)
    }
    record_each(session, Action.INVOICE_ISSUED, "invoice", facts, by=by, now=now, park_id=invoices[0].park_id)
