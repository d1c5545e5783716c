"""What an enterprise pays: the page of the running month, a line of it questioned, and the closed months.

Of closed months: how to pay, and the PDF for ever.
"""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import duration, money
from booking.blueprints.kit.forms.validators import UNPROCESSABLE, tidy_text
from booking.blueprints.kit.http import FOR_EVER, NEVER, send_document
from booking.blueprints.kit.labels.invoices import line_views, note_views, state_of
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import (
    actor,
    me,
    month_of_request,
    my_enterprise_id,
    my_park,
    park_today,
    this_month,
)
from booking.blueprints.messages import put_beside
from booking.blueprints.statement.lines import ShownEntry, running, shown_entry
from booking.charges.dispute import dispute
from booking.charges.models import MonthClose
from booking.charges.queries import month_to_date
from booking.charges.statement import Statement, entry_of_line, statement
from booking.db import db, transaction
from booking.documents.models import Document
from booking.invoices.billable_lines import lines_of_invoice
from booking.invoices.models import Invoice
from booking.invoices.queries import (
    credit_notes_of,
    credited_lines,
    find_credit_note,
    find_invoice,
    invoice_of_month,
)
from booking.language import gettext, lazy_gettext as _
from booking.payments.balance import (
    InvoiceFilter,
    balance_of,
    count_invoices,
    list_invoices,
    page_to_pay_at,
    payments_of,
)
from booking.people.models import Enterprise, Role
from booking.savings.standings import may_be_shown_in
from booking.values import Money, Month, Refusal

blueprint = Blueprint("statement", __name__, url_prefix="/statement")


def whose() -> int | None:
    """Tell whose lines the reader sees: a manager the enterprise's, a member their own."""
    return None if me().role is Role.MANAGER else me().id


@blueprint.get("")
@allow(Role.MEMBER, Role.MANAGER)
def show() -> str:
    """Show a month, the running one unless `month=2026-10` says otherwise."""
    park, now = my_park(), clock.now()
    this, month = Month.of(now, park.zone), _month_asked()
    enterprise = db.session.get_one(Enterprise, my_enterprise_id())
    found = statement(db.session(), park, enterprise, month, now=now, member_id=whose())
    manages = whose() is None
    entries = [shown_entry(one, park.zone, closed=found.closed, with_names=manages) for one in found.entries]
    return render_template(
        "statement/show.html",
        found=found,
        invoice=invoice_of_month(db.session(), enterprise.id, month),
        entries=entries,
        running=[running(stay, quote, with_names=manages) for stay, quote in found.running],
        figures=_figures(found),
        budget=_budget(found, enterprise.monthly_budget) if manages else None,
        free=[_free_text(one.minutes, one.left, kind_name(one.kind)) for one in found.free]
        if manages
        else [],
        manages=manages,
        is_running=month == this,
        before=url_for("statement.show", month=str(month.previous)),
        after=url_for("statement.show", month=str(month.next)) if month < this else "",
    )


def _month_asked() -> Month:
    """Read which month: one that has begun, or that has lines ahead of it, as what is cancelled late has."""
    try:
        month = Month.parse(request.args.get("month", ""), my_park().zone)
    except ValueError:
        return month_of_request()
    ahead = month > this_month() and month_to_date(db.session(), my_enterprise_id(), month, member_id=whose())
    return month if ahead else month_of_request()


def _figures(found: Statement) -> list[tuple[str, str, str, str]]:
    """Give the key figures: what counts so far, what is running, how often."""
    figures = [(gettext("已计费"), money(found.total), gettext("含税"), "accent")]
    if found.in_question:
        figures.append((gettext("异议中"), money(found.in_question), gettext("未计入，答复后再计"), ""))
    if found.running:
        note = gettext("%(count)s 项还在使用", count=len(found.running))
        figures.append((gettext("进行中"), money(found.running_total), note, ""))
    used = sum(1 for entry in found.entries if entry.stay and entry.lines)
    figures.append((gettext("使用次数"), gettext("%(count)s 次", count=used), "", ""))
    return figures


def _budget(found: Statement, budget: Money | None) -> dict[str, object] | None:
    """Set the month against the budget, running stays included."""
    if not budget:
        return None
    spent = found.total + found.running_total
    return {
        "text": gettext("%(spent)s / %(budget)s", spent=money(spent), budget=money(budget)),
        "value": min(spent.fen, budget.fen),
        "most": budget.fen,
        "tone": "warning" if spent > budget else "",
        "over": money(spent - budget) if spent > budget else "",
    }


def _free_text(minutes: int, left: int, kind: str) -> dict[str, object]:
    return {
        "kind": kind,
        "text": gettext("还剩 %(left)s，共 %(all)s", left=duration(left), all=duration(minutes)),
        "value": minutes - left,
        "most": minutes,
    }


class QuestionForm(FlaskForm):
    """A question about a line."""

    words = TextAreaField(
        _("哪里不对"),
        [DataRequired(_("请写明理由。")), Length(max=500, message=_("最多 500 个字。"))],
        [tidy_text],
    )


@blueprint.route("/lines/<int:charge_id>/question", methods=["GET", "POST"])
@allow(Role.MEMBER, Role.MANAGER)
@takes(_("对这一行提出异议"), QuestionForm)
def question(charge_id: int) -> ResponseReturnValue:
    """Ask about a line of one's own, in words."""
    entry, month_key = _line(charge_id)
    form = QuestionForm()
    status = 200
    if form.is_submitted():
        status = UNPROCESSABLE
        if form.validate() and _ask(form, charge_id):
            flash(gettext("已提交。园区会答复，答复之前这一行不计入账单。"), "success")
            return redirect(_month_page(month_key))
    page = render_template("statement/question.html", entry=entry, form=form, back=_month_page(month_key))
    return page, status


def _ask(form: QuestionForm, charge_id: int) -> bool:
    try:
        with transaction() as session:
            dispute(session, charge_id, form.words.data or "", by=actor(), now=clock.now())
    except Refusal as refusal:
        put_beside(form, refusal)
        return False
    return True


def _line(charge_id: int) -> tuple[ShownEntry, int]:
    """Give the line's entry and month; another enterprise's line, or another member's, is not found."""
    entry = entry_of_line(db.session(), charge_id, my_enterprise_id(), whose()) or abort(404)
    line = entry.any_line
    closed = db.session.get(MonthClose, (line.park_id, line.month_key)) is not None
    return shown_entry(entry, my_park().zone, closed=closed, with_names=whose() is None), line.month_key


def _month_page(month_key: int) -> str:
    return url_for("statement.show", month=str(Month.from_key(month_key, my_park().zone)))


invoices_blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")

PAGE = 24


@invoices_blueprint.get("/")
@allow(Role.MANAGER)
def index() -> str:
    """List the enterprise's invoices, the latest first."""
    wanted = InvoiceFilter(my_park().id, park_today(), my_enterprise_id())
    pager = Pager.of_request(PAGE).count(count_invoices(db.session(), wanted))
    rows = list_invoices(db.session(), wanted, offset=pager.before, limit=PAGE)
    states = {row.invoice.id: state_of(row.balance, wanted.today) for row in rows}
    return render_template("invoices/index.html", rows=rows, states=states, pager=pager)


@invoices_blueprint.get("/<int:invoice_id>", endpoint="show")
@allow(Role.MANAGER)
def invoice(invoice_id: int) -> str:
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


@invoices_blueprint.get("/<int:invoice_id>.pdf")
@allow(Role.MANAGER, *STAFF)
def pdf(invoice_id: int) -> Response:
    """Give the PDF as it was made at closing, byte for byte; to the branch of who agreed to be named."""
    found = find_invoice(db.session(), invoice_id, my_park().id, me().enterprise_id) or abort(404)
    _only_of_the_named_to_the_branch(found)
    return _file(found.document_id, found.number, f"invoice-{found.year}-{found.serial:05d}")


@invoices_blueprint.get("/credit-notes/<int:note_id>.pdf")
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
