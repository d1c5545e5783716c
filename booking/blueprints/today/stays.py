"""One stay: what was reserved, used and billed, and the end of a forgotten one; and what my day loads."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.converters import exact_or_none, parse_end
from booking.blueprints.kit.forms.fields import LocalTimeField
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.free_time.longer import longer_ends
from booking.blueprints.kit.labels import reservations as labels
from booking.blueprints.kit.labels.along import hears_of_change
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_enterprise_id, my_park
from booking.blueprints.kit.stays import fresh_check_out, price_of_stay, undone
from booking.blueprints.messages import put_beside, wording
from booking.charges.charge_stay import TariffCharger
from booking.charges.queries import open_since
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.reservations.models import Reservation
from booking.usage.correct_stay import state_true_end
from booking.usage.models import Stay
from booking.usage.my_day_queries import reservation_of_enterprise
from booking.usage.queries import stay_of_enterprise
from booking.usage.rules import NothingToReview
from booking.values import Refusal, Span

blueprint = Blueprint("today", __name__, url_prefix="/today")


@blueprint.app_template_filter("planned_span")
def planned_span(reservation: Reservation) -> Span:
    """Give what was reserved, for `span_text`."""
    return Span(reservation.starts_at, reservation.ends_at)


@blueprint.app_template_filter("form_instant")
def form_instant(instant: datetime) -> str:
    """Write an instant as forms send it: 2026-11-03T10:07+00:00."""
    return instant.isoformat(timespec="minutes")


def read_instant(text: str | None) -> datetime | None:
    """Read what `form_instant` writes; None for anything else."""
    return exact_or_none(text)


def my_stay_or_404(stay_id: int) -> Stay:
    """Find a stay of my enterprise; another's is not found."""
    return stay_of_enterprise(db.session(), my_enterprise_id(), stay_id) or abort(404)


def my_reservation_or_404(reservation_id: int) -> Reservation:
    """Find a reservation of my enterprise; another's is not found."""
    return reservation_of_enterprise(db.session(), my_enterprise_id(), reservation_id) or abort(404)


@blueprint.get("/stays/<int:stay_id>")
@allow(*TENANTS)
def stay(stay_id: int) -> str:
    """Show one stay of my enterprise with its charge."""
    found = my_stay_or_404(stay_id)
    return _page(found, left_form(found))


MINUTES = "%Y-%m-%dT%H:%M"


class LeftForm(FlaskForm):
    """When somebody whose check-out was forgotten really left, on the park's clock."""

    ended_at = LocalTimeField(
        _("实际离开时间"), [InputRequired(_("请填写离开的日期和时间。"))], format=[MINUTES]
    )


@blueprint.post("/stays/<int:stay_id>/left")
@allow(*TENANTS)
@takes(_("离开的时间"), LeftForm)
def left(stay_id: int) -> ResponseReturnValue:
    """Let the tenant say when somebody whose check-out was forgotten really left."""
    found = my_stay_or_404(stay_id)
    form = left_form(found)
    typed = form.ended_at.data
    if not form.validate() or typed is None:
        return _page(found, form), UNPROCESSABLE
    when = parse_end(typed, found.ended_at, found.started_at, my_park().zone)
    try:
        with transaction() as session:
            state_true_end(session, stay_id, when, charger=TariffCharger(), by=actor(), now=clock.now())
    except NothingToReview as refusal:
        flash(wording(refusal), "info")
    except Refusal as refusal:
        put_beside(form, refusal)
        return _page(my_stay_or_404(stay_id), form), UNPROCESSABLE
    else:
        flash(gettext("谢谢，已按你填写的时间重新计费。"), "success")
    return redirect(url_for(".stay", stay_id=stay_id))


def left_form(stay: Stay) -> LeftForm:
    """Make the form of one stay; several stand on one page, so each has names of its own."""
    ended_at = stay.ended_at and stay.ended_at.astimezone(my_park().zone)
    return LeftForm(prefix=f"left{stay.id}-", data={"ended_at": ended_at})


def hears_of_later_end(stay_id: int) -> str:
    """Say who of those named for it reads that it goes on longer, and whom to tell oneself; "" for nobody."""
    reservation = my_stay_or_404(stay_id).reservation
    return hears_of_change(reservation) if reservation else ""


@blueprint.post("/check-out/<int:stay_id>/undo")
@allow(*TENANTS)
def undo(stay_id: int) -> ResponseReturnValue:
    """Take a check-out of my own back; the second press finds it done."""
    my_stay_or_404(stay_id)
    return redirect(url_for(".index") if undone(stay_id) else url_for(".stay", stay_id=stay_id))


def _page(stay: Stay, form: LeftForm) -> str:
    since = open_since(db.session(), my_park())
    open_month = since is None or stay.started_at >= since
    now = clock.now()
    return render_template(
        "today/stay.html",
        stay=stay,
        undo=fresh_check_out(stay, now),
        ends=longer_ends(stay, now),
        may_tell=stay.needs_review and (open_month or bool(form.errors)),
        form=form,
        price=price_of_stay(stay),
        statement_url=labels.way_to("statement.show"),
        reserve_url=labels.way_to("reservations.book_again", reservation_id=stay.reservation_id)
        if stay.reservation_id
        else labels.way_to("reservations.new", space=stay.space_id),
    )
