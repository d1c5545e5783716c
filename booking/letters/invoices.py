"""Letters about money: invoices and credit notes."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.invoices.billable_lines import lines_of_invoice
from booking.invoices.models import CreditNote, Invoice
from booking.invoices.paper import credit_line
from booking.invoices.queries import Credited, credited_lines
from booking.language import gettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.parks.models import Park
from booking.values.money import Money
from booking.values.month import Month


class TakenBack(NamedTuple):
    """A line of a credit note as its letter tells it: what it was, what was billed, what is taken back."""

    what: str
    billed: Money
    amount: Money


def invoice_letter(session: Session, invoice: Invoice) -> LetterText:
    """Send a closed month's invoice: the sum, until when, and how to pay."""
    park = session.get_one(Park, invoice.park_id)
    month = Month.from_key(invoice.month_key, park.zone)
    return render(
        park, None, "invoice",
        lambda: gettext("%(month)s 账单 %(number)s", month=str(month), number=invoice.number),
        links=(invoice.pay_url,), month=month,
        invoice=invoice, seller=invoice.seller, buyer=invoice.buyer, left_out=invoice.left_out,
        tax_lines=invoice.tax_lines,
    )  # fmt: skip


def credit_letter(session: Session, invoice: Invoice, note: CreditNote) -> LetterText:
    """Send a credit note: which lines of which invoice are taken back, their tax, and why.

    The lines are told in the words of the paper that goes with it.
    """
    park = session.get_one(Park, invoice.park_id)
    picked = credited_lines(session, invoice, lines_of_invoice(session, invoice.id)).get(note.id, [])
    return render(
        park, None, "credit_note",
        lambda: gettext("贷记单 %(number)s（账单 %(invoice)s）", number=note.number, invoice=invoice.number),
        invoice=invoice, note=note, buyer=invoice.buyer, tax_lines=note.tax_lines,
        lines=[_taken_back(one, park) for one in picked],
    )  # fmt: skip


def _taken_back(one: Credited, park: Park) -> TakenBack:
    on_paper = credit_line(one.line, one.amount, park.zone)
    return TakenBack(f"{on_paper.title} {on_paper.detail}", on_paper.billed, one.amount)
