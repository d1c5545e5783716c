"""Questions that tenants ask about lines of their statements, and the park's answers."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.fields import YuanField, options
from booking.blueprints.kit.forms.validators import UNPROCESSABLE, tidy_text
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.statement.lines import line_name, shown_entry
from booking.charges.dispute import answer_dispute
from booking.charges.models import Dispute, Outcome
from booking.charges.queries import answered_disputes, dispute_in_park, open_disputes
from booking.charges.statement import entry_of_line
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.letters.billing import answer_letter
from booking.people.models import Enterprise, Role
from booking.values import Money, Refusal

blueprint = Blueprint("disputes", __name__, url_prefix="/disputes")


class AnswerForm(FlaskForm):
    """Granted or declined, what is given back, and why."""

    outcome = RadioField(
        _("答复结果"),
        [InputRequired(_("请选择一项。"))],
        choices=options(
            [
                (Outcome.GRANTED.value, _("成立，退还下面的金额")),
                (Outcome.DECLINED.value, _("不成立，照原样计费")),
            ]
        ),
    )
    amount = YuanField(_("退还金额"), [Optional()], lowest=Money(1))
    words = TextAreaField(
        _("理由"),
        [DataRequired(_("请写明理由。")), Length(max=500, message=_("最多 500 个字。"))],
        [tidy_text],
    )


@blueprint.get("")
@allow(Role.ADMIN)
def index() -> str:
    """List what waits for an answer, then what was answered."""
    park_id = my_park().id
    return render_template(
        "disputes/index.html",
        waiting=open_disputes(db.session(), park_id),
        answered=answered_disputes(db.session(), park_id),
        line_name=line_name,
    )


@blueprint.route("/<int:dispute_id>", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("给企业的答复"), AnswerForm)
def answer(dispute_id: int) -> ResponseReturnValue:
    """Show the line as the tenant sees it, and answer with a reason."""
    form = AnswerForm()
    status = 200
    if form.is_submitted():
        if dispute_in_park(db.session(), my_park().id, dispute_id) is None:
            abort(404)
        status = UNPROCESSABLE
        if form.validate() and _answer(form, dispute_id):
            flash(gettext("已答复，企业可以在对账单里看到。"), "success")
            return redirect(url_for("disputes.index"))
    return _page(dispute_in_park(db.session(), my_park().id, dispute_id) or abort(404), form), status


def _answer(form: AnswerForm, dispute_id: int) -> bool:
    outcome = Outcome(form.outcome.data)
    try:
        with transaction() as session:
            answer_dispute(
                session,
                dispute_id,
                outcome,
                form.words.data or "",
                answer_letter,
                by=actor(),
                now=clock.now(),
                amount=form.amount.data,
            )
    except Refusal as refusal:
        put_beside(form, refusal)
        return False
    return True


def _page(dispute: Dispute, form: AnswerForm) -> str:
    line = dispute.charge
    entry = entry_of_line(db.session(), line.id, line.enterprise_id, None)
    if entry is None:
        abort(404)
    return render_template(
        "disputes/answer.html",
        entry=shown_entry(entry, my_park().zone, closed=True, with_names=True),
        enterprise=db.session.get_one(Enterprise, line.enterprise_id),
        dispute=dispute,
        superseded=line.superseded_at is not None,
        form=form,
    )
