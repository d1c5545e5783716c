"""A manager's colleagues, and what the enterprise's invoices need."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.enterprises import BillingForm, thing_of
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.colleagues import InviteForm, act_on, invited
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_enterprise, my_enterprise_id
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.people.enterprises import edit_enterprise
from booking.people.models import Enterprise, Role
from booking.people.queries import members_of
from booking.values.refusal import Refusal

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
