"""Months: which are open, what closing one would bill, how far its invoices are; all invoices."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import month_text
from booking.blueprints.kit.forms.validators import CONFLICT, UNPROCESSABLE, NeededAtTimes
from booking.blueprints.kit.labels import invoices as labels
from booking.blueprints.kit.labels.invoices import issue_failure_label
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park, park_today
from booking.blueprints.messages import put_beside
from booking.charges.models import MonthClose
from booking.db import db, transaction
from booking.invoices import queries
from booking.invoices.billable_lines import enterprises_to_invoice, failures_of
from booking.invoices.close_month import close_month, invoiced, preview_month, review_ends
from booking.invoices.queries import BillingMonth, months_of
from booking.language import gettext, lazy_gettext as _
from booking.parks.models import Park
from booking.payments.balance import InvoiceFilter, InvoicesShown, count_invoices, list_invoices
from booking.people.models import Enterprise, Role
from booking.values import Month, Refusal, local_day

blueprint = Blueprint("closing", __name__, url_prefix="/closing")


class CloseForm(FlaskForm):
    """Close a month; before the review is over only with a reason."""

    early = BooleanField(_("核对期没有结束，仍要提前关账"))
    reason = StringField(
        _("提前关账的原因"), [NeededAtTimes(), Length(max=200, message=_("最多 200 个字。"))]
    )


@blueprint.get("/")
@allow(Role.ADMIN)
def index() -> str:
    """List the months, the running one first."""
    park = my_park()
    now = clock.now()
    today = local_day(now, park.zone)
    rows = months_of(db.session(), park, Month.of(now, park.zone))
    ends = {
        row.month.key: review_ends(db.session(), park, row.month)
        for row in rows
        if row.close is None and today > row.month.last_day
    }
    states = {row.month.key: _state(row, today > row.month.last_day) for row in rows}
    overdue = count_invoices(db.session(), InvoiceFilter(park.id, today, show=InvoicesShown.OVERDUE))
    trouble = count_invoices(db.session(), InvoiceFilter(park.id, today, show=InvoicesShown.TROUBLE))
    return render_template(
        "closing/index.html",
        rows=rows,
        states=states,
        ends=ends,
        today=today,
        overdue=overdue,
        trouble=trouble,
    )


def _state(row: BillingMonth, over: bool) -> str:  # noqa: FBT001 - a fact, not a switch
    if row.close is not None:
        return "closed" if row.close.finished_at else "making"
    return "over" if over else "running"


@blueprint.get("/<month>")
@allow(Role.ADMIN)
def preview(month: str) -> str:
    """Show what closing the month would bill; or, once it is closed, how far its invoices are."""
    wanted = _month(month)
    row = db.session.get(MonthClose, (my_park().id, wanted.key))
    return _progress(wanted, row) if row else _preview(wanted, CloseForm())


@blueprint.post("/<month>/close")
@allow(Role.ADMIN)
@takes(_("关账"), CloseForm)
def close(month: str) -> ResponseReturnValue:
    """Close the month; a job makes the invoices, the page shows how far it is."""
    wanted, form = _month(month), CloseForm()
    if not form.validate_on_submit():
        return _preview(wanted, form), UNPROCESSABLE
    try:
        with transaction() as session:
            park = session.get_one(Park, my_park().id)
            early = (form.reason.data or "") if form.early.data else ""
            close_month(session, park, wanted, by=actor(), now=clock.now(), early=early)
    except Refusal as refusal:
        put_beside(form, refusal)
        return _preview(wanted, form), CONFLICT
    flash(gettext("%(month)s已关账，正在出账单。", month=month_text(wanted)), "success")
    return redirect(url_for(".preview", month=month))


def _month(text: str) -> Month:
    try:
        return Month.parse(text, my_park().zone)
    except ValueError:
        abort(404)


def _preview(month: Month, form: CloseForm) -> str:
    found = preview_month(db.session(), my_park(), month, now=clock.now())
    billed = [one for one in found.enterprises if not one.no_invoice]
    waiting = [one for one in found.enterprises if one.no_invoice and (one.disputed_lines or one.lines)]
    idle = [one for one in found.enterprises if not one.lines and not one.disputed_lines]
    return render_template(
        "closing/preview.html", found=found, month=month, form=form, billed=billed, waiting=waiting, idle=idle
    )


def _progress(month: Month, row: MonthClose) -> str:
    session, park_id = db.session(), my_park().id
    count, total = invoiced(session, park_id, month)
    left = [] if row.finished_at else enterprises_to_invoice(session, park_id, month)
    troubles = failures_of(session, park_id, month)
    names = _names(session, {one.enterprise_id for one in troubles})
    return render_template(
        "closing/progress.html", month=month, row=row, count=count, total=total, left=len(left),
        troubles=[(names[one.enterprise_id], issue_failure_label(one.error), one) for one in troubles],
    )  # fmt: skip


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    return {id_: session.get_one(Enterprise, id_).name for id_ in sorted(ids)}


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
