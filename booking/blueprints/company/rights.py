"""What an employee books without asking: for one of them, or for all and whoever comes new."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.validators import Optional

from booking import clock
from booking.audit.actions import Action
from booking.audit.actor import BookingRights
from booking.audit.models import AuditEntry
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import CheckboxesField, YuanField, options
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.labels.spaces import kind_name
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.people.accounts import set_rights, set_rights_of_all
from booking.people.models import Enterprise, Member, Restricted, Role
from booking.people.queries import colleague
from booking.spaces.models import Kind
from booking.values.refusal import Refusal

blueprint = Blueprint("rights", __name__, url_prefix="/company")


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


@blueprint.route("/people/<int:member_id>/rights", methods=["GET", "POST"])
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


@blueprint.route("/rights", methods=["GET", "POST"])
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
