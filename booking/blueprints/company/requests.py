"""What colleagues ask their manager for: one press says yes, a reason says no."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.conflicts import answer_to_move
from booking.blueprints.kit.forms.press import ActForm, ReasonForm, pressed
from booking.blueprints.kit.forms.reservation import ours_or_404
from booking.blueprints.kit.forms.responses import CONFLICT
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_enterprise_id
from booking.blueprints.messages import wording
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.people.models import Role
from booking.reservations.approval.agree import agree, waiting_for_manager
from booking.reservations.approval.requests import decline
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.refusals import Taken
from booking.values.refusal import Refusal

blueprint = Blueprint("asked", __name__, url_prefix="/company/requests")


@blueprint.get("")
@allow(Role.MANAGER)
def index() -> str:
    """List what waits for a manager of the enterprise."""
    return _page()


@blueprint.post("/<int:reservation_id>/agree")
@allow(Role.MANAGER)
def say_yes(reservation_id: int) -> ResponseReturnValue:
    """Agree: it is booked, or the park is asked next. Where it is taken by now, say what is free instead."""
    ours_or_404(reservation_id)
    try:
        with transaction() as session:
            version, by = ActForm().version.data, actor()
            made = agree(session, reservation_id, by=by, now=clock.now(), version=version)
            booked = made.state is ReservationState.BOOKED
    except Taken as taken:
        return _page(ours_or_404(reservation_id), taken), CONFLICT
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(
            gettext("已批准，预订生效。") if booked else gettext("已批准，现在等园区确认。"),
            "success" if booked else "info",
        )
    return redirect(_back())


@blueprint.post("/<int:reservation_id>/decline")
@allow(Role.MANAGER)
@takes(_("不同意这个申请"), ReasonForm)
def say_no(reservation_id: int) -> ResponseReturnValue:
    """Answer with no, and why."""
    ours_or_404(reservation_id)
    form = ReasonForm()

    def act(session: Session) -> None:
        decline(
            session,
            reservation_id,
            form.reason.data or "",
            by=actor(),
            now=clock.now(),
            version=form.version.data,
            answerer=Answerer.MANAGER,
        )

    return pressed(act, gettext("已答复，原因会告诉对方。"), _back(), form=form)


def _back() -> str:
    return url_for("today.index" if request.form.get("back") == "today" else ".index")


def _page(wanted: Reservation | None = None, taken: Taken | None = None) -> str:
    now = clock.now()
    return render_template(
        "company/requests.html",
        asked=waiting_for_manager(db.session(), my_enterprise_id(), now),
        wanted=wanted,
        answer=answer_to_move(wanted, wanted.space, taken, now) if wanted and taken else None,
    )
