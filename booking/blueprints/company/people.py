"""A manager's colleagues: who they are, what they book without asking, and what they ask for.

Rights are set for one of them, or for all and whoever comes new; of a request one press says yes, a reason
says no. And what the enterprise's invoices need.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.validators import Optional

from booking import clock
from booking.audit.actions import Action, BookingRights
from booking.audit.models import AuditEntry
from booking.blueprints.company.enterprises import BillingForm, thing_of
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.conflicts import answer_to_move
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.forms.colleagues import InviteForm, act_on, invited
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import CheckboxesField, YuanField, options
from booking.blueprints.kit.forms.reservation import ours_or_404
from booking.blueprints.kit.forms.validators import CONFLICT, ActForm, ReasonForm, form_page, pressed
from booking.blueprints.kit.holders import in_the_way
from booking.blueprints.kit.labels.people import who_did
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import put_beside, wording
from booking.charges.dearest import dearest_booked
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.people.accounts import set_rights, set_rights_of_all
from booking.people.enterprises import edit_enterprise
from booking.people.models import Enterprise, Member, Restricted, Role
from booking.people.queries import colleague, members_of
from booking.reservations.approval.agree import disagree, waiting_for_manager
from booking.reservations.approval.requests import taken_requests
from booking.reservations.history import changes_of
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import Taken
from booking.reservations.waiting.take_hold import agree_to_held
from booking.spaces.models import Kind
from booking.values import Refusal, Span

blueprint = Blueprint("company", __name__, url_prefix="/company")


@blueprint.route("/people", methods=["GET", "POST"])
@allow(Role.MANAGER)
@takes(_("邀请同事"), InviteForm)
def people() -> ResponseReturnValue:
    """List colleagues, and invite one."""
    form = InviteForm.offering(Role.MEMBER, Role.MANAGER)
    if form.validate_on_submit() and invited(form, my_enterprise_id()):
        return redirect(url_for("company.people"))
    members = members_of(db.session(), my_enterprise_id())
    return form_page("company/people.html", form, members=members, reader=me(), enterprise=my_enterprise())


@blueprint.post("/people/<int:member_id>/<act>")
@allow(Role.MANAGER)
def act(member_id: int, act: str) -> ResponseReturnValue:
    """Look after a colleague's account."""
    act_on(my_enterprise_id(), member_id, act)
    return redirect(url_for("company.people"))


@blueprint.route("/particulars", methods=["GET", "POST"])
@allow(Role.MANAGER)
@takes(_("企业资料"), BillingForm)
def particulars() -> ResponseReturnValue:
    """Show and change what invoices need, the budget, and the consent to be named."""
    enterprise = my_enterprise()
    form = BillingForm.of(thing_of(enterprise), lambda: {"obj": my_enterprise()})
    if form.validate_on_submit():
        by, enterprise_id = actor(), my_enterprise_id()
        try:
            with transaction() as session:
                form.check(session)
                mine = session.get_one(Enterprise, enterprise_id)
                edit_enterprise(session, mine, form.facts(), by=by, now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("企业资料已保存。"), "success")
            return redirect(url_for("company.particulars"))
    return form_page("company/particulars.html", form, enterprise=enterprise)


rights_blueprint = Blueprint("rights", __name__, url_prefix="/company")


def _kinds() -> list[Any]:
    return options((one.value, kind_name(one)) for one in Kind)


class RightsForm(EditForm):
    """The kinds one books alone, and the most a booking may cost."""

    kinds = CheckboxesField(_("可以自行预订"), choices=_kinds)
    up_to = YuanField(_("每单最多"), [Optional()])

    def wanted(self) -> BookingRights:
        """Read the rights of a valid form."""
        alone = set(self.kinds.data or ())
        return BookingRights(frozenset(one.value for one in Kind if one.value not in alone), self.up_to.data)


def _shown(whose: Restricted) -> dict[str, Any]:
    now = whose.allowed
    return {"data": {"kinds": [one.value for one in Kind if one not in now.asks_for], "up_to": now.up_to}}


def _thing(row: Member | Enterprise, action: Action) -> EditedRecord:
    def concerns(entry: AuditEntry) -> bool:
        return entry.action == action

    subject = action.value.partition(".")[0]
    of_form = {"asks_for": "kinds", "books_up_to_fen": "up_to"}
    return EditedRecord(subject, row.id, ((type(row), row.id),), concerns=concerns, of_form=of_form)


@rights_blueprint.route("/people/<int:member_id>/rights", methods=["GET", "POST"])
@allow(Role.MANAGER)
@takes(_("预订权限"), RightsForm)
def of_one(member_id: int) -> ResponseReturnValue:
    """Show and change what an employee books alone."""
    member = _employee_or_404(member_id)
    form = RightsForm.of(
        _thing(member, Action.MEMBER_RIGHTS_SET), lambda: _shown(_employee_or_404(member_id))
    )

    def save(session: Session) -> None:
        whom = _employee_or_404(member_id)
        set_rights(session, whom, form.wanted(), by=actor(), now=clock.now())

    if form.validate_on_submit() and _saved(form, save):
        flash(gettext("%(name)s 的预订权限已保存，已有的预订不变。", name=member.name), "success")
        return redirect(url_for("company.people"))
    return form_page("company/rights.html", form, member=member)


@rights_blueprint.route("/rights", methods=["GET", "POST"])
@allow(Role.MANAGER)
@takes(_("全体员工的预订权限"), RightsForm)
def of_all() -> ResponseReturnValue:
    """Set it for all employees at once, and for whoever comes new."""
    form = RightsForm.of(
        _thing(my_enterprise(), Action.ENTERPRISE_RIGHTS_SET), lambda: _shown(my_enterprise())
    )

    def save(session: Session) -> None:
        mine = session.get_one(Enterprise, my_enterprise_id())
        set_rights_of_all(session, mine, form.wanted(), by=actor(), now=clock.now())

    if form.validate_on_submit() and _saved(form, save):
        flash(gettext("全体员工的预订权限已保存，已有的预订不变。"), "success")
        return redirect(url_for("company.people"))
    return form_page("company/rights.html", form, member=None)


def _saved(form: RightsForm, save: Callable[[Session], None]) -> bool:
    try:
        with transaction() as session:
            form.check(session)
            save(session)
    except Refusal as refusal:
        put_beside(form, refusal)
        return False
    return True


def _employee_or_404(member_id: int) -> Member:
    """Find an employee of the enterprise; a manager books without asking, and has nothing to be set."""
    found = colleague(db.session(), my_park().id, my_enterprise_id(), member_id)
    return found if found is not None and found.role is Role.MEMBER else abort(404)


requests_blueprint = Blueprint("asked", __name__, url_prefix="/company/requests")


@requests_blueprint.get("")
@allow(Role.MANAGER)
def index() -> str:
    """List what waits for a manager; of one that cannot be had, say what is free instead."""
    number, asked = request.args.get("instead", type=whole), _asked()
    wanted = next((one for one in asked if one.id == number), None)
    if wanted is None or not taken_requests(db.session(), [wanted.id]):
        return _page()
    return _page(wanted, Taken(wanted.space_id, Span(wanted.starts_at, wanted.ends_at)))


def _asked() -> Sequence[Reservation]:
    return waiting_for_manager(db.session(), my_enterprise_id(), clock.now())


@requests_blueprint.post("/<int:reservation_id>/agree")
@allow(Role.MANAGER)
def say_yes(reservation_id: int) -> ResponseReturnValue:
    """Agree: it is booked, or the park is asked next. Where it is taken by now, say what is free instead."""
    ours_or_404(reservation_id)
    try:
        with transaction() as session:
            version, by = ActForm().version.data, actor()
            made = agree_to_held(session, reservation_id, by=by, now=clock.now(), version=version)
            said = _said(session, made)
    except Taken as taken:
        return _page(ours_or_404(reservation_id), taken), CONFLICT
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(*said)
    return redirect(_back())


SAID_YES = {Action.RESERVATION_APPROVED, Action.RESERVATION_HANDED_ON}


def _said(session: Session, made: Reservation) -> tuple[str, str]:
    """Say what became of the request, and who said yes where that was somebody else, or nobody had to."""
    booked = made.state is ReservationState.BOOKED
    yes = next((one for one in reversed(changes_of(session, made.id)) if one.action in SAID_YES), None)
    if yes is None:
        return gettext("这个预订已经生效，不用批准。"), "info"
    if yes.actor_id != me().id:
        who = {"who": who_did(yes)}
        if booked:
            return gettext("%(who)s已经批准了，预订早已生效，不用再批准。", **who), "info"
        return gettext("%(who)s已经批准了，正在等园区确认，不用再批准。", **who), "info"
    if booked:
        return gettext("已批准，预订生效。"), "success"
    by_when = moment(made.answer_by) if made.answer_by else ""
    return gettext("已批准，现在等园区确认：园区会在 %(when)s 前答复。", when=by_when), "info"


@requests_blueprint.post("/<int:reservation_id>/decline")
@allow(Role.MANAGER)
@takes(_("不同意这个申请"), ReasonForm)
def say_no(reservation_id: int) -> ResponseReturnValue:
    """Answer with no, and why; of what the park proposed, the request before it goes on waiting."""
    ours_or_404(reservation_id)
    form = ReasonForm()

    def act(session: Session) -> bool:
        why, version = form.reason.data or "", form.version.data
        made = disagree(session, reservation_id, why, by=actor(), now=clock.now(), version=version)
        return made.state is ReservationState.REQUESTED

    def said(waits: bool) -> str:  # noqa: FBT001 - as `pressed` calls it
        if waits:
            return gettext("已答复，原因会告诉对方；原来的申请继续等园区答复。")
        return gettext("已答复，原因会告诉对方。")

    return pressed(act, said, _back(), form=form)


def _back() -> str:
    return url_for("today.index" if request.form.get("back") == "today" else ".index")


def _page(wanted: Reservation | None = None, taken: Taken | None = None) -> str:
    now, asked = clock.now(), _asked()
    return render_template(
        "company/requests.html",
        asked=asked,
        blocked=in_the_way(asked),
        fulls=dearest_booked(db.session(), asked, now),
        wanted=wanted,
        answer=answer_to_move(wanted, wanted.space, taken, now) if wanted and taken else None,
    )
