"""Move a reservation to another time or space."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.availability import new_url
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.responses import UNPROCESSABLE
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.session import actor
from booking.blueprints.reservations import blueprint
from booking.blueprints.reservations.forms import MoveForm, MoveStoreForm
from booking.blueprints.reservations.move_here import answer_to_move
from booking.blueprints.reservations.new import TENANTS, wanted_space
from booking.blueprints.reservations.parsing import (
    move_form,
    ours_or_404,
    price_of,
    say_no,
    span_of,
)
from booking.blueprints.reservations.price import price_in_form
from booking.db import db, transaction
from booking.language import gettext, local_name
from booking.reservations.booking_context import booking_context_for
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.move import move as move_it
from booking.reservations.queries import is_free
from booking.reservations.refusals import AsksForApproval, Taken
from booking.reservations.rules import check_new
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for
from booking.values.refusal import Refusal


@blueprint.get("/<int:reservation_id>/move")
@allow(*TENANTS)
def move(reservation_id: int) -> ResponseReturnValue:
    """Show where it is, to be changed."""
    reservation = ours_or_404(reservation_id)
    form = move_form(reservation, clock.now())
    form.propose(space=request.args.get("space", reservation.space_id, type=whole))
    return page(form, reservation)


@blueprint.post("/<int:reservation_id>/move")
@allow(*TENANTS)
def moved(reservation_id: int) -> ResponseReturnValue:
    """Move it, or say why not; refused, it stays where it is."""
    now, reservation = clock.now(), ours_or_404(reservation_id)
    form = move_form(reservation, now)
    if not form.validate():
        return page(form, reservation), UNPROCESSABLE
    try:
        changed = carry_out(form, reservation, now)
    except Refusal as refusal:
        status = say_no(form, refusal)
        return page(form, ours_or_404(reservation_id), refusal), status
    requested = changed.state is ReservationState.REQUESTED
    flash(gettext("已改申请，等待园区确认。") if requested else gettext("已改期。"), "success")
    return redirect(url_for("reservations.show", reservation_id=reservation_id))


def carry_out(form: MoveForm | MoveStoreForm, reservation: Reservation, now: datetime) -> Reservation:
    """Price the new place, then move in one transaction."""
    span = span_of(form, now)
    space = wanted_space(form.space.data)
    form.check(db.session())
    if not is_free(db.session(), space, span, but=reservation.id):
        check_new(span, booking_context_for(db.session(), space, span, now))
        own = ("reservation_id", reservation.id)
        raise Taken(space.id, span, own=own)  # who comes late hears it without waiting for a lock
    total, doer = price_of(space, span).total, actor()
    with transaction() as session:
        form.check(session)
        target, version = session.get_one(Space, space.id), ours_or_404(reservation.id).version
        return move_it(session, reservation.id, target, span, quote=total, by=doer, now=now, version=version)


def ask_anew(refusal: Refusal | None, reservation: Reservation) -> str:
    """Lead to the form that asks for the place, filled in, where the park has to approve it first."""
    if not isinstance(refusal, AsksForApproval):
        return ""
    wish = {"people": reservation.people, "purpose": reservation.purpose}
    return new_url(refusal.space_id, reservation.space.kind, refusal.span, **wish)


def page(form: MoveForm | MoveStoreForm, reservation: Reservation, refusal: Refusal | None = None) -> str:
    """Draw the form, with the price of what is in it."""
    now = clock.now()
    space = wanted_space(form.space.data or reservation.space_id)
    try:
        span = span_of(form, now) if form.day.data else None
    except Refusal:
        span = None
    taken = refusal if isinstance(refusal, Taken) else None
    return render_template(
        "reservations/move.html",
        form=form,
        reservation=reservation,
        name=local_name(reservation.space.name, reservation.space.name_en),
        when=times(reservation.starts_at, reservation.ends_at, reservation.space.kind),
        back_url=url_for("reservations.show", reservation_id=reservation.id),
        price=price_in_form(space, rule_for(db.session(), space), span, now, taken=taken, moving=reservation),
        answer=answer_to_move(reservation, space, taken, now) if taken else None,
        storage=reservation.space.kind is Kind.STORAGE,
        ask_url=ask_anew(refusal, reservation),
    )
