"""Who comes along: fields of the form that books, and the page that changes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from booking import clock
from booking.audit.actions import Actor
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.filters import clock as clock_text
from booking.blueprints.kit.forms.booking import FOLLOWING, THE_WHOLE, THIS_ONE, GuestFields, offer_colleagues
from booking.blueprints.kit.forms.edit_form import EditedRecord, EditForm
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.reservation import apply_refusal, ours_or_404
from booking.blueprints.kit.forms.validators import UNPROCESSABLE
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me
from booking.blueprints.reservations.new import blueprint
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, local_name
from booking.letters import series as series_letters
from booking.reservations.guests.invite import asked_along, guests_of, invite
from booking.reservations.guests.models import BookingGuest
from booking.reservations.guests.rules import AskedAlong, visitors_text
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.series.change_series import invite_to_series
from booking.values import Refusal


def _scopes() -> list[SelectChoice]:
    return options(
        [
            (THIS_ONE, gettext("只是这一次")),
            (FOLLOWING, gettext("这一次和以后各次")),
            (THE_WHOLE, gettext("将来的每一次")),
        ]
    )


class GuestsForm(GuestFields, EditForm):
    """Who comes along to a booking there is; of a series to how much of it."""

    scope = RadioField(_("用于"), choices=_scopes, default=THIS_ONE)


@blueprint.get("/<int:reservation_id>/guests")
@allow(*TENANTS)
def guests(reservation_id: int) -> ResponseReturnValue:
    """Show who comes along, to be changed."""
    reservation = ours_or_404(reservation_id)
    return _page(_form(reservation), reservation)


@blueprint.post("/<int:reservation_id>/guests")
@allow(*TENANTS)
@takes(_("同事和访客"), GuestsForm)
def name_guests(reservation_id: int) -> ResponseReturnValue:
    """Let these come along, or say why not; refused, the list stays what it was."""
    reservation = ours_or_404(reservation_id)
    form, by, now = _form(reservation), actor(), clock.now()
    if not form.validate():
        return _page(form, reservation), UNPROCESSABLE
    try:
        wanted = form.wanted()
        with transaction() as session:
            form.check(session)
            told = _name(session, form, reservation, wanted, by, now)
            count, waits = len(told), any(one.state is ReservationState.REQUESTED for one in told)
    except Refusal as refusal:
        status = apply_refusal(form, refusal)
        return _page(form, ours_or_404(reservation_id)), status
    flash(_said(wanted, count, waits=waits), "success")
    return redirect(url_for("reservations.show", reservation_id=reservation_id))


def _said(wanted: AskedAlong, count: int, *, waits: bool) -> str:
    """Say what becomes of the list; to what still waits for a yes nobody is invited before."""
    if not wanted:
        return gettext("名单已清空，不用来了的人会收到信。")
    if count > 1 and waits:
        return gettext(
            "名单已用于 %(count)s 次，有邮箱的人会收到日历邀请；还在等同意的，同意之后才发。", count=count
        )
    if count > 1:
        return gettext("名单已用于 %(count)s 次，有邮箱的人会收到一封日历邀请。", count=count)
    if waits:
        return gettext("名单已保存。申请同意之后，有邮箱的人才会收到日历邀请。")
    return gettext("名单已保存，有邮箱的人会收到日历邀请。")


def _name(
    session: Session, form: GuestsForm, reservation: Reservation, wanted: AskedAlong, by: Actor, now: datetime
) -> Sequence[Reservation]:
    """Let them come along to as much of a series as the form says; tells to which bookings."""
    scope = form.scope.data if reservation.series_id is not None else THIS_ONE
    if reservation.series_id is None or scope not in {FOLLOWING, THE_WHOLE}:
        return [invite(session, reservation.id, wanted, by=by, now=now)]
    since = reservation.recurrence_id or "" if scope == FOLLOWING else ""
    series_id = reservation.series_id
    letter = series_letters.series_changed
    return invite_to_series(session, series_id, wanted, since=since, letter=letter, by=by, now=now)


def _form(reservation: Reservation) -> GuestsForm:
    reservation_id, host_id = reservation.id, reservation.member_id

    def shown() -> dict[str, Any]:
        along = asked_along(guests_of(db.session(), reservation_id))
        return {"data": {"colleagues": sorted(along.colleagues), "guests": visitors_text(along.visitors)}}

    record = EditedRecord(
        "reservation", reservation_id, ((Reservation, reservation_id),), fields=("colleagues", "guests")
    )
    form = GuestsForm.of(record, shown)
    if reservation.series_id is None:
        del form.scope
    elif not form.is_submitted():
        form.scope.data = request.args.get("scope", THIS_ONE)
    offer_colleagues(form, host_id)
    return form


def _page(form: GuestsForm, reservation: Reservation) -> str:
    return render_template(
        "reservations/guests.html",
        form=form,
        reservation=reservation,
        name=local_name(reservation.space.name, reservation.space.name_en),
        when=times(reservation.starts_at, reservation.ends_at, reservation.space.kind),
        back_url=url_for("reservations.show", reservation_id=reservation.id),
        answer=None,
        waits=reservation.state is ReservationState.REQUESTED,
    )


def guest_lines(reservation_id: int) -> list[tuple[str, str, str]]:
    """List who comes along: name, what is known of them, and whether they have come."""
    return [_line(one) for one in guests_of(db.session(), reservation_id)]


def _line(one: BookingGuest) -> tuple[str, str, str]:
    here = gettext("%(time)s 到了", time=clock_text(one.here_since)) if one.here_since else ""
    if one.member_id is None:
        known = [gettext("外来访客"), one.company, one.mailbox or gettext("没有邮箱，请自己告诉他们")]
        return one.called, " · ".join(part for part in known if part), here
    return one.called, gettext("同事（你）") if one.member_id == me().id else gettext("本企业同事"), here
