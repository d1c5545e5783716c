"""One invoice at the park's office: its page, its payments and its credit notes, with their forms."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from booking import clock
from booking.blueprints.closing.months import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import day, money
from booking.blueprints.kit.forms.fields import DayField, YuanField
from booking.blueprints.kit.forms.validators import CONFLICT, UNPROCESSABLE, tidy_text
from booking.blueprints.kit.labels import invoices as labels
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park, park_today
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.invoices import queries
from booking.invoices.billable_lines import lines_of_invoice
from booking.invoices.issue_credit_note import CreditNotePorts, issue_credit_note
from booking.invoices.models import Invoice
from booking.invoices.rules import CreditableLine, LineCreditedTooMuch
from booking.language import gettext, lazy_gettext as _
from booking.letters.billing import credit_letter
from booking.payments.balance import balance_of, find_payment, page_to_pay_at, payments_of, settle
from booking.payments.models import Payment
from booking.payments.sync import ask_again
from booking.payments.transfers import record_payment, reverse_payment
from booking.people.models import Role
from booking.ports import ports
from booking.values import Money, Month, PrintFailed, Refusal


def a_key() -> str:
    """Make the mark by which the second press of a button is known."""
    return secrets.token_urlsafe(24)


LONGEST_KEY = 40


class PaymentForm(FlaskForm):
    """Money that came by bank transfer."""

    amount = YuanField(_("到账金额"), [InputRequired(_("请填写金额。"))], lowest=Money(1))
    received_on = DayField(_("到账日期"), [InputRequired(_("请填写到账日期。"))])
    reference = StringField(
        _("银行流水号或附言"), [Optional(), Length(max=120, message=_("最多 120 个字。"))]
    )
    idempotency_key = HiddenField("", validators=[Length(max=LONGEST_KEY)])


class ReversalForm(FlaskForm):
    """Why a payment that was booked does not count."""

    reason = StringField(
        _("原因"), [InputRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))]
    )


class CreditForm(FlaskForm):
    """Take back lines of an invoice; `credit_form` adds two fields a line."""

    whole = BooleanField(_("剩余的全部明细"))
    reason = TextAreaField(
        _("原因"),
        [DataRequired(_("请写明原因。")), Length(max=500, message=_("最多 500 个字。"))],
        [tidy_text],
    )
    idempotency_key = HiddenField("", validators=[Length(max=LONGEST_KEY)])


def credit_form(lines: Sequence[CreditableLine], **options: Any) -> CreditForm:  # noqa: ANN401 - as WTForms types it
    """Make the form of an invoice: for each line with something left a tick `line_7`, and `amount_7`.

    A line of discount has no amount: it is taken back with all that is left of it, or not at all.
    """
    fields: dict[str, Any] = {}
    for line in lines:
        if line.left:
            fields[f"line_{line.charge_id}"] = BooleanField(_("退这一行"))
        if line.left > Money.zero():
            fields[f"amount_{line.charge_id}"] = YuanField(_("退还金额"), lowest=Money(1), default=line.left)
    form: CreditForm = type("CreditFormOfInvoice", (CreditForm,), fields)(**options)
    return form


def picks_of(form: CreditForm, lines: Sequence[CreditableLine]) -> dict[int, Money] | None:
    """Read what was ticked, or with None that all is taken back; what is odd stands beside its line.

    An amount that was typed without a tick is an oversight, and is told.
    """
    if form.whole.data:
        return None
    picks: dict[int, Money] = {}
    for line in lines:
        tick, field = form._fields.get(f"line_{line.charge_id}"), form._fields.get(f"amount_{line.charge_id}")
        if tick is None:
            continue
        amount = line.left if field is None else field.data
        if tick.data and amount is None:
            field.errors = field.errors or [gettext("请填写金额。")]
        elif tick.data:
            picks[line.charge_id] = amount
        elif amount is not None and amount != line.left:
            field.errors = [gettext("填了金额，没有勾选这一行。")]
    return picks


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

    payment: PaymentForm | None = None
    reversal: ReversalForm | None = None
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
    payment = PaymentForm(formdata=None, amount=balance.owed, received_on=today, idempotency_key=a_key())
    return render_template(
        "closing/invoice.html", invoice=found, balance=balance, month=month,
        lines=labels.line_views(lines, month), payments=payments_of(session, found), notes=notes,
        state=labels.state_of(balance, today), today=today,
        trouble=labels.gateway_trouble(found.publish_error) if found.publish_error else [],
        payment=refused.payment or payment,
        reversal=refused.reversal or ReversalForm(formdata=None), reversing=refused.payment_id,
        payment_open=refused.payment is not None,
        pay_url=page_to_pay_at(found, balance),
    )  # fmt: skip


@blueprint.post("/invoices/<int:invoice_id>/payments")
@allow(Role.ADMIN)
@takes(_("登记对公转账"), PaymentForm)
def pay(invoice_id: int) -> ResponseReturnValue:
    """Book a bank transfer; the same form sent twice books it once."""
    found, form = invoice_or_404(invoice_id), PaymentForm()
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
@takes(_("冲销这笔付款"), ReversalForm)
def reverse(invoice_id: int, payment_id: int) -> ResponseReturnValue:
    """Take a payment back that was booked wrongly; both stay on the page."""
    found, form = invoice_or_404(invoice_id), ReversalForm()
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
    return _credit_page(found, there, credit_form(there.lines, formdata=None, idempotency_key=a_key()))


@blueprint.post("/invoices/<int:invoice_id>/credit-notes")
@allow(Role.ADMIN)
@takes(_("开贷记单"), CreditForm)
def credit(invoice_id: int) -> ResponseReturnValue:
    """Take the picked lines back; the same form sent twice takes them back once."""
    found = invoice_or_404(invoice_id)
    there = queries.creditable_of(db.session(), found)
    form = credit_form(there.lines)
    valid, picks = form.validate_on_submit(), picks_of(form, there.lines)
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


def _put(form: CreditForm, refusal: Refusal) -> None:
    """Put the sentence beside its line, where it is about one."""
    name = f"amount_{refusal.charge_id}" if isinstance(refusal, LineCreditedTooMuch) else ""
    field = form._fields.get(name)
    if field is None:
        put_beside(form, refusal)
    else:
        field.errors = [*field.errors, wording(refusal)]


def _credit_page(found: Invoice, there: queries.Creditable, form: CreditForm) -> str:
    month = Month.from_key(found.month_key, my_park().zone)
    fields = form._fields
    rows = [
        (
            labels.line_view(billed, month),
            line,
            fields.get(f"line_{line.charge_id}"),
            fields.get(f"amount_{line.charge_id}"),
        )
        for billed, line in zip(there.billed, there.lines, strict=True)
        if line.billed  # of what was free there is nothing to take back
    ]
    rows.sort(key=lambda row: row[0].day)
    return render_template(
        "closing/credit.html", invoice=found, month=month, form=form, rows=rows,
        balance=balance_of(db.session(), found), unnamed=there.unnamed,
    )  # fmt: skip
