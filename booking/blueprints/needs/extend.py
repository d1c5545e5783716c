"""A wish for longer hours, granted on the need's own page: the day is opened and the need answered."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.inventory.extended import granted_label, offer_places, space_named
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.responses import status_of
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.blueprints.needs.forms import GrantForm
from booking.blueprints.needs.loading import blueprint, need_or_404
from booking.blueprints.needs.show import how_told, need_page
from booking.db import transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.letters.needs import answered
from booking.needs.answer_need import answer_need
from booking.people.models import Role
from booking.spaces.extended.grant import grant_hours
from booking.spaces.rules import REASON_LENGTH
from booking.values.refusal import Refusal


@blueprint.post("/needs/<int:need_id>/extend")
@allow(Role.ADMIN)
@takes(_("诉求"), GrantForm)
def extend(need_id: int) -> ResponseReturnValue:
    """Open the day for longer and answer the need, both or neither."""
    need, form = need_or_404(need_id), GrantForm()
    offer_places(form)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                granted = grant_hours(
                    session, my_park(), space_named(form), form.asked(), need.words[:REASON_LENGTH],
                    by=actor(), now=clock.now(), need_id=need.id,
                )  # fmt: skip
                words = gettext("同意：%(said)s。现在就可以预订。", said=granted_label(granted))
                reply = (form.reply.data or "").strip() or words
                answer_need(session, need.id, reply, answered, by=actor(), now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(how_told(need), "success")
            return redirect(url_for(".show", need_id=need.id))
    return need_page(need_or_404(need_id), grant=form), status_of(form)
