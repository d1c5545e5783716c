"""The park's particulars, and its own people: administrators and the branch."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.colleagues import InviteForm, act_on, invited
from booking.blueprints.kit.forms.edit_form import EditedRecord
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.park.forms import ParkForm
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.parks.models import Park
from booking.parks.particulars import edit_park
from booking.people.models import Role
from booking.people.queries import staff_of
from booking.values.refusal import Refusal

blueprint = Blueprint("park", __name__, url_prefix="/park")


@blueprint.route("/particulars", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("园区资料"), ParkForm)
def particulars() -> ResponseReturnValue:
    """Show and change what the park is called, when it is open, and who sells."""
    park_id = my_park().id
    form = ParkForm.of(EditedRecord("park", park_id, ((Park, park_id),)), lambda: {"obj": my_park()})
    if form.validate_on_submit():
        facts = form.facts()
        facts["name_en"] = facts["name_en"] or None
        by = actor()
        try:
            with transaction() as session:
                form.check(session)
                edit_park(session, session.get_one(Park, park_id), facts, by=by, now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("园区资料已保存。"), "success")
            return redirect(url_for("park.particulars"))
    return form_page("park/particulars.html", form)


@blueprint.route("/people", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("园区人员"), InviteForm)
def people() -> ResponseReturnValue:
    """List the park's own people, and invite one."""
    form = InviteForm.offering(Role.ADMIN, Role.BRANCH)
    if form.validate_on_submit() and invited(form, None):
        return redirect(url_for("park.people"))
    staff = staff_of(db.session(), my_park().id)
    return form_page("park/people.html", form, members=staff, reader=me())


@blueprint.post("/people/<int:member_id>/<act>")
@allow(Role.ADMIN)
def act(member_id: int, act: str) -> ResponseReturnValue:
    """Look after the account of one of the park's own people."""
    act_on(None, member_id, act)
    return redirect(url_for("park.people"))
