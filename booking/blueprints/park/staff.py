"""The park's own people: administrators and the branch."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from booking.blueprints.colleagues import InviteForm, act_on, invited
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.park import blueprint
from booking.db import db
from booking.people.models import Role
from booking.people.queries import staff_of


@blueprint.route("/people", methods=["GET", "POST"])
@allow(Role.ADMIN)
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
