"""Pages for what an enterprise says of itself."""

from datetime import date
from typing import cast

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.session import actor, my_park, park_today
from booking.blueprints.messages import put_beside
from booking.blueprints.savings.forms import EffectForm
from booking.blueprints.savings.loading import blueprint, enterprise_or_404, home_url
from booking.db import transaction
from booking.language import gettext
from booking.people.models import Role
from booking.savings.declare_effect import declare_effect, withdraw_effect
from booking.savings.queries import effect_in
from booking.values.refusal import Refusal


@blueprint.route("/<int:enterprise_id>/effect", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.ADMIN)
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
