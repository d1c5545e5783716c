"""Draw up an enterprise's invoice of a month, and keep it once it has its number and its paper."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record_each
from booking.charges.models import Charge, Dispute
from booking.invoices.billable_lines import InvoiceLine
from booking.invoices.models import Invoice, InvoiceState
from booking.invoices.paper import buyer_of, by_space, carried_over_lines, left_out, seller_of
from booking.invoices.printer import InvoicePaper, Tax
from booking.invoices.rules import tax_parts
from booking.parks.models import Park
from booking.people.models import Enterprise
from booking.values.money import Money
from booking.values.month import Month, local_day


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """What an invoice will say. `left_out` names the lines in dispute as the invoice keeps them."""

    park_id: int
    park_code: str
    enterprise_id: int
    paper: InvoicePaper
    charge_ids: tuple[int, ...]
    left_out: list[dict[str, Any]]

    @property
    def year(self) -> int:
        """The year of issue, whose numbers it takes from."""
        return self.paper.issued_on.year

    def numbered(self, number: str) -> InvoicePaper:
        """Give what is printed."""
        return replace(self.paper, number=number)

    def invoice(
        self, serial: int, number: str, document_id: int, *, now: datetime, publish: bool
    ) -> dict[str, Any]:
        """Write the invoice down by its columns; `publish` asks for a page to pay at, where it is owed."""
        paper = self.paper
        return {
            "park_id": self.park_id,
            "enterprise_id": self.enterprise_id,
            "month_key": paper.month.key,
            "year": self.year,
            "serial": serial,
            "number": number,
            "issued_at": now,
            "due_on": paper.due_on,
            "total": paper.total,
            "tax": Money.total(tax.tax for tax in paper.taxes),
            "tax_lines": [tax_line(tax.rate_permille, tax.gross, tax.tax) for tax in paper.taxes],
            "seller": asdict(paper.seller),
            "buyer": asdict(paper.buyer),
            "left_out": self.left_out,
            "document_id": document_id,
            "state": InvoiceState.DUE if paper.total else InvoiceState.PAID,
            "publish_due_at": now if publish and paper.total else None,
        }


NO_NUMBER = ""


def draft_invoice(
    park: Park, enterprise: Enterprise, month: Month, lines: Sequence[InvoiceLine], *, now: datetime
) -> InvoiceDraft | None:
    """Draw it up from the lines to bill; None where nothing is to be asked for, or more is owed back.

    Lines in dispute stay for the next month and are named.
    """
    sure = [line for line in lines if not line.in_dispute]
    unsure = [line for line in lines if line.in_dispute]
    parts = tax_parts((line.vat_permille, line.amount) for line in sure)
    total = Money.total(part.gross for part in parts)
    if not sure or total < Money.zero():
        return None
    today = local_day(now, park.zone)
    paper = InvoicePaper(
        number=NO_NUMBER,
        month=month,
        issued_on=today,
        due_on=today + timedelta(days=park.payment_days),
        seller=seller_of(park),
        buyer=buyer_of(enterprise),
        spaces=by_space(sure, month),
        adjustments=carried_over_lines(sure, month),
        left_out=left_out(unsure),
        taxes=tuple(Tax(part.vat_permille, part.gross, part.tax) for part in parts),
        total=total,
    )
    ids = tuple(line.id for line in sure)
    return InvoiceDraft(park.id, park.code, enterprise.id, paper, ids, [_named(line) for line in unsure])


def tax_line(vat_permille: int, gross: Money, tax: Money) -> dict[str, int]:
    """Write what is taxed at one rate as an invoice keeps it."""
    return {"vat_permille": vat_permille, "gross_fen": gross.fen, "tax_fen": tax.fen}


def _named(line: InvoiceLine) -> dict[str, Any]:
    return {
        "charge_id": line.id,
        "text": line.question,
        "amount_fen": line.amount.fen,
        "space": line.space_name,
        "day": line.day.isoformat(),
    }


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


def store_invoices(session: Session, facts: Sequence[dict[str, Any]]) -> Sequence[Invoice]:
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
