"""Move a reservation to another time or space."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from booking import clock
from booking.blueprints.access import allow
from booking.blueprints.calendar_words import local_name
from booking.blueprints.messages import put_beside
from booking.blueprints.nonsense import whole
from booking.blueprints.offers import offers
from booking.blueprints.price_words import price_detail, price_text
from booking.blueprints.reservation_words import times
from booking.blueprints.reservations import blueprint
from booking.blueprints.reservations.asked import ours_or_404, price_of, price_or_none, span_of
from booking.blueprints.reservations.forms import MoveForm, MoveStoreForm
from booking.blueprints.reservations.new import CONFLICT, REFUSED, TENANTS, wanted_space
from booking.blueprints.signed_in import actor, my_park
from booking.blueprints.wall_time import end_clock
from booking.db import db, transaction
from booking.language import gettext
from booking.reservations.alternatives import alternatives
from booking.reservations.circumstances import circumstances_for
from booking.reservations.models import ReservationState
from booking.reservations.move import move as move_it
from booking.reservations.queries import is_free
from booking.reservations.refusals import OutOfDate, Taken
from booking.reservations.rules import check_new
from booking.reservations.space_queries import spaces_of_kind
from booking.spaces.models import Kind, Space
from booking.values.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from booking.reservations.models import Reservation

MINUTE = timedelta(minutes=1)


@blueprint.get("/<int:reservation_id>/move")
@allow(*TENANTS)
def move(reservation_id: int) -> ResponseReturnValue:
    """Show where it is, to be changed."""
    reservation = ours_or_404(reservation_id)
    form = form_of(reservation, request.args.get("space", reservation.space_id, type=whole))
    return page(form, reservation)


@blueprint.post("/<int:reservation_id>/move")
@allow(*TENANTS)
def moved(reservation_id: int) -> ResponseReturnValue:
    """Move it, or say why not; refused, it stays where it is."""
    now, reservation = clock.now(), ours_or_404(reservation_id)
    form = MoveStoreForm() if reservation.space.kind is Kind.STORAGE else MoveForm()
    offer_spaces(form, reservation, now)
    if not form.validate():
        return page(form, reservation), REFUSED
    try:
        changed = carry_out(form, reservation, now)
    except OutOfDate as stale:
        form.version.data = str(stale.version)
        put_beside(form, stale)
        return page(form, ours_or_404(reservation_id)), CONFLICT
    except Refusal as refusal:
        put_beside(form, refusal)
        taken = refusal if isinstance(refusal, Taken) else None
        return page(form, ours_or_404(reservation_id), taken), CONFLICT if taken else REFUSED
    requested = changed.state is ReservationState.REQUESTED
    flash(gettext("已提交改期申请，等待园区确认。") if requested else gettext("已改期。"), "success")
    return redirect(url_for("reservations.show", reservation_id=reservation_id))


def carry_out(form: MoveForm | MoveStoreForm, reservation: Reservation, now: datetime) -> Reservation:
    """Price the new place, then move in one transaction."""
    span = span_of(form, now)
    space = wanted_space(form.space.data)
    version = form.version_or_none()
    if version == reservation.version and not is_free(db.session(), space, span, but=reservation.id):
        check_new(span, circumstances_for(db.session(), space, span, now))
        raise Taken(space.id, span)  # who comes late hears it without waiting for a lock
    total, doer = price_of(space, span).total, actor()
    with transaction() as session:
        target = session.get_one(Space, space.id)
        return move_it(session, reservation.id, target, span, quote=total, by=doer, now=now, version=version)


def form_of(reservation: Reservation, space_id: int) -> MoveForm | MoveStoreForm:
    """Fill the form with what is agreed now."""
    zone = my_park().zone
    day = reservation.starts_at.astimezone(zone).date()
    form: MoveForm | MoveStoreForm
    if reservation.space.kind is Kind.STORAGE:
        form = MoveStoreForm(formdata=None)
        form.until.data = (
            None if reservation.open_ended else (reservation.ends_at - MINUTE).astimezone(zone).date()
        )
    else:
        form = MoveForm(formdata=None)
        form.starts.data = f"{reservation.starts_at.astimezone(zone):%H:%M}"
        form.ends.data = end_clock(reservation.ends_at, day, zone)
    form.day.data, form.version.data = day, str(reservation.version)
    form.space.data = space_id
    offer_spaces(form, reservation, clock.now())
    return form


def offer_spaces(form: MoveForm | MoveStoreForm, reservation: Reservation, now: datetime) -> None:
    """Offer the spaces of the kind."""
    rows = spaces_of_kind(db.session(), my_park().id, reservation.space.kind, now)
    there = {row.id for row in rows} | {reservation.space_id}
    choices = [(row.id, f"{local_name(row.name, row.name_en)} · {row.area}") for row in rows]
    if reservation.space_id not in {row.id for row in rows}:
        choices.insert(0, (reservation.space_id, reservation.space.name))
    form.space.choices = [(one, name) for one, name in choices if one in there]


def page(form: MoveForm | MoveStoreForm, reservation: Reservation, taken: Taken | None = None) -> str:
    """Draw the form, with the price of what is in it."""
    now = clock.now()
    space = wanted_space(form.space.data or reservation.space_id)
    try:
        span = span_of(form, now) if form.day.data else None
    except Refusal:
        span = None
    price = price_or_none(space, span)
    found = alternatives(db.session(), my_park(), space, taken.span, now) if taken else None
    return render_template(
        "reservations/move.html",
        form=form,
        reservation=reservation,
        name=local_name(reservation.space.name, reservation.space.name_en),
        when=times(reservation.starts_at, reservation.ends_at, reservation.space.kind),
        back_url=url_for("reservations.show", reservation_id=reservation.id),
        price=price_text(price) if price else "",
        detail=price_detail(price) if price else "",
        times=[(times(one.start, one.end, space.kind), "") for one in found.times] if found else (),
        spaces=offers([row.id for row in found.spaces], taken.span) if found and taken else (),
        storage=reservation.space.kind is Kind.STORAGE,
    )
