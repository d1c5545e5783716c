"""Invoices at the park's counter: the list, and one invoice with what can be done about it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.closing import blueprint
from booking.blueprints.closing.sheet import draw, find
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.labels.invoices import state_of
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import actor, my_park, park_today
from booking.db import db, transaction
from booking.invoices.queries import enterprises_invoiced
from booking.language import gettext
from booking.payments.queries import Show, Wanted, count_invoices, list_invoices
from booking.payments.sync import ask_again
from booking.people.models import Role
from booking.values.month import Month

PAGE = 50


@blueprint.get("/invoices")
@allow(Role.ADMIN)
def invoices() -> str:
    """List the park's invoices, narrowed by month, state and enterprise."""
    park = my_park()
    wanted = Wanted(park.id, park_today(), request.args.get("enterprise", type=whole), _month_key(), _show())
    pager = Pager.of_request(PAGE, "month", "show", "enterprise").count(count_invoices(db.session(), wanted))
    rows = list_invoices(db.session(), wanted, offset=pager.before, limit=PAGE)
    states = {row.invoice.id: state_of(row.balance, wanted.today) for row in rows}
    return render_template(
        "closing/invoices.html", rows=rows, states=states, wanted=wanted, zone=park.zone,
        month=request.args.get("month", ""), enterprises=enterprises_invoiced(db.session(), park.id),
        pager=pager,
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
    return draw(find(invoice_id))


@blueprint.post("/invoices/<int:invoice_id>/ask-again")
@allow(Role.ADMIN)
def ask(invoice_id: int) -> ResponseReturnValue:
    """Let the job ask the payment provider about this invoice once more."""
    found = find(invoice_id)
    with transaction() as session:
        ask_again(session, found.id, by=actor(), now=clock.now())
    flash(gettext("已安排重新核对，稍后刷新看结果。"), "info")
    return redirect(url_for(".invoice", invoice_id=invoice_id))
