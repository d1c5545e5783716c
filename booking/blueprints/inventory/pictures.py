"""Uploading the photograph of a space, and taking it down."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.inventory.forms import PictureForm, picture_there
from booking.blueprints.inventory.loading import blueprint, space_or_404
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.edit_form import Beside, Thing
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.session import actor
from booking.blueprints.messages import put_beside
from booking.db import transaction
from booking.language import gettext
from booking.people.models import Role
from booking.spaces.models import Space
from booking.spaces.pictures import redrawn, set_picture
from booking.values.refusal import Refusal


@blueprint.route("/spaces/<int:space_id>/picture", methods=["GET", "POST"])
@allow(Role.ADMIN)
def picture(space_id: int) -> ResponseReturnValue:
    """Show the picture in full, and take a new one."""
    space = space_or_404(space_id)
    form = _form(space_id)
    if form.validate_on_submit():
        try:
            drawn = redrawn(form.picture.data.read())
            with transaction() as session:
                form.check(session)
                set_picture(session, space_or_404(space_id), drawn, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("图片已更新。"), "success")
            return redirect(url_for(".space", space_id=space_id))
    return form_page("inventory/picture.html", form, space=space)


def _form(space_id: int) -> PictureForm:
    def beside() -> dict[str, Beside]:
        return picture_there(space_or_404(space_id).picture_id)

    return PictureForm.of(Thing("space", space_id, ((Space, space_id),), beside), dict)


@blueprint.post("/spaces/<int:space_id>/picture/remove")
@allow(Role.ADMIN)
def remove_picture(space_id: int) -> ResponseReturnValue:
    """Take the photograph down."""
    with transaction() as session:
        set_picture(session, space_or_404(space_id), None, by=actor(), now=clock.now())
    flash(gettext("图片已取下。"), "success")
    return redirect(url_for(".space", space_id=space_id))
