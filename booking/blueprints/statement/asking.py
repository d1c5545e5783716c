"""Question a line; state the true end of a stay whose check-out was forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for

from booking import clock
from booking.billing.dispute import dispute
from booking.billing.meter import RatingMeter
from booking.billing.models import MonthClose
from booking.billing.statement import entry_of_line
from booking.blueprints.access import allow
from booking.blueprints.messages import put_beside
from booking.blueprints.signed_in import actor, my_enterprise_id, my_park
from booking.blueprints.statement import blueprint
from booking.blueprints.statement.drawn import Drawn, drawn
from booking.blueprints.statement.forms import QuestionForm, TrueEndForm
from booking.blueprints.statement.month import whose
from booking.db import db, transaction
from booking.language import gettext
from booking.people.models import Role
from booking.usage.correct_stay import state_true_end
from booking.usage.queries import stay_of_enterprise
from booking.values.month import Month
from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from booking.usage.models import Stay

NOT_THIS_WAY = 422


@blueprint.route("/lines/<int:charge_id>/question", methods=["GET", "POST"])
@allow(Role.MEMBER, Role.MANAGER)
def question(charge_id: int) -> ResponseReturnValue:
    """Ask about a line of one's own, in words."""
    entry, month_key = _line(charge_id)
    form = QuestionForm()
    status = 200
    if form.is_submitted():
        status = NOT_THIS_WAY
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


@blueprint.route("/stays/<int:stay_id>/end", methods=["GET", "POST"])
@allow(Role.MEMBER, Role.MANAGER)
def true_end(stay_id: int) -> ResponseReturnValue:
    """State when a stay really ended whose check-out was forgotten."""
    stay = _stay(stay_id)
    zone = my_park().zone
    if not stay.needs_review and request.method == "GET":
        flash(gettext("这条使用记录不需要补报时间。"), "info")
        return redirect(url_for("statement.show"))
    ended = stay.ended_at.astimezone(zone).replace(tzinfo=None) if stay.ended_at else None
    form = TrueEndForm(data={"ended_at": ended})
    status = 200
    if form.is_submitted():
        status = NOT_THIS_WAY
        if form.validate() and _state(form, stay_id):
            flash(gettext("已按实际离开时间重新计费。"), "success")
            return redirect(_month_page(Month.of(stay.started_at, zone).key))
    return render_template("statement/true_end.html", stay=stay, form=form), status


def _state(form: TrueEndForm, stay_id: int) -> bool:
    if form.ended_at.data is None:
        return False
    ended_at = form.ended_at.data.replace(tzinfo=my_park().zone)
    try:
        with transaction() as session:
            state_true_end(session, stay_id, ended_at, meter=RatingMeter(), by=actor(), now=clock.now())
    except Refusal as refusal:
        put_beside(form, refusal)
        return False
    return True


def _line(charge_id: int) -> tuple[Drawn, int]:
    """Give the line's entry and month; another enterprise's line, or another member's, is not found."""
    entry = entry_of_line(db.session(), charge_id, my_enterprise_id(), whose()) or abort(404)
    line = entry.any_line
    closed = db.session.get(MonthClose, (line.park_id, line.month_key)) is not None
    return drawn(entry, my_park().zone, closed=closed, with_names=whose() is None), line.month_key


def _stay(stay_id: int) -> Stay:
    stay = stay_of_enterprise(db.session(), my_enterprise_id(), stay_id) or abort(404)
    return stay if whose() in {None, stay.member_id} else abort(404)


def _month_page(month_key: int) -> str:
    return url_for("statement.show", month=str(Month.from_key(month_key, my_park().zone)))
