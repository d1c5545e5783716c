"""A fault reported at the door, by whoever stands there."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.audit.actions import Actor
from booking.blueprints.door.screens import blueprint, for_device
from booking.blueprints.kit.access import anyone
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import day
from booking.blueprints.kit.forms.needs import FaultForm
from booking.blueprints.kit.forms.validators import status_of
from booking.blueprints.kit.labels.needs import fault_known_line
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import caller_address
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import lazy_gettext as _
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need
from booking.needs.rules import NeedKind, plain_phone
from booking.needs.work_queries import fault_of, faults_at
from booking.people.models import TryKind
from booking.people.throttle import throttle_anonymous
from booking.spaces.models import Space
from booking.usage.models import DoorDevice
from booking.values import Refusal


@blueprint.route("/<door_key>/fault", methods=["GET", "POST"])
@anyone  # whoever stands at the door
@takes(_("报修"), FaultForm)
@for_device
def fault(device: DoorDevice, door_key: str) -> ResponseReturnValue:
    """Report what is broken here, by name and telephone: a tablet knows nobody.

    Its answer has an address of its own, so that neither back nor reload sends it again.
    """
    form = FaultForm()
    if form.validate_on_submit():
        try:
            made = _report(device.space, form, clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            return redirect(url_for(".fault", door_key=door_key, received=made))
    received, known = request.args.get("received", type=whole), fault_of(db.session(), device.space)
    mine = next((one for one in faults_at(db.session(), device.space.id) if one.id == received), None)
    page = render_template(
        "door/fault.html",
        form=form,
        space=device.space,
        door_key=door_key,
        due=day(mine.due_on) if mine else None,
        known=fault_known_line(known) if known else "",
    )
    return page, status_of(form)


def _report(space: Space, form: FaultForm, now: datetime) -> int:
    phone = form.phone.data or ""
    with transaction() as session:
        throttle_anonymous(session, TryKind.NEED, [plain_phone(phone)], caller_address(), now=now)
    asker = NeedAsker(None, form.name.data or "", form.company.data or "", phone)
    with transaction() as session:
        here = session.get_one(Space, space.id)
        said = SaidNeed(NeedKind.FAULT, form.said, here)
        by = Actor(asker.name, park_id=here.park_id)
        return raise_need(session, here.park, asker, said, by=by, now=now).need.id
