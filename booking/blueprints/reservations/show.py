"""One reservation: its facts and history, cancelling it, and its entry for one's own calendar (RFC 5545)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask import flash, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.audit.actions import Action
from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.availability import new_url
from booking.blueprints.kit.converters import fee_shown, whole
from booking.blueprints.kit.filters import moment, money
from booking.blueprints.kit.forms.booking import guests_way
from booking.blueprints.kit.forms.reservation import ours_or_404
from booking.blueprints.kit.held import held_then
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.along import hears_it_is_off
from booking.blueprints.kit.labels.consent import asked_managers, request_label
from booking.blueprints.kit.labels.kept_quotes import cancelling_label, quoted_range
from booking.blueprints.kit.labels.people import because, who_did
from booking.blueprints.kit.labels.prices import cost_of, no_fee_text
from booking.blueprints.kit.labels.reservations import (
    held_too_label,
    named_steps,
    reservation_mark,
    times,
    way_to,
)
from booking.blueprints.kit.labels.spaces import made_of, people_label
from booking.blueprints.kit.labels.waiting import parks_proposal
from booking.blueprints.kit.session import actor, me
from booking.blueprints.kit.stays import lapsed_label
from booking.blueprints.messages import wording
from booking.blueprints.reservations import overview
from booking.blueprints.reservations.guests import guest_lines
from booking.blueprints.reservations.new import blueprint
from booking.charges.charge_fee import cancel_terms_of, cancel_with_fee, late_cancel_fee, why_no_fee
from booking.charges.dearest import dearer_booked, quote_when_used
from booking.charges.queries import billed_by_reservation
from booking.db import db, transaction
from booking.language import gettext, local_name
from booking.letters.calendar_entry import along_of, reservations_file
from booking.people.models import Role
from booking.reservations.approval.requests import wish_asked_for
from booking.reservations.history import changes_of
from booking.reservations.models import OPEN_STATES, Reservation, ReservationChange, ReservationState
from booking.reservations.move_or_cancel import keeps_its_time
from booking.reservations.refusals import Taken
from booking.reservations.series.queries import place_in_series
from booking.reservations.space_queries import spaces_by_id
from booking.spaces.models import Kind
from booking.usage.models import Stay
from booking.usage.queries import goes_at, stay_of
from booking.values import Money, Refusal, Span


class HistoryStep(NamedTuple):
    """A line of the history, in words."""

    at: datetime
    who: str
    what: str
    detail: str


@blueprint.get("/<int:reservation_id>")
@allow(*TENANTS, Role.ADMIN)
def show(reservation_id: int) -> str:
    """Show a reservation of one's own enterprise; an administrator sees the park's."""
    return show_page(reservation_id, clock.now())


def show_page(reservation_id: int, now: datetime, taken: Taken | None = None) -> str:
    """Draw it, and above it what there is for who came too late for what the park proposed."""
    reservation = ours_or_404(reservation_id)
    changes, steps = me().enterprise_id is not None, changes_of(db.session(), reservation_id)
    told = request_label(reservation) in get_flashed_messages()  # and is not said again below
    stay = stay_of(db.session(), reservation_id)
    billed = billed_by_reservation(db.session(), [reservation_id])
    terms = cancel_terms_of(db.session(), reservation)
    over = reservation.state not in OPEN_STATES or reservation.ends_at <= now
    guests = guest_lines(reservation_id)
    return render_template(
        "reservations/show.html",
        reservation=reservation,
        name=local_name(reservation.space.name, reservation.space.name_en),
        crumbs=crumbs(reservation),
        facts=facts(reservation, now),
        over=over,
        also="" if over else _also(reservation),
        used=_used(stay),
        stay_url=way_to("front_desk.stay" if not changes else "today.stay", stay_id=stay.id) if stay else "",
        cost=cost_of(reservation, billed.get(reservation_id), now),
        free_because=free_because(reservation, steps) if reservation_id not in billed else "",
        when=times(reservation.starts_at, reservation.ends_at, reservation.space.kind),
        mark=reservation_mark(reservation),
        asked=_asked(reservation, told=told),
        steps=history(reservation, steps),
        refused=overview.why_not(steps, reservation.answerer),
        **overview.asked_of(reservation, now, taken, told=told),
        fee=terms.fee_at(now) if terms else Money.zero(),
        cancelling=cancelling_label([terms], now, booked=True) if terms else "",
        begun=keeps_its_time(reservation, now),
        **_what_may_be_done(reservation, now, changes=changes),
        calendar_url=calendar_url(reservation, now),
        place=place_in_series(db.session(), reservation),
        again_url=again(reservation, now) if changes else "",
        guests=guests,
        hears=hears_it_is_off(reservation) if guests and not over else "",
        guests_url=guests_way(reservation),
    )


def _asked(reservation: Reservation, *, told: bool) -> str:
    """Say whose yes it waits for, but for what was just `told`; of the park's proposal what a no does too."""
    asked = asked_managers(reservation)
    return f"{'' if told else asked}{parks_proposal(reservation)}" if asked else ""


def _what_may_be_done(reservation: Reservation, now: datetime, *, changes: bool) -> dict[str, object]:
    """Tell what its holder can still do with it; what nobody came to in time only says what that costs."""
    lapsed, is_open = lapsed_label(reservation, now), reservation.state in OPEN_STATES
    may = changes and not lapsed
    has_an_end = is_open or reservation.state is ReservationState.IN_USE
    return {
        "lapsed": lapsed,
        "goes_at": goes_at(reservation, now) if may else None,
        "may_move": may and is_open,
        "may_change_end": may and has_an_end and reservation.ends_at > now,
        "may_cancel": may and is_open,
        "may_change_series": changes and is_open,
        "kept_on": _kept_on(reservation, now),
    }


def _kept_on(reservation: Reservation, now: datetime) -> bool:
    """Tell whether its series keeps the day on where only the request for it is withdrawn."""
    asked = reservation.state is ReservationState.REQUESTED
    return asked and wish_asked_for(db.session(), reservation, now) is not None


def _also(reservation: Reservation) -> str:
    """Say what its holder has at the same time."""
    kind, who = reservation.space.kind, reservation.member
    if kind is Kind.STORAGE:
        return ""
    span = Span(reservation.starts_at, reservation.ends_at)
    return held_too_label(held_then(kind, span, who, but=reservation.id), who, booked=True)


@blueprint.post("/<int:reservation_id>/cancel")
@allow(*TENANTS)
def cancel(reservation_id: int) -> ResponseReturnValue:
    """Cancel it; the page that follows offers to book it again, or tells that its series keeps the day on."""
    before = ours_or_404(reservation_id)
    asked, series_id = before.state is ReservationState.REQUESTED, before.series_id
    version, by, now = request.form.get("version", type=whole), actor(), clock.now()
    shown = fee_shown()
    try:
        with transaction() as session:
            there = ours_or_404(reservation_id)
            fee, hears = late_cancel_fee(session, there, now), hears_it_is_off(there)
            made = cancel_with_fee(
                session, reservation_id, by=by, now=now, version=version, shown=shown, alone=True
            )
            kept = series_id is not None and made.series_id is None
    except Refusal as refusal:
        flash(wording(refusal), "warning")
        return redirect(url_for("reservations.show", reservation_id=reservation_id))
    if kept:
        flash(gettext("申请已撤销，这一次继续替你记着；不要了，在下面点“不要了”。"), "success")
        return redirect(url_for("series.show", series_id=series_id))
    words = gettext("申请已撤销。") if asked else gettext("已取消，这段时间已释放。")
    late = gettext("按价目收取迟取消费 %(fee)s。", fee=money(fee)) if fee else ""
    flash(f"{words}{late}{hears}", "success")
    return redirect(url_for("reservations.show", reservation_id=reservation_id))


def crumbs(reservation: Reservation) -> list[tuple[str, str]]:
    """Lead back to where the reader came from."""
    name = local_name(reservation.space.name, reservation.space.name_en)
    if me().enterprise_id is None:
        return [(gettext("时间表"), url_for("calendar.day")), (name, "")]
    return [(gettext("我的预订"), url_for("reservations.index")), (name, "")]


def facts(reservation: Reservation, now: datetime) -> list[tuple[str, str]]:
    """Tell what was agreed."""
    space, dearer = reservation.space, dearer_booked(db.session(), [reservation], now).get(reservation.id)
    when_used = quote_when_used(db.session(), reservation)
    told = [
        (gettext("位置"), f"{local_name(space.area.name, space.area.name_en)} · {space.code}"),
        *made_of(space.id),
        (gettext("时间"), times(reservation.starts_at, reservation.ends_at, space.kind)),
        (gettext("预订时报价"), quoted_range(reservation, dearer, when_used)),
        (gettext("预订人"), f"{reservation.member.name} · {reservation.enterprise.short_name}"),
    ]
    if space.kind is not Kind.STORAGE:
        told.append((gettext("人数"), people_label(reservation.people)))
    if reservation.purpose:
        told.append((gettext("用途"), reservation.purpose))
    return told


def _used(stay: Stay | None) -> str:
    """Say when it was really used; "" where nobody came."""
    if stay is None:
        return ""
    if stay.ended_at is None:
        return gettext("%(since)s 起，使用中", since=moment(stay.started_at))
    if stay.ended_at <= stay.started_at:
        return moment(stay.started_at)
    return times(stay.started_at, stay.ended_at, stay.space_kind)


def free_because(reservation: Reservation, changes: Sequence[ReservationChange]) -> str:
    """Say why what was not used costs nothing; "" for what was."""
    cancelled = next(
        (change.at for change in reversed(changes) if change.action is Action.RESERVATION_CANCELLED), None
    )
    return no_fee_text(why_no_fee(db.session(), reservation, cancelled))


WITH_TIMES = {
    Action.RESERVATION_MADE,
    Action.RESERVATION_MOVED,
    Action.RESERVATION_EXTENDED,
    Action.RESERVATION_SHORTENED,
    Action.RESERVATION_PROPOSED,
    Action.RESERVATION_AGREED,
    Action.RESERVATION_ASKED,
}


def history(reservation: Reservation, changes: Sequence[ReservationChange]) -> list[HistoryStep]:
    """Tell what happened, the latest first."""
    ids = {one for change in changes for one in (change.old_space_id, change.new_space_id) if one}
    names = {space.id: local_name(space.name, space.name_en) for space in spaces_by_id(db.session(), ids)}
    kind = reservation.space.kind
    steps = []
    for change, name in named_steps(reservation, changes):
        detail = ""
        if change.action in WITH_TIMES and change.new_ends_at:
            when = times(change.new_starts_at or change.at, change.new_ends_at, kind)
            detail = f"{names.get(change.new_space_id or 0, '')} {when}"
        steps.append(HistoryStep(change.at, who_did(change), name, _detail(detail, change)))
    return steps[::-1]


def _detail(place: str, change: ReservationChange) -> str:
    """Say what a step was about; of a proposal both where and why, of the others the reason before all."""
    words = because(change.reason)
    if change.action is Action.RESERVATION_PROPOSED and words:
        return gettext("%(place)s（%(words)s）", place=place, words=words)
    return words or place


def again(reservation: Reservation, now: datetime) -> str:
    """Lead to the form with the same space and time, while that lies ahead, else to the next like it."""
    space, over = reservation.space, reservation.state not in OPEN_STATES or reservation.ends_at <= now
    retired = space.retired_at is not None and space.retired_at <= now
    if not over or retired or reservation.state is ReservationState.IN_USE:
        return ""
    turned_down = reservation.state in (ReservationState.CANCELLED, ReservationState.DECLINED)
    if not turned_down or reservation.starts_at <= now:
        return url_for("reservations.book_again", reservation_id=reservation.id)
    span = Span(reservation.starts_at, reservation.ends_at)
    return new_url(space.id, space.kind, span, people=reservation.people, purpose=reservation.purpose)


@blueprint.get("/<int:reservation_id>/calendar.ics")
@allow(*TENANTS, Role.ADMIN)
def calendar_file(reservation_id: int) -> ResponseReturnValue:
    """Hand out the entry; taken again after a change, it replaces the former one."""
    reservation = ours_or_404(reservation_id)
    steps = changes_of(db.session(), reservation_id)
    changed = steps[-1].at if steps else reservation.created_at
    along = along_of([reservation]) if reservation.member_id == me().id else {}
    name = f"reservation-{reservation.id}.ics"
    file = reservations_file(name, [reservation], {reservation.id: changed}, along)
    return send_bytes(file.content, file.name, file.media_type, look=True)


TO_COME = (ReservationState.REQUESTED, ReservationState.BOOKED, ReservationState.IN_USE)


def calendar_url(reservation: Reservation, now: datetime) -> str:
    """Give the address of the entry of what is still to come; "" of what is over."""
    if reservation.state not in TO_COME or reservation.ends_at <= now:
        return ""
    return url_for("reservations.calendar_file", reservation_id=reservation.id)
