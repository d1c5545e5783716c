"""Pages of closures: list, add, lift; what stands in the way of one is shown with its links."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.activities.call_off import check_not_an_activity
from booking.blueprints.inventory.forms import ClosureForm
from booking.blueprints.inventory.loading import blueprint, space_or_404, stretch
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.responses import CONFLICT, form_page
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.language import gettext
from booking.language import lazy_gettext as _
from booking.letters.waiting import put_back as put_back_letter
from booking.people.models import Role
from booking.reservations.closures import close_space, lift_closure
from booking.reservations.refusals import ClosureConflicts, Conflict
from booking.spaces.inventory_queries import PAGE, all_spaces, closure_in_park, closures_page
from booking.values.refusal import Refusal
from booking.values.span import FAR_FUTURE, Span


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
    form.space.choices = options((space.id, f"{space.code} {space.name}") for space in spaces)
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
    """Give each conflict its time, what it is, and where it can be seen."""
    return [
        (
            stretch(conflict),
            gettext("已有预订") if conflict.reservation_id else gettext("使用中、候补保留，或另一次停用"),
            _reservation_url(conflict.reservation_id),
        )
        for conflict in conflicts
    ]


def _reservation_url(reservation_id: int | None) -> str:
    return url_for("front_desk.reservation", reservation_id=reservation_id) if reservation_id else ""


@blueprint.post("/closures/<int:closure_id>/lift")
@allow(Role.ADMIN)
def lift(closure_id: int) -> ResponseReturnValue:
    """End a closure before its time."""
    try:
        with transaction() as session:
            closure = closure_in_park(session, my_park().id, closure_id) or abort(404)
            check_not_an_activity(session, closure.id)
            lift_closure(session, closure.id, by=actor(), now=clock.now())
    except Refusal as refusal:
        flash(wording(refusal), "info")
    else:
        flash(gettext("停用已取消，空间可以预订了。"), "success")
    return redirect(url_for(".closures"))
