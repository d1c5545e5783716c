"""A reservation at the front desk: approve, decline, move, cancel, check in for who reserved."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.conflicts import Answer, FreePlace, answer_to_move
from booking.blueprints.kit.forms.reservation import (
    MoveForm,
    MoveStoreForm,
    ParkMoveForm,
    ParkMoveStoreForm,
    apply_refusal,
    move_form,
    span_of,
)
from booking.blueprints.kit.forms.validators import UNPROCESSABLE, ActForm, ReasonForm, pressed
from booking.blueprints.kit.holders import holders
from booking.blueprints.kit.labels.kept_quotes import quoted_range
from booking.blueprints.kit.labels.prices import cost_of, fulls_of, price_text
from booking.blueprints.kit.labels.reservations import (
    check_in_mark,
    door_name,
    named_steps,
    place_name,
    quoted,
    times,
)
from booking.blueprints.kit.labels.spaces import made_of
from booking.blueprints.kit.labels.waiting import answer_due, proposal_to
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.kit.stays import lapsed_label
from booking.charges.charge_stay import TariffCharger
from booking.charges.dearest import dearer_booked, dearest_booked, quote_when_used
from booking.charges.pricing import quote
from booking.charges.queries import billed_by_reservation
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.people.models import Role
from booking.reservations.approval.requests import approve, decline
from booking.reservations.approval.rules import Answerer
from booking.reservations.guests.invite import guest_in, guests_of, say_arrived
from booking.reservations.guests.rules import expected_from
from booking.reservations.guests.tell_guests import EXPECTED
from booking.reservations.history import changes_of
from booking.reservations.models import OPEN_STATES, Reservation, ReservationChange, ReservationState
from booking.reservations.move_or_cancel import cancel, move
from booking.reservations.refusals import Taken
from booking.reservations.series.queries import place_in_series
from booking.reservations.space_queries import spaces_by_id
from booking.spaces.models import Kind, Space
from booking.spaces.queries import space_in_park
from booking.usage.check_in import check_in
from booking.usage.front_desk_queries import reservation_in_park
from booking.usage.queries import stay_of
from booking.usage.rules import check_in_opens
from booking.values import Refusal

blueprint = Blueprint("front_desk", __name__, url_prefix="/front-desk")


@blueprint.get("/reservations/<int:reservation_id>")
@allow(Role.ADMIN)
def reservation(reservation_id: int) -> str:
    """Show one reservation of the park, its history, and what can be done with it."""
    found = reservation_or_404(reservation_id)
    return _page(found, move_form(found, clock.now()))


@blueprint.post("/reservations/<int:reservation_id>/approve")
@allow(Role.ADMIN)
def approve_request(reservation_id: int) -> ResponseReturnValue:
    """Book what was asked for; the second press changes nothing."""
    reservation_or_404(reservation_id)
    version = ActForm().version.data

    def act(session: Session) -> None:
        approve(session, reservation_id, by=actor(), now=clock.now(), version=version)

    return _done(reservation_id, act, gettext("已批准，预订生效。"))


@blueprint.post("/reservations/<int:reservation_id>/decline")
@allow(Role.ADMIN)
@takes(_("拒绝申请"), ReasonForm)
def decline_request(reservation_id: int) -> ResponseReturnValue:
    """Answer a request with no, and why."""
    reservation_or_404(reservation_id)
    form = ReasonForm()

    def act(session: Session) -> None:
        reason = form.reason.data or ""
        decline(session, reservation_id, reason, by=actor(), now=clock.now(), version=form.version.data)

    return _done(reservation_id, act, gettext("已拒绝，原因会显示给对方。"), form)


@blueprint.post("/reservations/<int:reservation_id>/cancel")
@allow(Role.ADMIN)
@takes(_("代为取消"), ReasonForm)
def cancel_for(reservation_id: int) -> ResponseReturnValue:
    """Cancel on the tenant's behalf; the park's own cancelling costs nothing."""
    reservation_or_404(reservation_id)
    form = ReasonForm()

    def act(session: Session) -> None:
        reason = form.reason.data
        cancel(
            session,
            reservation_id,
            by=actor(),
            now=clock.now(),
            version=form.version.data,
            reason=reason,
            alone=True,
        )

    return _done(reservation_id, act, gettext("已取消，不收费用。"), form)


@blueprint.post("/reservations/<int:reservation_id>/check-in")
@allow(Role.ADMIN)
def check_in_for(reservation_id: int) -> ResponseReturnValue:
    """Check in for somebody who stands at the desk."""
    reservation_or_404(reservation_id)

    def act(session: Session) -> None:
        check_in(
            session, reservation_id, park=my_park(), charger=TariffCharger(), by=actor(), now=clock.now()
        )

    return _done(reservation_id, act, gettext("已代为签到。"))


LOOK = "look"
"""What the button sends that shows what a form comes to, and does nothing."""


@blueprint.post("/reservations/<int:reservation_id>/move")
@allow(Role.ADMIN)
@takes(_("代为改期或换空间"), ParkMoveForm, ParkMoveStoreForm)
def move_for(reservation_id: int) -> ResponseReturnValue:
    """Move on the tenant's behalf; refused, the form keeps what was typed.

    With the other button only look whether that is free, and what it would cost.
    """
    found, now = reservation_or_404(reservation_id), clock.now()
    form = move_form(found, now)
    if not form.validate():
        return _page(found, form), UNPROCESSABLE
    try:
        if request.form.get("step") == LOOK:
            return _page(found, form, *_look_at(found, form, now))
        with transaction() as session:
            _move(session, reservation_or_404(reservation_id), form, now)
    except Refusal as refusal:
        apply_refusal(form, refusal)
        return _page(reservation_or_404(reservation_id), form, refusal), UNPROCESSABLE
    flash(gettext("已改期或换空间。"), "success")
    return redirect(url_for(".reservation", reservation_id=reservation_id))


@blueprint.post("/guests/<int:guest_id>")
@allow(Role.ADMIN)
def guest_here(guest_id: int) -> ResponseReturnValue:
    """Say that a guest has come, which their host hears, or that it was a mistake; twice does no harm."""
    guest = guest_in(db.session(), my_park().id, guest_id) or abort(404)
    here, name = request.form.get("here") == "yes", guest.called
    said = gettext("到了：%(name)s，已告诉接待的人。", name=name) if here else gettext("已撤回，仍在等他来。")
    if here and (mark := check_in_mark(guest.reservation, clock.now())):
        said = gettext("%(said)s预订：%(mark)s。", said=said, mark=mark.label)

    def act(session: Session) -> None:
        say_arrived(session, guest_id, here=here, by=actor(), now=clock.now())

    booked = guest.reservation_id
    if request.form.get("at") == "reservation":
        back = url_for(".reservation", reservation_id=booked, _anchor="guests")
    else:
        back = url_for(".index", party=booked, _anchor=f"party-{booked}")
    return pressed(act, said, back)


def _move(session: Session, found: Reservation, form: MoveForm | MoveStoreForm, now: datetime) -> None:
    space, span = _wanted(session, found, form), span_of(form, now)
    price = quote(session, my_park(), found.enterprise, space, span)
    form.check(session)
    why = form.data.get("reason") or None
    by, version = actor(), found.version
    move(session, found.id, space, span, quote=price.total, by=by, now=now, version=version, reason=why)


def _look_at(found: Reservation, form: MoveForm | MoveStoreForm, now: datetime) -> tuple[Taken | None, str]:
    """Tell of the time in the form that it is taken, or that it is free and what it costs."""
    session, space, span = db.session(), _wanted(db.session(), found, form), span_of(form, now)
    if holders(space, span, ("reservation_id", found.id)):
        return Taken(space.id, span), ""
    price = quote(session, my_park(), found.enterprise, space, span)
    full = fulls_of({0: (space, span)}, {0: price}, but={found.id}, of=found.enterprise).get(0)
    before = dearest_booked(session, [found], now).get(found.id)
    return None, gettext(
        "%(name)s，%(when)s空着，报价 %(price)s（原来 %(before)s）。",
        name=door_name(space),
        when=times(span.start, span.end, space.kind),
        price=price_text(price, full),
        before=quoted(found, before),
    )


def _wanted(session: Session, found: Reservation, form: MoveForm | MoveStoreForm) -> Space:
    return space_in_park(session, my_park().id, form.space.data) or found.space


def _done(
    reservation_id: int, act: Callable[[Session], None], said: str, form: ReasonForm | None = None
) -> ResponseReturnValue:
    """Carry out one act, and say what came of it."""
    return pressed(act, said, url_for(".reservation", reservation_id=reservation_id), form=form)


def _answer(found: Reservation, form: MoveForm | MoveStoreForm, taken: Taken) -> Answer:
    """Say what is free instead; each place to move to sends why, as it was typed."""
    answer = answer_to_move(found, _wanted(db.session(), found, form), taken, clock.now())
    why = {"reason": form.data.get("reason") or ""}

    def with_reason(places: Sequence[FreePlace]) -> list[FreePlace]:
        return [one._replace(fields={**one.fields, **why}) for one in places]

    return answer._replace(times=with_reason(answer.times), spaces=with_reason(answer.spaces))


def _page(
    found: Reservation, form: MoveForm | MoveStoreForm, refusal: Refusal | None = None, free: str = ""
) -> str:
    state, now = found.state, clock.now()
    lapsed, billed = lapsed_label(found, now), billed_by_reservation(db.session(), [found.id])
    dearer = dearer_booked(db.session(), [found], now).get(found.id)
    return render_template(
        "front_desk/reservation.html",
        reservation=found,
        made_of=made_of(found.space_id),
        quoted=quoted_range(found, dearer, quote_when_used(db.session(), found)),
        form=form,
        free=free,
        place=place_in_series(db.session(), found),
        answer=_answer(found, form, refusal) if isinstance(refusal, Taken) else None,
        steps=_steps(found),
        guests=guests_of(db.session(), found.id),
        **_expected(found, now),
        stay=stay_of(db.session(), found.id),
        cost=cost_of(found, billed.get(found.id), now, dearer and dearer.most),
        may_answer=state is ReservationState.REQUESTED and found.answerer is Answerer.PARK,
        due=answer_due(found, now) if state is ReservationState.REQUESTED else None,
        proposed=proposal_to(found, now),
        lapsed=lapsed,
        may_cancel=state in OPEN_STATES and not lapsed,
        may_move=state in OPEN_STATES and not lapsed,
        storage=found.space.kind is Kind.STORAGE,
        may_check_in=_may_check_in(found, now),
    )


def _expected(found: Reservation, now: datetime) -> dict[str, object]:
    """Tell whether its guests may come by now, or from when on."""
    comes, opens = found.state in EXPECTED, expected_from(found.starts_at)
    return {"expected": comes and opens <= now, "expected_from": opens if comes and now < opens else None}


def _steps(found: Reservation) -> list[tuple[ReservationChange, str, str]]:
    """Tell the history: each step, its name, and where and when it was before, if that changed."""
    steps = named_steps(found, changes_of(db.session(), found.id))
    names = spaces_by_id(db.session(), {one.old_space_id for one, _ in steps if one.old_space_id})
    return [(one, name, _before(one, names, found.space.kind)) for one, name in steps]


def _before(change: ReservationChange, spaces: Sequence[Space], kind: Kind) -> str:
    old = (change.old_space_id, change.old_starts_at, change.old_ends_at)
    if None in old or old == (change.new_space_id, change.new_starts_at, change.new_ends_at):
        return ""
    name = next((place_name(one) for one in spaces if one.id == change.old_space_id), "")
    assert change.old_starts_at is not None and change.old_ends_at is not None  # noqa: S101, PT018 - none is None
    return f"{name} {times(change.old_starts_at, change.old_ends_at, kind)}"


def _may_check_in(found: Reservation, now: datetime) -> bool:
    """Tell whether somebody who stands at the desk may be checked in now."""
    opens = check_in_opens(found.starts_at, my_park().early_minutes)
    return found.state is ReservationState.BOOKED and found.space.kind is not Kind.STORAGE and now >= opens


def reservation_or_404(reservation_id: int) -> Reservation:
    """Find a reservation of my park; another park's is not found."""
    return reservation_in_park(db.session(), my_park().id, reservation_id) or abort(404)
