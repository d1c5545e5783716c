"""Payments at the park's counter: booked by bank transfer, and reversed where they were booked wrongly."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.closing import blueprint
from booking.blueprints.closing.forms import PaymentForm, ReversalForm
from booking.blueprints.closing.sheet import Refused, draw, find
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.filters import day, money
from booking.blueprints.kit.forms.responses import CONFLICT, UNPROCESSABLE
from booking.blueprints.kit.session import actor
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext
from booking.payments.models import Payment
from booking.payments.queries import find_payment
from booking.payments.record_payment import record_payment
from booking.payments.reverse_payment import reverse_payment
from booking.people.models import Role
from booking.values.refusal import Refusal


@blueprint.post("/invoices/<int:invoice_id>/payments")
@allow(Role.ADMIN)
def pay(invoice_id: int) -> ResponseReturnValue:
    """Book a bank transfer; the same form sent twice books it once."""
    found, form = find(invoice_id), PaymentForm()
    amount, received_on = form.amount.data, form.received_on.data
    if not form.validate_on_submit() or received_on is None or amount is None:
        return draw(found, Refused(form)), UNPROCESSABLE
    try:
        with transaction() as session:
            booked = record_payment(
                session, found.id, amount, received_on, form.reference.data or "",
                idempotency_key=form.idempotency_key.data or None, by=actor(), now=clock.now(),
            )  # fmt: skip
            said = _said(booked, as_typed=(booked.amount, booked.received_on) == (amount, received_on))
    except Refusal as refusal:
        put_beside(form, refusal)
        return draw(find(invoice_id), Refused(form)), CONFLICT
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
def reverse(invoice_id: int, payment_id: int) -> ResponseReturnValue:
    """Take a payment back that was booked wrongly; both stay on the page."""
    found, form = find(invoice_id), ReversalForm()
    form.reason.id = f"reason-{payment_id}"
    payment = find_payment(db.session(), payment_id, found) or abort(404)
    refused, amount = Refused(reversal=form, payment_id=payment_id), payment.amount
    if not form.validate_on_submit():
        return draw(found, refused), UNPROCESSABLE
    try:
        with transaction() as session:
            reverse_payment(session, payment_id, form.reason.data or "", by=actor(), now=clock.now())
    except Refusal as refusal:
        put_beside(form, refusal)
        return draw(find(invoice_id), refused), CONFLICT
    flash(gettext("已冲销付款 %(amount)s。", amount=money(amount)), "success")
    return redirect(url_for(".invoice", invoice_id=invoice_id))
