"""A stay at the front desk: both versions of what was recorded, corrections, checking out for somebody."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.front_desk.forms import CorrectionForm
from booking.blueprints.front_desk.reservations import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.edit_form import EditedRecord
from booking.blueprints.kit.forms.responses import UNPROCESSABLE
from booking.blueprints.kit.labels.spaces import made_of
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside, wording
from booking.blueprints.today.stays import fresh_check_out, price_of_stay, undone
from booking.charges.charge_stay import TariffCharger
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.people.models import Role
from booking.usage.check_out import check_out
from booking.usage.correct_stay import correct_stay
from booking.usage.models import Stay
from booking.usage.queries import stay_in_park
from booking.values.refusal import Refusal


@blueprint.get("/stays/<int:stay_id>")
@allow(Role.ADMIN)
def stay(stay_id: int) -> str:
    """Show one stay of the park with its charge and all its versions."""
    found = stay_or_404(stay_id)
    return _page(found, _form(found))


@blueprint.post("/stays/<int:stay_id>/check-out")
@allow(Role.ADMIN)
def check_out_for(stay_id: int) -> ResponseReturnValue:
    """Check out for somebody who left without doing so."""
    stay_or_404(stay_id)
    try:
        with transaction() as session:
            found = check_out(session, stay_id, charger=TariffCharger(), by=actor(), now=clock.now())
            asked = found.needs_review
    except Refusal as refusal:
        flash(wording(refusal), "info")
        return redirect(url_for(".stay", stay_id=stay_id))
    said = gettext("已代为签退，费用先计到预订结束；请按门禁或本人说明核对离开时间。")
    flash(said if asked else gettext("已代为签退。"), "info" if asked else "success")
    return redirect(url_for(".stay", stay_id=stay_id, _anchor="correct" if asked else None))


@blueprint.post("/stays/<int:stay_id>/check-out/undo")
@allow(Role.ADMIN)
def undo(stay_id: int) -> ResponseReturnValue:
    """Take a fresh check-out of the park back; the second press finds it done."""
    stay_or_404(stay_id)
    undone(stay_id)
    return redirect(url_for(".stay", stay_id=stay_id))


@blueprint.post("/stays/<int:stay_id>/correct")
@allow(Role.ADMIN)
@takes(_("更正时间"), CorrectionForm)
def correct(stay_id: int) -> ResponseReturnValue:
    """Set the true times of a stay, keep the old ones, and charge it anew."""
    found = stay_or_404(stay_id)
    form = _form(found)
    if not form.validate():
        return _page(found, form), UNPROCESSABLE
    try:
        _correct(stay_id, form)
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(stay_or_404(stay_id), form), UNPROCESSABLE
    flash(gettext("已更正并重新计费，原来的记录保留在下面。"), "success")
    return redirect(url_for(".stay", stay_id=stay_id))


def _correct(stay_id: int, form: CorrectionForm) -> None:
    with transaction() as session:
        form.check(session)
        correct_stay(
            session,
            stay_id,
            *form.instants(session.get_one(Stay, stay_id), my_park().zone),
            form.reason.data or "",
            charger=TariffCharger(),
            by=actor(),
            now=clock.now(),
        )


def _form(found: Stay) -> CorrectionForm:
    stay_id, zone = found.id, my_park().zone

    def shown() -> dict[str, Any]:
        stay = stay_or_404(stay_id)
        ended_at = stay.ended_at and stay.ended_at.astimezone(zone)
        return {"data": {"started_at": stay.started_at.astimezone(zone), "ended_at": ended_at}}

    thing = EditedRecord("stay", stay_id, ((Stay, stay_id),), fields=("started_at", "ended_at"))
    return CorrectionForm.of(thing, shown)


def _page(found: Stay, form: CorrectionForm) -> str:
    undo = fresh_check_out(found, clock.now())
    return render_template(
        "front_desk/stay.html",
        stay=found,
        form=form,
        price=price_of_stay(found),
        undo=undo,
        made_of=made_of(found.space_id),
    )


def stay_or_404(stay_id: int) -> Stay:
    """Find a stay of my park; another park's is not found."""
    return stay_in_park(db.session(), my_park().id, stay_id) or abort(404)
