"""What an enterprise enters of itself: baselines with their evidence, and declared effects."""

from datetime import date
from typing import cast

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, MonthField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from booking import clock
from booking.blueprints.kit.access import SIGNED_IN, allow
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import AreaField, DayField, YuanField
from booking.blueprints.kit.forms.validators import form_page, pressed, tidy_line
from booking.blueprints.kit.http import send_document
from booking.blueprints.kit.labels.resubmitted import handed_in
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park, park_today
from booking.blueprints.messages import put_beside
from booking.blueprints.savings.show import blueprint, enterprise_or_404, home_url
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext, lazy_gettext as _
from booking.people.models import Enterprise, Role
from booking.savings.declare_effect import declare_effect, withdraw_effect
from booking.savings.models import Baseline, BaselineState
from booking.savings.queries import baseline_in, effect_in, versions_of
from booking.savings.rules import BaselineTerms
from booking.savings.set_baseline import read_evidence, set_baseline, withdraw_baseline
from booking.savings.standings import may_be_shown
from booking.values import Money, Month, Refusal


class FirstDayField(MonthField):
    """A month, as its first day; says in our words what is asked for."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read 2026-10."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("请按 2026-10 的样子填写月份。")) from error


class BaselineForm(EditForm):
    """A version of the baseline."""

    valid_from = FirstDayField(
        _("从哪个月起"),
        [InputRequired(_("请按 2026-10 的样子填写月份。"))],
        description=_("从这个月 1 日起按这个版本计算，直到下一个版本。"),
    )
    area = AreaField(
        _("原来的面积"),
        [InputRequired(_("请填写原来的面积。"))],
        description=_("退租前租用，或不共享就要租用的办公面积。"),
    )
    price = YuanField(_("原来的单价"), [InputRequired(_("请填写原来的单价。"))])
    own_area = AreaField(
        _("现在保留的面积"),
        [InputRequired(_("请填写现在保留的面积，没有就填 0。"))],
        description=_("现在仍然自己租用的面积，全部退租填 0。"),
    )
    own_price = YuanField(_("现在的单价"), [InputRequired(_("请填写现在的单价，没有保留面积就填 0。"))])
    document = FileField(
        _("租赁凭证"),
        [Optional()],
        description=_("租赁合同或补充协议，PDF 或图片，最多 10 MB。园区核对后才标为“有据”。"),
    )
    same_paper = BooleanField(_("沿用上一版本的凭证"))
    note = StringField(
        _("说明"),
        [Optional(), Length(max=300, message=_("最多 %(max)d 个字。"))],
        [tidy_line],
        description=_("例如合同编号。"),
    )


class EffectForm(FlaskForm):
    """What an enterprise says of itself."""

    title = StringField(
        _("事项"),
        [DataRequired(_("请填写事项。")), Length(max=120, message=_("最多 %(max)d 个字。"))],
        [tidy_line],
        description=_("例如：研发投入、订单、新增岗位。"),
    )
    figure = StringField(
        _("内容"),
        [DataRequired(_("请填写内容。")), Length(max=60, message=_("最多 %(max)d 个字。"))],
        [tidy_line],
        description=_("例如：比去年同期增加约 30%。"),
    )
    declared_on = DayField(_("日期"), [InputRequired(_("请填写日期。"))])


@blueprint.route("/<int:enterprise_id>/baseline", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.ADMIN)
@takes(_("原租赁基线"), BaselineForm)
def baseline(enterprise_id: int) -> ResponseReturnValue:
    """Set a version of the baseline; the form begins with what holds now."""
    enterprise = enterprise_or_404(enterprise_id)
    latest = _latest(enterprise_id)
    form = _form(enterprise_id)
    if latest is None or latest.document_id is None:
        del form.same_paper
    if form.validate_on_submit():
        try:
            stated = _set(enterprise_id, form)
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            return _stated(stated)
    enterprise, latest = enterprise_or_404(enterprise_id), _latest(enterprise_id)
    return form_page(
        "savings/baseline.html", form, enterprise=enterprise, latest=latest, home=home_url(enterprise)
    )


def _stated(stated: Baseline) -> ResponseReturnValue:
    """Say what happens next; an administrator goes on to check what they entered."""
    if me().role is Role.ADMIN and stated.state is BaselineState.PENDING:
        flash(gettext("已登记。核对并采信之后才计入数字。"), "success")
        return redirect(url_for("savings.check", baseline_id=stated.id))
    flash(gettext("已提交，待园区核对；核对之前照原来的版本计算。"), "success")
    return redirect(home_url(enterprise_or_404(stated.enterprise_id)))


def _latest(enterprise_id: int) -> Baseline | None:
    return next(iter(versions_of(db.session(), enterprise_id)), None)


def _form(enterprise_id: int) -> BaselineForm:
    thing = EditedRecord(
        "baseline",
        None,
        ((Enterprise, enterprise_id),),
        fields=("area", "price", "own_area", "own_price", "note"),
        concerns=lambda entry: (entry.after or {}).get("enterprise_id") == enterprise_id,
        of_form={"price_fen": "price", "own_price_fen": "own_price"},
    )
    return BaselineForm.of(thing, lambda: {"data": _beginning(_latest(enterprise_id))})


def _beginning(latest: Baseline | None) -> dict[str, object]:
    month = Month.of(clock.now(), my_park().zone)
    if latest is None:
        return {"valid_from": month.first_day}
    return {
        "valid_from": max(month.first_day, latest.valid_from),
        "area": latest.area_hundredths,
        "price": latest.price,
        "own_area": latest.own_area_hundredths,
        "own_price": latest.own_price,
        "note": latest.note,
    }


def _set(enterprise_id: int, form: BaselineForm) -> Baseline:
    sent = handed_in(form.document)
    paper = read_evidence(*sent) if sent else None  # judged before the transaction: it may take a second
    with transaction() as session:
        enterprise = enterprise_or_404(enterprise_id)
        form.check(session)
        latest = _latest(enterprise_id)
        keeps = paper is None and "same_paper" in form and form.same_paper.data
        return set_baseline(
            session,
            enterprise,
            cast("date", form.valid_from.data),
            BaselineTerms(
                form.area.data or 0,
                form.price.data or Money.zero(),
                form.own_area.data or 0,
                form.own_price.data or Money.zero(),
            ),
            paper=paper,
            paper_of=latest if keeps else None,
            note=form.note.data or "",
            by=actor(),
            now=clock.now(),
        )


@blueprint.post("/baselines/<int:baseline_id>/withdraw")
@allow(Role.MANAGER, Role.ADMIN)
def withdraw_version(baseline_id: int) -> ResponseReturnValue:
    """Take back a version that nobody has checked yet."""
    stated = baseline_in(db.session(), my_park().id, baseline_id) or abort(404)
    enterprise = enterprise_or_404(stated.enterprise_id)
    return pressed(
        lambda session: withdraw_baseline(session, baseline_id, by=actor(), now=clock.now()),
        gettext("已撤回，照原来的版本计算。"),
        home_url(enterprise),
    )


@blueprint.get("/evidence/<int:baseline_id>")
@allow(*SIGNED_IN)
def evidence(baseline_id: int) -> ResponseReturnValue:
    """Give the rental contract on file: to its own enterprise and to administrators.

    The branch gets that of enterprises that have agreed to be named, of what is pending or was accepted;
    all else is not found.
    """
    session = db.session()
    baseline = baseline_in(session, my_park().id, baseline_id)
    if baseline is None or baseline.document_id is None:
        abort(404)
    enterprise = enterprise_or_404(baseline.enterprise_id)
    ended = baseline.state in {BaselineState.SENT_BACK, BaselineState.WITHDRAWN}
    if me().role is Role.BRANCH and (ended or not may_be_shown(session, enterprise)):
        abort(404)
    return send_document(session.get_one(Document, baseline.document_id), plain=f"evidence-{baseline.id}")


@blueprint.route("/<int:enterprise_id>/effect", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.ADMIN)
@takes(_("登记一项变化"), EffectForm)
def effect(enterprise_id: int) -> ResponseReturnValue:
    """Write down what the enterprise says."""
    enterprise = enterprise_or_404(enterprise_id)
    form = EffectForm(data={"declared_on": park_today()})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                declare_effect(
                    session,
                    enterprise_or_404(enterprise_id),
                    cast("date", form.declared_on.data),
                    form.title.data or "",
                    form.figure.data or "",
                    by=actor(),
                    now=clock.now(),
                )
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已登记，标为“自报”。"), "success")
            return redirect(home_url(enterprise_or_404(enterprise_id)))
    enterprise = enterprise_or_404(enterprise_id)
    return form_page("savings/effect.html", form, enterprise=enterprise, home=home_url(enterprise))


@blueprint.post("/effect/<int:effect_id>/withdraw")
@allow(Role.MANAGER, Role.ADMIN)
def withdraw(effect_id: int) -> ResponseReturnValue:
    """Take back what the enterprise said."""
    with transaction() as session:
        said = effect_in(session, my_park().id, effect_id) or abort(404)
        enterprise = enterprise_or_404(said.enterprise_id)
        withdraw_effect(session, said, by=actor(), now=clock.now())
    flash(gettext("已撤回。"), "success")
    return redirect(home_url(enterprise))
