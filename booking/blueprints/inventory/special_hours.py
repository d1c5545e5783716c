"""Special hours: a space closed for a while, and a day open for longer.

Closures are listed, added and lifted; what stands in the way of one is shown with its links. Extended hours
are listed, granted for a day, and taken back.
"""

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.activities.plan_activity import activities_then
from booking.activities.publish import check_not_an_activity
from booking.blueprints.inventory.areas import blueprint, stretch
from booking.blueprints.inventory.forms import ClosureForm, ExtendForm, TakeBackForm
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import day_or_none, whole
from booking.blueprints.kit.forms.edit_form import space_or_404
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.needs import WHOLE_PARK, offer_places, space_named
from booking.blueprints.kit.forms.validators import CONFLICT, form_page
from booking.blueprints.kit.labels.spaces import granted_label, space_label
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _, ngettext
from booking.letters.branch import need_answered
from booking.letters.waiting import wait_put_back as put_back_letter
from booking.needs.models import Need
from booking.needs.steps import answer_need
from booking.people.models import Role
from booking.reservations.closures import close_space, lift_closure
from booking.reservations.models import Reservation
from booking.reservations.refusals import ClosureConflicts, Conflict
from booking.reservations.upcoming import booked_then
from booking.reservations.waiting.end_wait import holds_over
from booking.spaces.extended.extended_hours import (
    extended_hours_in_park,
    extended_hours_of,
    grant_hours,
    take_back_hours,
)
from booking.spaces.inventory_queries import PAGE, all_spaces, closure_in_park, closures_page
from booking.spaces.models import ExtendedHours, Space
from booking.usage.front_desk_queries import reservations_in_park
from booking.values import FAR_FUTURE, Refusal, Span, local_day


@blueprint.get("/closures")
@allow(Role.ADMIN)
def closures() -> ResponseReturnValue:
    """List closures that are or come; or, with ?past=1, those that are over or were lifted."""
    past, pager = bool(request.args.get("past")), Pager.of_request(PAGE, "past")
    rows, total = closures_page(db.session(), my_park().id, now=clock.now(), past=past, page=pager.number)
    return render_template("inventory/closures.html", closures=rows, past=past, pager=pager.count(total))


@blueprint.route("/closures/new", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("安排停用"), ClosureForm)
def new_closure() -> ResponseReturnValue:
    """Close a space for a while."""
    form = ClosureForm(space=request.args.get("space", type=whole), **_for_a_fault())
    spaces = all_spaces(db.session(), my_park().id)
    form.space.choices = options((space.id, space_label(space)) for space in spaces)
    conflicts: tuple[Conflict, ...] = ()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                space = space_or_404(form.space.data)
                span = _span(form, my_park().zone)
                close_space(
                    session,
                    space,
                    span,
                    form.reason.data or "",
                    by=actor(),
                    now=clock.now(),
                    put_back=put_back_letter,
                )
        except ClosureConflicts as refusal:
            conflicts = refusal.conflicts
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已安排停用。"), "success")
            return redirect(url_for(".closures"))
    drawn, code = form_page(
        "inventory/closure.html", form, conflicts=_worded(conflicts), any_space=bool(spaces)
    )
    return drawn, CONFLICT if conflicts else code


def _for_a_fault() -> dict[str, Any]:
    """Propose from now on, and why, to who comes from a need (`?fault=1`)."""
    if not request.args.get("fault"):
        return {}
    wall = clock.now().astimezone(my_park().zone).replace(tzinfo=None, second=0, microsecond=0)
    return {"starts": wall, "reason": gettext("报修，检修中")}


def _span(form: ClosureForm, zone: ZoneInfo) -> Span:
    if form.starts.data is None:
        raise TypeError("a validated form has a start")
    start = form.starts.data.replace(tzinfo=zone)
    if form.open_end.data or form.ends.data is None:
        return Span(start, FAR_FUTURE)
    return Span(start, form.ends.data.replace(tzinfo=zone))


def _worded(conflicts: tuple[Conflict, ...]) -> list[tuple[str, str, str]]:
    """Give each conflict its time, whose booking it is, and where it can be moved or cancelled."""
    ids = {one.reservation_id for one in conflicts if one.reservation_id}
    whose = reservations_in_park(db.session(), my_park().id, ids)
    return [
        (
            stretch(conflict),
            _whose(whose.get(conflict.reservation_id or 0)),
            _reservation_url(conflict.reservation_id),
        )
        for conflict in conflicts
    ]


def _whose(booked: Reservation | None) -> str:
    if booked is None:
        return gettext("使用中、候补保留，或另一次停用")
    return gettext("%(firm)s · %(who)s", firm=booked.enterprise.short_name, who=booked.member.name)


def _reservation_url(reservation_id: int | None) -> str:
    return (
        url_for("front_desk.reservation", reservation_id=reservation_id, _anchor="move")
        if reservation_id
        else ""
    )


@blueprint.post("/closures/<int:closure_id>/lift")
@allow(Role.ADMIN)
def lift(closure_id: int) -> ResponseReturnValue:
    """End a closure before its time."""
    try:
        with transaction() as session:
            closure = closure_in_park(session, my_park().id, closure_id) or abort(404)
            check_not_an_activity(session, closure.id)
            lift_closure(session, closure.id, by=actor(), now=clock.now())
            space = session.get_one(Space, closure.space_id)
            held = len(holds_over(session, space, Span(closure.starts_at, closure.ends_at)))
    except Refusal as refusal:
        flash(wording(refusal), "info")
    else:
        flash(_lifted(held), "success")
    return redirect(url_for(".closures"))


def _lifted(held: int) -> str:
    """Say that the place can be had, or that it is held for who waited."""
    if not held:
        return gettext("停用已取消，空间可以预订了。")
    return ngettext(
        "停用已取消。其中有 %(num)s 段时间先为候补的人保留，其余可以预订了。",
        "停用已取消。其中有 %(num)s 段时间先为候补的人保留，其余可以预订了。",
        held,
    )


@blueprint.get("/extended")
@allow(Role.ADMIN)
def extended() -> str:
    """List days that will be open for longer; with ?past=1 those that were, and what was taken back."""
    past, pager = bool(request.args.get("past")), Pager.of_request(PAGE, "past")
    park = my_park()
    rows = extended_hours_of(
        db.session(), park.id, local_day(clock.now(), park.zone),
        past=past, limit=PAGE + 1, offset=pager.before,
    )  # fmt: skip
    return render_template("inventory/extended.html", rows=pager.cut(rows), past=past, pager=pager)


@blueprint.route("/extended/new", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("延时开放"), ExtendForm)
def extend() -> ResponseReturnValue:
    """Open a day for longer."""
    form = ExtendForm(
        space=request.args.get("space", WHOLE_PARK, type=whole), day=day_or_none(request.args.get("day"))
    )
    offer_places(form)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                granted = grant_hours(
                    session, my_park(), space_named(form), form.asked(), form.reason.data or "",
                    by=actor(), now=clock.now(),
                )  # fmt: skip
                said = granted_label(granted)
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("%(said)s，已经可以预订。", said=said), "success")
            return redirect(url_for(".extended"))
    return form_page("inventory/extend.html", form)


@blueprint.route("/extended/<int:extended_id>/take-back", methods=["GET", "POST"])
@allow(Role.ADMIN)
@takes(_("收回延时"), TakeBackForm)
def take_back(extended_id: int) -> ResponseReturnValue:
    """Take it back, where nobody counts on it."""
    granted, form = _found_or_404(extended_id), TakeBackForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                taken = take_back_hours(
                    session, granted.id, form.reason.data or "",
                    booked_then=booked_then, activities_then=activities_then, by=actor(), now=clock.now(),
                )  # fmt: skip
                _tell_who_asked(session, taken)
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("已收回，那天照常开放。"), "success")
            return redirect(url_for(".extended"))
    return form_page("inventory/take_back.html", form, granted=_found_or_404(extended_id))


def _tell_who_asked(session: Session, taken: ExtendedHours) -> None:
    """Put the answer right of the need that asked for the hours, as long as it has no end."""
    need = session.get(Need, taken.need_id) if taken.need_id is not None else None
    if need is None or need.is_over:
        return
    facts = {"said": granted_label(taken), "reason": taken.taken_back_reason}
    words = gettext("原来同意的延时（%(said)s）已收回：%(reason)s", **facts)
    answer_need(session, need.id, words, need_answered, by=actor(), now=clock.now())


def _found_or_404(extended_id: int) -> ExtendedHours:
    return extended_hours_in_park(db.session(), my_park().id, extended_id) or abort(404)
