"""Letters about money: invoices, credit notes, and the park's answer to a question about a line."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.charges.dispute import Answered
from booking.charges.explain import UseExplained, explain
from booking.charges.models import Charge, Outcome
from booking.invoices.billable_lines import lines_of_invoice
from booking.invoices.models import CreditNote, Invoice
from booking.invoices.paper import credit_line
from booking.invoices.queries import Credited, credited_lines
from booking.language import gettext, local_name
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.parks.models import Park
from booking.people.models import Member
from booking.values import Money, Month, Span


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


def answer_letter(answered: Answered, reader: Member) -> LetterText:
    """Tell a manager which line it was, what they asked, what the park says, and why."""
    line, park = answered.line, reader.park
    return render(
        park,
        reader.language,
        "dispute_answer",
        lambda: gettext("计费异议已答复：%(space)s", space=_place(line)),
        reader=reader,
        line=line,
        used=_used(line),
        question=answered.dispute,
        granted=answered.dispute.outcome is Outcome.GRANTED,
        back=answered.back,
        month=Month.from_key(line.month_key, park.zone),
    )


def _place(line: Charge) -> str:
    return local_name(line.space_name, line.space_name_en)


def _used(line: Charge) -> Span | None:
    match explain(line):
        case UseExplained(used=(datetime() as start, datetime() as end)) if end > start:
            return Span(start, end)
        case _:
            return None
