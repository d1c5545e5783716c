"""The tenant's side of bills: closed months, how to pay, and the PDF for ever."""

from flask import Blueprint, Response, abort, render_template

from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.http import FOR_EVER, NEVER, send_document
from booking.blueprints.kit.labels.invoices import line_views, note_views, state_of
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import me, my_enterprise_id, my_park, park_today
from booking.db import db
from booking.documents.models import Document
from booking.invoices.billable_lines import lines_of_invoice
from booking.invoices.models import Invoice
from booking.invoices.queries import credit_notes_of, credited_lines, find_credit_note, find_invoice
from booking.payments.balance import (
    InvoiceFilter,
    balance_of,
    count_invoices,
    list_invoices,
    page_to_pay_at,
    payments_of,
)
from booking.people.models import Role
from booking.savings.standings import may_be_shown_in
from booking.values.month import Month

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")

PAGE = 24


@blueprint.get("/")
@allow(Role.MANAGER)
def index() -> str:
    """List the enterprise's invoices, the latest first."""
    wanted = InvoiceFilter(my_park().id, park_today(), my_enterprise_id())
    pager = Pager.of_request(PAGE).count(count_invoices(db.session(), wanted))
    rows = list_invoices(db.session(), wanted, offset=pager.before, limit=PAGE)
    states = {row.invoice.id: state_of(row.balance, wanted.today) for row in rows}
    return render_template("invoices/index.html", rows=rows, states=states, pager=pager)


@blueprint.get("/<int:invoice_id>")
@allow(Role.MANAGER)
def show(invoice_id: int) -> str:
    """Show an invoice: lines, tax, due date, what was paid, and how to pay."""
    session = db.session()
    found = find_invoice(session, invoice_id, my_park().id, my_enterprise_id()) or abort(404)
    balance = balance_of(session, found)
    month = Month.from_key(found.month_key, my_park().zone)
    lines = lines_of_invoice(session, found.id)
    notes = note_views(credit_notes_of(session, found), credited_lines(session, found, lines), month)
    return render_template(
        "invoices/show.html", invoice=found, balance=balance, month=month,
        lines=line_views(lines, month), payments=payments_of(session, found), notes=notes,
        state=state_of(balance, park_today()), today=park_today(),
        pay_url=page_to_pay_at(found, balance),
    )  # fmt: skip


@blueprint.get("/<int:invoice_id>.pdf")
@allow(Role.MANAGER, *STAFF)
def pdf(invoice_id: int) -> Response:
    """Give the PDF as it was made at closing, byte for byte; to the branch of who agreed to be named."""
    found = find_invoice(db.session(), invoice_id, my_park().id, me().enterprise_id) or abort(404)
    _only_of_the_named_to_the_branch(found)
    return _file(found.document_id, found.number, f"invoice-{found.year}-{found.serial:05d}")


@blueprint.get("/credit-notes/<int:note_id>.pdf")
@allow(Role.MANAGER, *STAFF)
def credit_pdf(note_id: int) -> Response:
    """Give the PDF of a credit note, byte for byte; to the branch of who agreed to be named."""
    found = find_credit_note(db.session(), note_id, my_park().id, me().enterprise_id) or abort(404)
    _only_of_the_named_to_the_branch(found.invoice)
    return _file(found.document_id, found.number, f"credit-note-{found.year}-{found.serial:05d}")


def _only_of_the_named_to_the_branch(invoice: Invoice) -> None:
    """Let the branch see the papers of who agreed, of months that name it; all others are not found."""
    month = Month.from_key(invoice.month_key, my_park().zone)
    if me().role is Role.BRANCH and not may_be_shown_in(db.session(), invoice.enterprise, month):
        abort(404)


def _file(document_id: int, number: str, plain: str) -> Response:
    document = db.session.get_one(Document, document_id)
    keep = NEVER if me().role is Role.BRANCH else FOR_EVER  # an agreement can be withdrawn
    return send_document(document, f"{number}.pdf", plain=plain, look=True, keep=keep)
