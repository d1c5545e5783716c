"""Draw up an enterprise's invoice of a month: finished but for its number and its paper; nothing is kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from booking.invoices.billable_lines import InvoiceLine
from booking.invoices.models import InvoiceState
from booking.invoices.paper import buyer_of, by_space, followers, left_out, seller_of
from booking.invoices.printer import InvoiceSheet, Tax
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
    sheet: InvoiceSheet
    charge_ids: tuple[int, ...]
    left_out: list[dict[str, Any]]

    @property
    def year(self) -> int:
        """The year of issue, whose numbers it takes from."""
        return self.sheet.issued_on.year

    def numbered(self, number: str) -> InvoiceSheet:
        """Give what is printed."""
        return replace(self.sheet, number=number)

    def invoice(
        self, serial: int, number: str, document_id: int, *, now: datetime, publish: bool
    ) -> dict[str, Any]:
        """Write the invoice down by its columns; `publish` asks for a page to pay at, where it is owed."""
        sheet = self.sheet
        return {
            "park_id": self.park_id,
            "enterprise_id": self.enterprise_id,
            "month_key": sheet.month.key,
            "year": self.year,
            "serial": serial,
            "number": number,
            "issued_at": now,
            "due_on": sheet.due_on,
            "total": sheet.total,
            "tax": Money.total(tax.tax for tax in sheet.taxes),
            "tax_lines": [tax_line(tax.rate_permille, tax.gross, tax.tax) for tax in sheet.taxes],
            "seller": asdict(sheet.seller),
            "buyer": asdict(sheet.buyer),
            "left_out": self.left_out,
            "document_id": document_id,
            "state": InvoiceState.DUE if sheet.total else InvoiceState.PAID,
            "publish_due_at": now if publish and sheet.total else None,
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
    sheet = InvoiceSheet(
        number=NO_NUMBER,
        month=month,
        issued_on=today,
        due_on=today + timedelta(days=park.payment_days),
        seller=seller_of(park),
        buyer=buyer_of(enterprise),
        spaces=by_space(sure, month),
        adjustments=followers(sure, month),
        left_out=left_out(unsure),
        taxes=tuple(Tax(part.vat_permille, part.gross, part.tax) for part in parts),
        total=total,
    )
    ids = tuple(line.id for line in sure)
    return InvoiceDraft(park.id, park.code, enterprise.id, sheet, ids, [_named(line) for line in unsure])


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
