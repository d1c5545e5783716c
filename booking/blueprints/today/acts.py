"""Check in, check out, stay longer: each a press of one button, and harmless twice."""

from datetime import datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import clock as clock_text
from booking.blueprints.kit.forms.responses import CONFLICT
from booking.blueprints.kit.labels.reservations import place_name
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import wording
from booking.blueprints.today.loading import (
    blueprint,
    my_enterprise,
    my_reservation_or_404,
    my_stay_or_404,
    read_instant,
)
from booking.blueprints.today.my_day import day_page
from booking.charges.meter import RatingMeter
from booking.charges.quote import quote
from booking.db import transaction
from booking.language import gettext
from booking.reservations.models import ReservationState
from booking.reservations.refusals import Taken
from booking.usage.check_in import check_in
from booking.usage.check_out import check_out
from booking.usage.rules import AlreadyOut, NotToCheckIn
from booking.usage.stay_longer import stay_longer
from booking.values.refusal import Refusal
from booking.values.span import Span


@blueprint.post("/check-in/<int:reservation_id>")
@allow(*TENANTS)
def enter(reservation_id: int) -> ResponseReturnValue:
    """Check in to a reservation of my enterprise; the second press finds it done."""
    my_reservation_or_404(reservation_id)
    try:
        with transaction() as session:
            stay = check_in(
                session,
                reservation_id,
                park=my_park(),
                meter=RatingMeter(),
                by=actor(),
                now=clock.now(),
            )
            name = place_name(stay.space)
    except Refusal as refusal:
        twice = isinstance(refusal, NotToCheckIn) and refusal.state is ReservationState.IN_USE
        flash(wording(refusal), "info" if twice else "warning")
    else:
        flash(gettext("已签到“%(name)s”。离开时请签退，提前走只收实际使用的费用。", name=name), "success")
    return redirect(url_for(".index"))


@blueprint.post("/check-out/<int:stay_id>")
@allow(*TENANTS)
def leave(stay_id: int) -> ResponseReturnValue:
    """Check out of a stay of my enterprise, and show what it cost; the second press shows the same.

    Where it was forgotten, the page that follows asks first when they really left.
    """
    my_stay_or_404(stay_id)
    try:
        with transaction() as session:
            stay = check_out(session, stay_id, meter=RatingMeter(), by=actor(), now=clock.now())
            asked = stay.needs_review
    except AlreadyOut as refusal:
        flash(wording(refusal), "info")
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for(".index"))
    else:
        # Who leaves too late to be believed is asked on the page that follows, not told that all is done.
        said = gettext("已签退。离预订结束已久，请告诉我们实际离开的时间。")
        flash(said if asked else gettext("已签退，空间马上可以给别人用。"), "info" if asked else "success")
    return redirect(url_for(".stay", stay_id=stay_id))


BAD_REQUEST = 400


@blueprint.post("/longer/<int:stay_id>")
@allow(*TENANTS)
def longer(stay_id: int) -> ResponseReturnValue:
    """Move the planned end of an open stay, or say whose the time is and what there is instead."""
    my_stay_or_404(stay_id)
    until = read_instant(request.form.get("until")) or abort(BAD_REQUEST)
    try:
        _stay_until(stay_id, until)
    except Taken as refusal:
        return day_page(clock.now(), (my_stay_or_404(stay_id), refusal)), CONFLICT
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(gettext("已延长到 %(when)s。", when=clock_text(until)), "success")
    return redirect(url_for(".index"))


def _stay_until(stay_id: int, until: datetime) -> None:
    with transaction() as session:
        stay = my_stay_or_404(stay_id)
        start = stay.reservation.starts_at if stay.reservation else stay.started_at
        if until <= start:
            abort(BAD_REQUEST)
        price = quote(session, my_park(), my_enterprise(), stay.space, Span(start, until))
        stay_longer(session, stay_id, until, quote=price.total, by=actor(), now=clock.now())
