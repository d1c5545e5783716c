"""Deciding a matter on the month's page, while everybody looks at it."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.forms.responses import status_of
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import my_park
from booking.blueprints.month.show import RefusedDecision, blueprint, month_page
from booking.blueprints.needs.deciding import NEXT, is_decided
from booking.blueprints.needs.forms import MeetingForm
from booking.blueprints.report.months import month_or_404
from booking.db import db
from booking.language import lazy_gettext as _
from booking.needs.work_queries import matter_in


@blueprint.post("/<month>/matters/<int:matter_id>/decide")
@allow(*STAFF)
@takes(_("例会"), MeetingForm)
def decide(month: str, matter_id: int) -> ResponseReturnValue:
    """Write down what the meeting decides, and go on to the next; what cannot be stands there as typed."""
    chosen = month_or_404(month)
    found, form = matter_in(db.session(), my_park().id, matter_id) or abort(404), MeetingForm()
    if is_decided(found, form):
        return redirect(url_for("month.show", month=chosen, _anchor=NEXT))
    return month_page(chosen, RefusedDecision(matter_id, form)), status_of(form)
