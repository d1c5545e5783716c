"""Invoices at the park's office: the list, one invoice, its payments, and credit notes."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.closing import forms
from booking.blueprints.closing.months import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import day, money
from booking.blueprints.kit.forms.responses import CONFLICT, UNPROCESSABLE
from booking.blueprints.kit.labels import invoices as labels
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park, park_today
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.invoices import queries
from booking.invoices.billable_lines import lines_of_invoice
from booking.invoices.credit_rules import LineCreditedTooMuch
from booking.invoices.issue_credit_note import CreditNotePorts, issue_credit_note
from booking.invoices.models import Invoice
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.letters.invoices import credit_letter
from booking.payments.balance import (
    InvoiceFilter,
    InvoicesShown,
    balance_of,
    count_invoices,
    find_payment,
    list_invoices,
    page_to_pay_at,
    payments_of,
    settle,
)
from booking.payments.models import Payment
from booking.payments.sync import ask_again
from booking.payments.transfers import record_payment, reverse_payment
from booking.people.models import Role
from booking.ports import ports
from booking.values.month import Month
from booking.values.paper import PrintFailed
from booking.values.refusal import Refusal

PAGE = 50


@blueprint.get("/invoices")
@allow(Role.ADMIN)
def invoices() -> str:
    """List the park's invoices, narrowed by month, state and enterprise."""
    park = my_park()
    wanted = InvoiceFilter(
        park.id, park_today(), request.args.get("enterprise", type=whole), _month_key(), _show()
    )
    pager = Pager.of_request(PAGE, "month", "show", "enterprise").count(count_invoices(db.session(), wanted))
    rows = list_invoices(db.session(), wanted, offset=pager.before, limit=PAGE)
    states = {row.invoice.id: labels.state_of(row.balance, wanted.today) for row in rows}
    return render_template(
        "closing/invoices.html", rows=rows, states=states, wanted=wanted, zone=park.zone,
        month=request.args.get("month", ""), enterprises=queries.enterprise_names(db.session(), park.id),
        pager=pager,
    )  # fmt: skip


def _month_key() -> int | None:
    try:
        return Month.parse(request.args.get("month", ""), my_park().zone).key
    except ValueError:
        return None


def _show() -> InvoicesShown:
    text = request.args.get("show", "")
    return InvoicesShown(text) if text in set(InvoicesShown) else InvoicesShown.ALL


@blueprint.get("/invoices/<int:invoice_id>")
@allow(Role.ADMIN)
def invoice(invoice_id: int) -> str:
    """Show an invoice with its lines, what was paid, and what can be done."""
    return invoice_page(invoice_or_404(invoice_id))


@blueprint.post("/invoices/<int:invoice_id>/ask-again")
@allow(Role.ADMIN)
def ask(invoice_id: int) -> ResponseReturnValue:
    """Let the job ask the payment provider about this invoice once more."""
    found = invoice_or_404(invoice_id)
    with transaction() as session:
        ask_again(session, found.id, by=actor(), now=clock.now())
    flash(gettext("已安排重新核对，稍后刷新看结果。"), "info")
    return redirect(url_for(".invoice", invoice_id=invoice_id))


@dataclass(frozen=True, slots=True)
class Refused:
    """The form that was refused, which comes back as it was typed; `payment_id` is whose reversal it was."""

    payment: forms.PaymentForm | None = None
    reversal: forms.ReversalForm | None = None
    payment_id: int | None = None


def invoice_or_404(invoice_id: int) -> Invoice:
    """Give an invoice of the park; anybody else's is not found."""
    return queries.find_invoice(db.session(), invoice_id, my_park().id) or abort(404)


NOTHING_REFUSED = Refused()


def invoice_page(found: Invoice, refused: Refused = NOTHING_REFUSED) -> str:
    """Draw the page."""
    session, today = db.session(), park_today()
    balance = balance_of(session, found)
    month = Month.from_key(found.month_key, my_park().zone)
    lines = lines_of_invoice(session, found.id)
    notes = labels.note_views(
        queries.credit_notes_of(session, found), queries.credited_lines(session, found, lines), month
    )
    payment = forms.PaymentForm(
        formdata=None, amount=balance.owed, received_on=today, idempotency_key=forms.a_key()
    )
    return render_template(
        "closing/invoice.html", invoice=found, balance=balance, month=month,
        lines=labels.line_views(lines, month), payments=payments_of(session, found), notes=notes,
        state=labels.state_of(balance, today), today=today,
        trouble=labels.gateway_trouble(found.publish_error) if found.publish_error else [],
        payment=refused.payment or payment,
        reversal=refused.reversal or forms.ReversalForm(formdata=None), reversing=refused.payment_id,
        payment_open=refused.payment is not None,
        pay_url=page_to_pay_at(found, balance),
    )  # fmt: skip


@blueprint.post("/invoices/<int:invoice_id>/payments")
@allow(Role.ADMIN)
@takes(_("登记对公转账"), forms.PaymentForm)
def pay(invoice_id: int) -> ResponseReturnValue:
    """Book a bank transfer; the same form sent twice books it once."""
    found, form = invoice_or_404(invoice_id), forms.PaymentForm()
    amount, received_on = form.amount.data, form.received_on.data
    if not form.validate_on_submit() or received_on is None or amount is None:
        return invoice_page(found, Refused(form)), UNPROCESSABLE
    try:
        with transaction() as session:
            booked = record_payment(
                session, found.id, amount, received_on, form.reference.data or "",
                idempotency_key=form.idempotency_key.data or None, by=actor(), now=clock.now(),
            )  # fmt: skip
            said = _said(booked, as_typed=(booked.amount, booked.received_on) == (amount, received_on))
    except Refusal as refusal:
        put_beside(form, refusal)
        return invoice_page(invoice_or_404(invoice_id), Refused(form)), CONFLICT
    flash(*said)
    return redirect(url_for(".invoice", invoice_id=invoice_id))


def _said(booked: Payment, *, as_typed: bool) -> tuple[str, str]:
    """Say what is booked, and whether that is what was typed or what the form was sent with before."""
    facts = {"day": day(booked.received_on), "amount": money(booked.amount)}
    if as_typed:
        return gettext("已登记 %(day)s到账 %(amount)s。", **facts), "success"
    return gettext("这张表单已经用过：登记的是 %(day)s到账 %(amount)s，这次没有再登记。", **facts), "info"


@blueprint.post("/invoices/<int:invoice_id>/payments/<int:payment_id>/reversal")
@allow(Role.ADMIN)
@takes(_("冲销这笔付款"), forms.ReversalForm)
def reverse(invoice_id: int, payment_id: int) -> ResponseReturnValue:
    """Take a payment back that was booked wrongly; both stay on the page."""
    found, form = invoice_or_404(invoice_id), forms.ReversalForm()
    form.reason.id = f"reason-{payment_id}"
    payment = find_payment(db.session(), payment_id, found) or abort(404)
    refused, amount = Refused(reversal=form, payment_id=payment_id), payment.amount
    if not form.validate_on_submit():
        return invoice_page(found, refused), UNPROCESSABLE
    try:
        with transaction() as session:
            reverse_payment(session, payment_id, form.reason.data or "", by=actor(), now=clock.now())
    except Refusal as refusal:
        put_beside(form, refusal)
        return invoice_page(invoice_or_404(invoice_id), refused), CONFLICT
    flash(gettext("已冲销付款 %(amount)s。", amount=money(amount)), "success")
    return redirect(url_for(".invoice", invoice_id=invoice_id))


@blueprint.get("/invoices/<int:invoice_id>/credit-notes/new")
@allow(Role.ADMIN)
def choose_lines(invoice_id: int) -> str:
    """Show the invoice's lines with what is left of each, to be picked."""
    found = invoice_or_404(invoice_id)
    there = queries.creditable_of(db.session(), found)
    return _credit_page(
        found, there, forms.credit_form(there.lines, formdata=None, idempotency_key=forms.a_key())
    )


@blueprint.post("/invoices/<int:invoice_id>/credit-notes")
@allow(Role.ADMIN)
@takes(_("开贷记单"), forms.CreditForm)
def credit(invoice_id: int) -> ResponseReturnValue:
    """Take the picked lines back; the same form sent twice takes them back once."""
    found = invoice_or_404(invoice_id)
    there = queries.creditable_of(db.session(), found)
    form = forms.credit_form(there.lines)
    valid, picks = form.validate_on_submit(), forms.picks_of(form, there.lines)
    if not valid or form.errors:
        return _credit_page(found, there, form), UNPROCESSABLE
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
        return _credit_page(invoice_or_404(invoice_id), there, form), CONFLICT
    except (PrintFailed, OSError):
        form.form_errors.append(gettext("PDF 没有生成，可能是磁盘已满。什么都没有改变，请稍后再试。"))
        return _credit_page(invoice_or_404(invoice_id), there, form), 503
    flash(said, "success")
    return redirect(url_for(".invoice", invoice_id=invoice_id))


def _put(form: forms.CreditForm, refusal: Refusal) -> None:
    """Put the sentence beside its line, where it is about one."""
    name = f"amount_{refusal.charge_id}" if isinstance(refusal, LineCreditedTooMuch) else ""
    field = form._fields.get(name)
    if field is None:
        put_beside(form, refusal)
    else:
        field.errors = [*field.errors, wording(refusal)]


def _credit_page(found: Invoice, there: queries.Creditable, form: forms.CreditForm) -> str:
    month = Month.from_key(found.month_key, my_park().zone)
    fields = form._fields
    rows = [
        (
            labels.line_view(bill, month),
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
