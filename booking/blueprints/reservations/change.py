"""Move a reservation, change its end, or take what the park proposes instead."""

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.availability import new_url
from booking.blueprints.kit.conflicts import answer_to_move
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.forms import reservation as forms
from booking.blueprints.kit.forms.booking import price_in_form, price_of
from booking.blueprints.kit.forms.validators import CONFLICT, UNPROCESSABLE, pressed
from booking.blueprints.kit.labels.along import hears_of_change
from booking.blueprints.kit.labels.consent import request_label
from booking.blueprints.kit.labels.reservations import reservation_mark, times
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import wording
from booking.blueprints.reservations.new import blueprint
from booking.blueprints.reservations.show import show_page
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.reservations.approval.proposals import (
    accept_proposal,
    ask_for_proposed as ask_manager_for,
    refuse_proposal,
)
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import OPEN_STATES, Reservation, ReservationState
from booking.reservations.move_or_cancel import keeps_its_time, move as move_it
from booking.reservations.queries import is_free
from booking.reservations.refusals import AsksForApproval, Taken
from booking.reservations.reserve import booking_context_for
from booking.reservations.rules import check_new
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for
from booking.values import Refusal, local_day


@blueprint.get("/<int:reservation_id>/move")
@allow(*TENANTS)
def move(reservation_id: int) -> ResponseReturnValue:
    """Show where it is, to be changed."""
    reservation = forms.ours_or_404(reservation_id)
    if reservation.state not in OPEN_STATES:
        return stands_otherwise(reservation)
    form = forms.move_form(reservation, clock.now())
    form.propose(space=request.args.get("space", reservation.space_id, type=whole))
    return move_page(form, reservation)


def stands_otherwise(reservation: Reservation) -> ResponseReturnValue:
    """Say what became of it, instead of a form that could only be refused."""
    state = reservation_mark(reservation).label
    flash(gettext("这个预订现在是“%(state)s”，不能再这样修改。", state=state), "info")
    return redirect(url_for("reservations.show", reservation_id=reservation.id))


@blueprint.post("/<int:reservation_id>/move")
@allow(*TENANTS)
@takes(_("改期或换空间"), forms.MoveForm, forms.MoveStoreForm)
def moved(reservation_id: int) -> ResponseReturnValue:
    """Move it, or say why not; refused, it stays where it is."""
    now, reservation = clock.now(), forms.ours_or_404(reservation_id)
    form = forms.move_form(reservation, now)
    if not form.validate():
        return move_page(form, reservation), UNPROCESSABLE
    try:
        changed = carry_out_move(form, reservation, now)
    except Refusal as refusal:
        status = forms.apply_refusal(form, refusal)
        return move_page(form, forms.ours_or_404(reservation_id), refusal), status
    requested = changed.state is ReservationState.REQUESTED
    to_manager = requested and changed.answerer is Answerer.MANAGER
    said = gettext("已改申请，等待企业负责人批准。") if to_manager else gettext("已改申请，等待园区确认。")
    done = gettext("已换空间。") if keeps_its_time(changed, now) else gettext("已改期。")
    flash(said if requested else f"{done}{hears_of_change(changed)}", "success")
    return redirect(url_for("reservations.show", reservation_id=reservation_id))


def carry_out_move(
    form: forms.MoveForm | forms.MoveStoreForm, reservation: Reservation, now: datetime
) -> Reservation:
    """Price the new place, then move in one transaction."""
    span = forms.span_of(form, now)
    space = forms.wanted_space(form.space.data)
    form.check(db.session())
    if not is_free(db.session(), space, span, but=reservation.id):
        check_new(span, booking_context_for(db.session(), space, span, now))
        own = ("reservation_id", reservation.id)
        raise Taken(space.id, span, own=own)  # who comes late hears it without waiting for a lock
    total, by = price_of(space, span).total, actor()
    with transaction() as session:
        form.check(session)
        target, version = session.get_one(Space, space.id), forms.ours_or_404(reservation.id).version
        return move_it(session, reservation.id, target, span, quote=total, by=by, now=now, version=version)


def ask_anew(refusal: Refusal | None, reservation: Reservation) -> str:
    """Lead to the form that asks for the place, filled in, where the park has to approve it first."""
    if not isinstance(refusal, AsksForApproval):
        return ""
    wish = {"people": reservation.people, "purpose": reservation.purpose}
    return new_url(refusal.space_id, reservation.space.kind, refusal.span, **wish)


def move_page(
    form: forms.MoveForm | forms.MoveStoreForm, reservation: Reservation, refusal: Refusal | None = None
) -> str:
    """Draw the form, with the price of what is in it."""
    now = clock.now()
    space = forms.wanted_space(form.space.data or reservation.space_id)
    taken = refusal if isinstance(refusal, Taken) else None
    opening = rule_for(db.session(), space, since=local_day(now, my_park().zone))
    return render_template(
        "reservations/move.html",
        form=form,
        reservation=reservation,
        name=local_name(reservation.space.name, reservation.space.name_en),
        when=times(reservation.starts_at, reservation.ends_at, reservation.space.kind),
        back_url=url_for("reservations.show", reservation_id=reservation.id),
        price=price_in_form(space, opening, form, now, taken=taken, moving=reservation)[0],
        answer=answer_to_move(reservation, space, taken, now) if taken else None,
        storage=reservation.space.kind is Kind.STORAGE,
        ask_url=ask_anew(refusal, reservation),
        hears=hears_of_change(reservation),
        begun=reservation.starts_at if keeps_its_time(reservation, now) else None,
    )


@blueprint.post("/<int:reservation_id>/take-proposed")
@allow(*TENANTS)
def take_proposed(reservation_id: int) -> ResponseReturnValue:
    """Take what the park proposed; where somebody was quicker, show what is free instead."""
    return _proposed_is(reservation_id, accept_proposal)


@blueprint.post("/<int:reservation_id>/ask-for-proposed")
@allow(*TENANTS)
def ask_for_proposed(reservation_id: int) -> ResponseReturnValue:
    """Have the manager take what the park proposed, where it is more than one may book alone."""
    return _proposed_is(reservation_id, ask_manager_for)


def _proposed_is(reservation_id: int, done: Callable[..., Reservation]) -> ResponseReturnValue:
    forms.ours_or_404(reservation_id)
    version, now = request.form.get("version", type=whole), clock.now()
    try:
        with transaction() as session:
            made = done(session, reservation_id, by=actor(), now=now, version=version)
            said = request_label(made)
    except Taken as taken:
        return show_page(reservation_id, now, taken), CONFLICT
    except Refusal as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(said or gettext("好，已按园区的提议订下。"), "info" if said else "success")
    return redirect(url_for("reservations.show", reservation_id=reservation_id))


@blueprint.post("/<int:reservation_id>/refuse-proposed")
@allow(*TENANTS)
def refuse_proposed(reservation_id: int) -> ResponseReturnValue:
    """Say that it does not suit; the request waits for the park again."""
    forms.ours_or_404(reservation_id)
    version = request.form.get("version", type=whole)

    def act(session: Session) -> str:
        asked = refuse_proposal(session, reservation_id, by=actor(), now=clock.now(), version=version)
        return moment(asked.answer_by) if asked.answer_by else ""

    def said(when: str) -> str:
        return gettext("已告诉园区不合适，申请继续有效；园区会在 %(when)s 前答复。", when=when)

    return pressed(act, said, url_for("reservations.show", reservation_id=reservation_id))
