"""Invoices at the park's counter: the list, one invoice, payments by transfer, credit notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for

from booking import clock
from booking.billing.bill_queries import (
    Show,
    Wanted,
    count_invoices,
    credit_notes_of,
    enterprises_invoiced,
    find_invoice,
    list_invoices,
    payments_of,
)
from booking.billing.desk_books import ask_again
from booking.billing.issue_credit_note import issue_credit_note
from booking.billing.lines_to_bill import lines_of_invoice
from booking.billing.record_payment import record_payment
from booking.billing.standing import page_to_pay_at, standing_of
from booking.blueprints.access import allow
from booking.blueprints.bill_words import desk_trouble, line_views, state_of
from booking.blueprints.closing import blueprint
from booking.blueprints.closing.forms import CreditForm, PaymentForm, a_key
from booking.blueprints.filters import money
from booking.blueprints.messages import put_beside
from booking.blueprints.signed_in import actor, my_park, park_today
from booking.blueprints.turning import number_given, page_given, turning
from booking.db import db, transaction
from booking.language import gettext
from booking.letters.bills import credit_letter
from booking.people.models import Role
from booking.ports import ports
from booking.values.month import Month
from booking.values.paper import PrintFailed
from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from booking.billing.models import Invoice

PAGE = 50


@blueprint.get("/invoices")
@allow(Role.ADMIN)
def invoices() -> str:
    """List the park's invoices, narrowed by month, state and enterprise."""
    park = my_park()
    wanted = Wanted(park.id, park_today(), number_given("enterprise"), _month_key(), _show())
    page = page_given()
    rows = list_invoices(db.session(), wanted, offset=(page - 1) * PAGE, limit=PAGE)
    total = count_invoices(db.session(), wanted)
    states = {row.invoice.id: state_of(row.standing, wanted.today) for row in rows}
    return render_template(
        "closing/invoices.html", rows=rows, states=states, wanted=wanted, zone=park.zone,
        month=request.args.get("month", ""), enterprises=enterprises_invoiced(db.session(), park.id),
        turning=turning(total, page, PAGE),
    )  # fmt: skip


def _month_key() -> int | None:
    try:
        return Month.parse(request.args.get("month", ""), my_park().zone).key
    except ValueError:
        return None


def _show() -> Show:
    text = request.args.get("show", "")
    return Show(text) if text in set(Show) else Show.ALL


@blueprint.get("/invoices/<int:invoice_id>")
@allow(Role.ADMIN)
def invoice(invoice_id: int) -> str:
    """Show an invoice with its lines, what was paid, and what can be done."""
    return _page(_find(invoice_id), None, None)


def _find(invoice_id: int) -> Invoice:
    return find_invoice(db.session(), invoice_id, my_park().id) or abort(404)


def _page(found: Invoice, payment: PaymentForm | None, credit: CreditForm | None) -> str:
    """Draw the page; a form that was refused comes as it was typed."""
    session = db.session()
    standing = standing_of(session, found)
    month = Month.from_key(found.month_key, my_park().zone)
    return render_template(
        "closing/invoice.html", invoice=found, standing=standing, month=month,
        lines=line_views(lines_of_invoice(session, found.id), month),
        payments=payments_of(session, found), notes=credit_notes_of(session, found),
        state=state_of(standing, park_today()), today=park_today(),
        trouble=desk_trouble(found.publish_error) if found.publish_error else [],
        payment=payment or PaymentForm(
            formdata=None, amount=standing.owed, received_on=park_today(), once_key=a_key()
        ),
        credit=credit or CreditForm(formdata=None, once_key=a_key()),
        credit_open=credit is not None, payment_open=payment is not None,
        pay_url=page_to_pay_at(found, standing),
    )  # fmt: skip


@blueprint.post("/invoices/<int:invoice_id>/payments")
@allow(Role.ADMIN)
def pay(invoice_id: int) -> ResponseReturnValue:
    """Book a bank transfer; the same form sent twice books it once."""
    found, form = _find(invoice_id), PaymentForm()
    received_on = form.received_on.data
    if not form.validate_on_submit() or received_on is None:
        return _page(found, form, None), 400
    try:
        with transaction() as session:
            record_payment(
                session, found.id, form.amount.data, received_on, form.reference.data or "",
                once_key=form.once_key.data or None, by=actor(), now=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(_find(invoice_id), form, None), 409
    flash(gettext("已登记到账 %(amount)s。", amount=money(form.amount.data)), "success")
    return redirect(url_for(".invoice", invoice_id=invoice_id))


@blueprint.post("/invoices/<int:invoice_id>/credit-notes")
@allow(Role.ADMIN)
def credit(invoice_id: int) -> ResponseReturnValue:
    """Take back all or part; the same form sent twice takes it back once."""
    found, form = _find(invoice_id), CreditForm()
    valid = form.validate_on_submit()
    part = form.whole.data == "part"
    if valid and part and form.amount.data is None:
        form.amount.errors = [gettext("请填写金额。")]
        valid = False
    if not valid:
        return _page(found, None, form), 400
    try:
        with transaction() as session:
            note = issue_credit_note(
                session, found.id, form.amount.data if part else None, form.reason.data or "",
                ports().printer, credit_letter,
                once_key=form.once_key.data or None, by=actor(), now=clock.now(),
            )  # fmt: skip
            said = gettext(
                "已开出贷记单 %(number)s，退 %(amount)s。", number=note.number, amount=money(note.amount)
            )
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(_find(invoice_id), None, form), 409
    except (PrintFailed, OSError):
        form.form_errors.append(gettext("PDF 没有生成，可能是磁盘已满。什么都没有改变，请稍后再试。"))
        return _page(_find(invoice_id), None, form), 503
    flash(said, "success")
    return redirect(url_for(".invoice", invoice_id=invoice_id))


@blueprint.post("/invoices/<int:invoice_id>/ask-again")
@allow(Role.ADMIN)
def ask(invoice_id: int) -> ResponseReturnValue:
    """Let the job ask the payment desk about this invoice once more."""
    found = _find(invoice_id)
    with transaction() as session:
        ask_again(session, found.id, by=actor(), now=clock.now())
    flash(gettext("已安排重新核对，稍后刷新看结果。"), "info")
    return redirect(url_for(".invoice", invoice_id=invoice_id))
