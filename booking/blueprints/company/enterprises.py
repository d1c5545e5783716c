"""The park's enterprises: the administrator looks after them, the branch reads."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, EmailField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Optional

from booking import clock
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.converters import LONGEST_WORDS, day_or
from booking.blueprints.kit.forms.colleagues import InviteForm, act_on, invited
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import DayField, YuanField, options
from booking.blueprints.kit.forms.validators import (
    UNPROCESSABLE,
    an_email,
    at_most,
    form_page,
    must,
    status_of,
    tidy,
    tidy_email,
)
from booking.blueprints.kit.labels.people import size_name
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, invitation_by, me, my_park, park_today
from booking.blueprints.messages import put_beside
from booking.charges.move_out import lock_what_ends, move_out, what_ends
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.parks.models import Park
from booking.people.enterprises import FirstManager, add_enterprise, edit_enterprise, leave_park
from booking.people.models import Enterprise, Role, Size
from booking.people.queries import PAGE, enterprise_of, enterprises_of, members_of
from booking.values import Refusal

blueprint = Blueprint("enterprises", __name__, url_prefix="/enterprises")


def _theirs(enterprise_id: int) -> Enterprise:
    return enterprise_of(db.session(), my_park().id, enterprise_id) or abort(404)


@blueprint.get("")
@allow(*STAFF)
def index() -> str:
    """List enterprises; look for one by name or code."""
    text, gone = request.args.get("q", "").strip()[:LONGEST_WORDS], request.args.get("gone") == "1"
    pager = Pager.of_request(PAGE, "q", "gone")
    rows = pager.cut(enterprises_of(db.session(), my_park().id, text, gone=gone, offset=pager.before))
    return render_template(
        "enterprises/index.html", rows=rows, text=text, gone=gone, pager=pager, reader=me()
    )


@blueprint.get("/<int:enterprise_id>")
@allow(*STAFF)
def show(enterprise_id: int) -> str:
    """Show an enterprise and its people."""
    return _page(_theirs(enterprise_id), InviteForm.offering(Role.MANAGER, Role.MEMBER))


def _page(enterprise: Enterprise, form: InviteForm) -> str:
    return render_template(
        "enterprises/show.html",
        enterprise=enterprise,
        members=members_of(db.session(), enterprise.id),
        form=form,
        today=park_today(),
        reader=me(),
    )


class EnterpriseForm(EditForm):
    """Who an enterprise is."""

    name = StringField(_("企业全称"), [must(), at_most(120)], [tidy])
    short_name = StringField(_("简称"), [must(), at_most(40)], [tidy])
    uscc = StringField(_("统一社会信用代码"), [must(), at_most(30)], [tidy])
    size = SelectField(_("规模"))
    joined_on = DayField(_("入驻日期"), [InputRequired(_("请选择日期。"))])
    billing_email = EmailField(_("账单邮箱"), [must(), an_email(), at_most(254)], [tidy_email])

    def offer_sizes(self) -> None:
        """Name the sizes in the reader's language."""
        self.size.choices = options((size.value, size_name(size)) for size in Size)


class NewEnterpriseForm(EnterpriseForm):
    """A new enterprise, and who will run it here."""

    manager_name = StringField(_("负责人姓名"), [must(), at_most(60)], [tidy])
    email = EmailField(_("负责人邮箱"), [must(), an_email(), at_most(254)], [tidy_email])


@blueprint.route("/new", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("添加企业"), NewEnterpriseForm)
def new() -> ResponseReturnValue:
    """Take an enterprise into the park and invite its manager."""
    form = NewEnterpriseForm(joined_on=park_today())
    form.offer_sizes()
    if form.validate_on_submit():
        try:
            enterprise_id = _added(form)
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("企业已添加，并已向 %(email)s 发出邀请。", email=form.email.data), "success")
            return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))
    return form_page("enterprises/edit.html", form, enterprise=None)


def _added(form: NewEnterpriseForm) -> int:
    by, inviter, park_id = actor(), me(), my_park().id
    with transaction() as session:
        manager = FirstManager(form.email.data or "", form.manager_name.data or "", invitation_by(inviter))
        facts = form.facts("manager_name", "email")
        return add_enterprise(session, park_id, facts, manager, by=by, now=clock.now()).id


@blueprint.route("/<int:enterprise_id>/edit", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("修改企业资料"), EnterpriseForm)
def edit(enterprise_id: int) -> ResponseReturnValue:
    """Change who an enterprise is."""
    enterprise = _theirs(enterprise_id)
    form = EnterpriseForm.of(thing_of(enterprise), lambda: {"obj": _theirs(enterprise_id)})
    form.offer_sizes()
    if form.validate_on_submit():
        by = actor()
        try:
            with transaction() as session:
                form.check(session)
                fresh = session.get_one(Enterprise, enterprise.id)
                edit_enterprise(session, fresh, form.facts(), by=by, now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("企业资料已保存。"), "success")
            return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))
    return form_page("enterprises/edit.html", form, enterprise=enterprise)


@blueprint.get("/<int:enterprise_id>/leave")
@allow(Role.ADMIN)
def leave(enterprise_id: int) -> str:
    """Say what would end with a last day in the park, before that day is kept."""
    enterprise = _theirs(enterprise_id)
    day = day_or(request.args.get("left_on"), park_today())
    return _leaving(enterprise, _leave_form(enterprise_id).propose(left_on=day), day)


class LeaveForm(EditForm):
    """The day an enterprise leaves."""

    left_on = DayField(_("离开日期"), [InputRequired(_("请选择日期。"))])


def _leave_form(enterprise_id: int) -> LeaveForm:
    thing = thing_of(_theirs(enterprise_id))
    return LeaveForm.of(thing, lambda: {"data": {"left_on": _theirs(enterprise_id).left_on}})


@blueprint.post("/<int:enterprise_id>/leave")
@allow(Role.ADMIN)
@takes(_("登记离开"), LeaveForm)
def left(enterprise_id: int) -> ResponseReturnValue:
    """Keep the last day, and end what was booked for later."""
    enterprise, form, by = _theirs(enterprise_id), _leave_form(enterprise_id), actor()
    day = form.left_on.data
    if not form.validate() or day is None:
        return _leaving(enterprise, form, park_today()), UNPROCESSABLE
    try:
        with transaction() as session:
            lock_what_ends(session, _theirs(enterprise_id), day)
            form.check(session)
            fresh = session.get_one(Enterprise, enterprise_id)
            ending = move_out(session, fresh, day, by=by, now=clock.now())
            counts = {"reservations": len(ending.reservations), "leases": len(ending.leases)}
    except Refusal as refusal:
        put_beside(form, refusal)
        return _leaving(_theirs(enterprise_id), form, day), UNPROCESSABLE
    flash(gettext("已登记离开。账号仍可登录，查看和支付最后的账单。"), "success")
    if any(counts.values()):
        flash(gettext("取消了 %(reservations)s 个预订，结束了 %(leases)s 个仓储租用。", **counts), "info")
    return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))


def _leaving(enterprise: Enterprise, form: LeaveForm, day: date) -> str:
    ending = what_ends(db.session(), enterprise, day)
    return render_template(
        "enterprises/leave.html",
        enterprise=enterprise,
        form=form,
        day=day,
        over=day < park_today(),
        reservations=ending.reservations,
        leases=ending.leases,
    )


@blueprint.post("/<int:enterprise_id>/return")
@allow(Role.ADMIN)
def come_back(enterprise_id: int) -> ResponseReturnValue:
    """Take an enterprise back; what was cancelled when it left stays cancelled."""
    _theirs(enterprise_id)
    by = actor()
    with transaction() as session:
        leave_park(session, session.get_one(Enterprise, enterprise_id), None, by=by, now=clock.now())
    flash(gettext("企业已重新入驻。"), "success")
    return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))


@blueprint.post("/<int:enterprise_id>/people")
@allow(Role.ADMIN)
@takes(_("邀请"), InviteForm)
def invite(enterprise_id: int) -> ResponseReturnValue:
    """Invite somebody into an enterprise."""
    enterprise = _theirs(enterprise_id)
    form = InviteForm.offering(Role.MANAGER, Role.MEMBER)
    if form.validate() and invited(form, enterprise.id):
        return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))
    return _page(_theirs(enterprise_id), form), status_of(form)


@blueprint.post("/<int:enterprise_id>/people/<int:member_id>/<act>")
@allow(Role.ADMIN)
def act(enterprise_id: int, member_id: int, act: str) -> ResponseReturnValue:
    """Look after the account of somebody in an enterprise."""
    act_on(enterprise_id, member_id, act)
    return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))


class BillingForm(EditForm):
    """What an invoice needs, the budget, and whether the enterprise may be named."""

    uscc = StringField(_("统一社会信用代码"), [must(), at_most(30)], [tidy])
    billing_title = StringField(_("账单抬头"), [Optional(), at_most(120)], [tidy])
    billing_email = EmailField(_("账单邮箱"), [must(), an_email(), at_most(254)], [tidy_email])
    address = StringField(_("地址"), [Optional(), at_most(200)], [tidy])
    phone = TelField(_("电话"), [Optional(), at_most(40)], [tidy])
    bank_name = StringField(_("开户行"), [Optional(), at_most(120)], [tidy])
    bank_account = StringField(_("银行账号"), [Optional(), at_most(40)], [tidy])
    monthly_budget = YuanField(_("每月预算"), [Optional()])
    may_be_named = BooleanField(_("同意在节省报告中写出企业名称"))


def thing_of(enterprise: Enterprise) -> EditedRecord:
    """Name what the forms of an enterprise edit."""
    return EditedRecord(
        "enterprise", enterprise.id, ((Park, enterprise.park_id), (Enterprise, enterprise.id))
    )
