"""Question a line of the statement."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.responses import UNPROCESSABLE
from booking.blueprints.kit.forms.validators import tidy_text
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_enterprise_id, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.statement.lines import ShownEntry, shown_entry
from booking.blueprints.statement.month import blueprint, whose
from booking.charges.dispute import dispute
from booking.charges.models import MonthClose
from booking.charges.statement import entry_of_line
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.people.models import Role
from booking.values.month import Month
from booking.values.refusal import Refusal


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
