"""Credit notes at the park's counter: which lines of an invoice are taken back, whole or in part."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.closing import blueprint
from booking.blueprints.closing.forms import CreditForm, a_key, credit_form, picks_of
from booking.blueprints.closing.sheet import find
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import money
from booking.blueprints.kit.forms.responses import CONFLICT, UNPROCESSABLE
from booking.blueprints.kit.labels.invoices import line_view
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.invoices.credit_queries import Creditable, creditable_of
from booking.invoices.credit_rules import LineCreditedTooMuch
from booking.invoices.issue_credit_note import CreditNotePorts, issue_credit_note
from booking.invoices.models import Invoice
from booking.language import gettext
from booking.letters.bills import credit_letter
from booking.payments.balance import balance_of, settle
from booking.people.models import Role
from booking.ports import ports
from booking.values.month import Month
from booking.values.paper import PrintFailed
from booking.values.refusal import Refusal


@blueprint.get("/invoices/<int:invoice_id>/credit-notes/new")
@allow(Role.ADMIN)
def choose_lines(invoice_id: int) -> str:
    """Show the invoice's lines with what is left of each, to be picked."""
    found = find(invoice_id)
    there = creditable_of(db.session(), found)
    return _page(found, there, credit_form(there.lines, formdata=None, idempotency_key=a_key()))


@blueprint.post("/invoices/<int:invoice_id>/credit-notes")
@allow(Role.ADMIN)
def credit(invoice_id: int) -> ResponseReturnValue:
    """Take the picked lines back; the same form sent twice takes them back once."""
    found = find(invoice_id)
    there = creditable_of(db.session(), found)
    form = credit_form(there.lines)
    valid, picks = form.validate_on_submit(), picks_of(form, there.lines)
    if not valid or form.errors:
        return _page(found, there, form), UNPROCESSABLE
    try:
        with transaction() as session:
            note = issue_credit_note(
                session, found.id, picks, form.reason.data or "",
                CreditNotePorts(ports().printer, credit_letter, settle),
                idempotency_key=form.idempotency_key.data or None, by=actor(), now=clock.now(),
            )  # fmt: skip
            said = gettext(
                "已开出贷记单 %(number)s，退 %(amount)s。", number=note.number, amount=money(note.amount)
            )
    except Refusal as refusal:
        _put(form, refusal)
        return _page(find(invoice_id), there, form), CONFLICT
    except (PrintFailed, OSError):
        form.form_errors.append(gettext("PDF 没有生成，可能是磁盘已满。什么都没有改变，请稍后再试。"))
        return _page(find(invoice_id), there, form), 503
    flash(said, "success")
    return redirect(url_for(".invoice", invoice_id=invoice_id))


def _put(form: CreditForm, refusal: Refusal) -> None:
    """Put the sentence beside its line, where it is about one."""
    name = f"amount_{refusal.charge_id}" if isinstance(refusal, LineCreditedTooMuch) else ""
    field = form._fields.get(name)
    if field is None:
        put_beside(form, refusal)
    else:
        field.errors = [*field.errors, wording(refusal)]


def _page(found: Invoice, there: Creditable, form: CreditForm) -> str:
    month = Month.from_key(found.month_key, my_park().zone)
    fields = form._fields
    rows = [
        (
            line_view(bill, month),
            line,
            fields.get(f"line_{line.charge_id}"),
            fields.get(f"amount_{line.charge_id}"),
        )
        for bill, line in zip(there.billed, there.lines, strict=True)
        if line.billed  # of what was free there is nothing to take back
    ]
    rows.sort(key=lambda row: row[0].day)
    return render_template(
        "closing/credit.html", invoice=found, month=month, form=form, rows=rows,
        balance=balance_of(db.session(), found), unnamed=there.unnamed,
    )  # fmt: skip
