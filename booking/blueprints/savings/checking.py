"""The queue of stated baselines, and the page on which one is held against its paper and decided on."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.filters import area, day, money
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.validators import NeededAtTimes, status_of, tidy_text
from booking.blueprints.kit.http import FRAMED, FRAMING_POLICY, send_document
from booking.blueprints.kit.month_sheet.agenda import of_the_branch
from booking.blueprints.kit.month_sheet.savings import since_label
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.savings.show import blueprint
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext, lazy_gettext as _
from booking.letters.branch import baseline_checked
from booking.people.models import Role
from booking.savings.jumps import mark_of
from booking.savings.models import Baseline, BaselineState
from booking.savings.preview import changes_if_checked
from booking.savings.queries import (
    baseline_in,
    jumps_against,
    jumps_waiting,
    pending_baselines,
    version_before,
)
from booking.savings.rules import BaselineDecision
from booking.savings.set_baseline import check_baseline, reported_month
from booking.savings.standings import may_be_shown
from booking.values import Refusal


class DecisionForm(FlaskForm):
    """What whoever checks a version says of it: each answer is a button of its own."""

    decision = RadioField(
        _("核对结果"),
        [InputRequired(_("请选择一种核对结果。"))],
        choices=options(
            [
                (BaselineDecision.DOCUMENTED.value, _("采信为有据")),
                (BaselineDecision.DECLARED.value, _("采信为自报")),
                (BaselineDecision.SENT_BACK.value, _("退回")),
            ]
        ),
    )
    reason = TextAreaField(
        _("退回的理由"),
        [NeededAtTimes(), Length(max=500, message=_("最多 %(max)d 个字。"))],
        [tidy_text],
        description=_("退回时必填，企业会看到。"),
    )
    why = TextAreaField(
        _("为什么确实是这样"),
        [NeededAtTimes(), Length(max=500, message=_("最多 %(max)d 个字。"))],
        [tidy_text],
        description=_("例如：搬进了更大的办公室。会和这次核对一起留存。"),
    )
    seen = HiddenField("")  # the jumps that the reason is given for


@blueprint.get("/baselines")
@allow(*STAFF)
def pending() -> str:
    """List what waits to be checked; the branch checks enterprises that agreed to be named."""
    waiting = pending_baselines(db.session(), my_park().id, shown_only=of_the_branch())
    jumps = jumps_waiting(db.session(), waiting, my_park().zone)
    return render_template("savings/pending.html", waiting=waiting, jumps=jumps)


@blueprint.route("/baselines/<int:baseline_id>", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("原租赁基线"), DecisionForm)
def check(baseline_id: int) -> ResponseReturnValue:
    """Show a version beside the one in force, its paper, and what it would change; take the decision."""
    stated = _stated_or_404(baseline_id)
    form = DecisionForm()
    if form.validate_on_submit():
        decision = BaselineDecision(form.decision.data)
        try:
            with transaction() as session:
                check_baseline(
                    session,
                    stated.id,
                    decision,
                    baseline_checked,
                    reason=form.reason.data or "",
                    why=form.why.data or "",
                    seen=form.seen.data or "",
                    by=actor(),
                    now=clock.now(),
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(_said(decision), "success")
            return redirect(url_for("savings.pending"))
    answer = make_response(_page(_stated_or_404(baseline_id), form), status_of(form))
    answer.headers["Content-Security-Policy"] = FRAMING_POLICY
    return answer


def _stated_or_404(baseline_id: int) -> Baseline:
    """Find a version the reader may check; to the branch an unnamed enterprise's is not there."""
    stated = baseline_in(db.session(), my_park().id, baseline_id)
    if stated is None or not _may_check(stated):
        abort(404)
    return stated


def _may_check(stated: Baseline) -> bool:
    if me().role is not Role.BRANCH:
        return True
    seen = stated.state in {BaselineState.PENDING, BaselineState.CHECKED}
    return seen and may_be_shown(db.session(), stated.enterprise)


def _said(decision: BaselineDecision) -> str:
    if decision is BaselineDecision.SENT_BACK:
        return gettext("已退回，理由会发给企业负责人。园区的数字没有变化。")
    return gettext("已采信，从起始月份起计入园区的数字，并告知企业负责人。")


def _page(stated: Baseline, form: DecisionForm) -> str:
    session, park, now = db.session(), my_park(), clock.now()
    waits = stated.state is BaselineState.PENDING
    before = version_before(session, stated, park.zone)
    jumps = jumps_against(before, stated) if waits else ()
    form.seen.data = mark_of(jumps) if form.why.errors else ""  # the second yes is to what stands here now
    return render_template(
        "savings/check.html",
        stated=stated,
        since=since_label(stated),
        before=before,
        lines=list(_lines(before, stated)),
        waits=waits,
        jumps=jumps,
        asked_twice=waits and bool(form.why.errors),
        changes=changes_if_checked(session, park, stated, now=now) if waits else [],
        later=stated.valid_from > now.astimezone(park.zone).date(),
        reported=reported_month(session, park, stated.enterprise_id, stated.valid_from) if waits else None,
        form=form,
    )


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """A fact of a version beside that of the version in force."""

    label: str
    before: str
    stated: str
    differs: bool


def _lines(before: Baseline | None, stated: Baseline) -> Iterator[ComparedFact]:
    new, old = _facts(stated), _facts(before) if before else {}
    another_paper = before is not None and before.document_id != stated.document_id
    for label, value in new.items():
        was = old.get(label, "")
        differs = before is not None and was != value
        if label == gettext("租赁凭证"):
            differs = another_paper
        yield ComparedFact(label, was or "–", value or "–", differs=differs)
    yield from _origin(before, stated)


def _origin(before: Baseline | None, stated: Baseline) -> Iterator[ComparedFact]:
    """Say from when each is valid, and who stated it: those differ by nature."""
    was = since_label(before) if before else "–"
    yield ComparedFact(gettext("从哪个月起"), was, since_label(stated), differs=False)
    yield ComparedFact(
        gettext("申报"), _who_stated(before) if before else "–", _who_stated(stated), differs=False
    )


def _who_stated(one: Baseline) -> str:
    who = one.created_by.name if one.created_by else ""
    return gettext("%(day)s %(who)s", day=day(one.created_at), who=who).strip()


def _facts(one: Baseline) -> dict[str, str]:
    return {
        gettext("原来的面积"): area(one.area_hundredths),
        gettext("原来的单价"): money(one.price),
        gettext("现在保留的面积"): area(one.own_area_hundredths),
        gettext("现在的单价"): money(one.own_price),
        gettext("租赁凭证"): one.document.name if one.document else gettext("没有"),
        gettext("说明"): one.note,
    }


@blueprint.get("/baselines/<int:baseline_id>/paper")
@allow(*STAFF)
def paper(baseline_id: int) -> Response:
    """Show the paper in its frame beside the figures."""
    stated = _stated_or_404(baseline_id)
    if stated.document_id is None:
        abort(404)
    document = db.session.get_one(Document, stated.document_id)
    answer = send_document(document, plain=f"evidence-{stated.id}", look=True)
    if document.media_type == "application/pdf":
        answer.headers.update(FRAMED)
    return answer
