"""What every invoice leaves behind when it is made: lines that are billed, and an entry in the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, bindparam, exists, update

from booking.audit.record import record_each
from booking.billing.models import Charge, Dispute, Invoice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.audit.actor import Actor

PDF = "application/pdf"


class LinesMovedError(RuntimeError):
    """A line changed while its invoice was made: undo all, and make it of the lines as they are now."""


_CHARGE, _INVOICE, _DISPUTE = (row.__table__.c for row in (Charge, Invoice, Dispute))
_PUT_ON = (
    update(cast("Table", Charge.__table__))
    .where(_CHARGE.id.in_(bindparam("lines", expanding=True)))
    .where(_INVOICE.id.in_(bindparam("invoices", expanding=True)))
    .where(_INVOICE.enterprise_id == _CHARGE.enterprise_id)
    .where(_CHARGE.invoice_id.is_(None), _CHARGE.superseded_at.is_(None))
    .where(~exists().where(_DISPUTE.charge_id == _CHARGE.id, _DISPUTE.answered_at.is_(None)))
    .values(invoice_id=_INVOICE.id)
    .returning(_CHARGE.id)
)


def put_lines_on(session: Session, invoices: Sequence[Invoice], charge_ids: Collection[int]) -> None:
    """Mark the lines as billed, each by its enterprise's invoice; raises LinesMovedError unless as read."""
    facts = {"lines": list(charge_ids), "invoices": [invoice.id for invoice in invoices]}
    if len(session.execute(_PUT_ON, facts).all()) != len(charge_ids):
        raise LinesMovedError(", ".join(invoice.number for invoice in invoices))


def record_made(
    session: Session, invoices: Sequence[Invoice], lines: Sequence[int], *, by: Actor, now: datetime
) -> None:
    """Write into the trail which invoices of one park were made, and of how many lines each."""
    facts = {
        invoice.id: {"number": invoice.number, "total_fen": invoice.total.fen, "lines": count}
        for invoice, count in zip(invoices, lines, strict=True)
    }
    record_each(session, "invoice made", "invoice", facts, by=by, now=now, park_id=invoices[0].park_id)
