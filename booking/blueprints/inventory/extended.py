"""Pages of extended hours: what is to come, granting a day, taking it back."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from booking import clock
from booking.activities.hall_hours import activities_then
from booking.blueprints.inventory.forms import ExtendForm, LongerDayForm, TakeBackForm
from booking.blueprints.inventory.loading import blueprint
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.converters import day_or_none, whole
from booking.blueprints.kit.filters import day as day_text
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.responses import form_page
from booking.blueprints.kit.labels.spaces import longer_hours
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, my_park
from booking.blueprints.messages import put_beside
from booking.db import db, transaction
from booking.language import gettext, local_name
from booking.language import lazy_gettext as _
from booking.letters.needs import answered
from booking.needs.answer_need import answer_need
from booking.needs.models import Need
from booking.people.models import Role
from booking.reservations.upcoming import booked_then
from booking.spaces.extended.grant import grant_hours
from booking.spaces.extended.models import ExtendedHours
from booking.spaces.extended.queries import extended_hours_in_park, extended_hours_of, places_with_hours
from booking.spaces.extended.take_back import take_back_hours
from booking.spaces.inventory_queries import PAGE
from booking.spaces.models import Space
from booking.spaces.queries import space_in_park
from booking.values.month import local_day
from booking.values.refusal import Refusal

WHOLE_PARK = 0


@blueprint.app_template_filter("longer_hours")
def hours_of(granted: ExtendedHours) -> str:
    """Write 开到 22:00."""
    return longer_hours(granted.opens_minute, granted.closes_minute)


@blueprint.app_template_filter("extended_where")
def where_of(granted: ExtendedHours) -> str:
    """Name the space, or the whole park."""
    return space_label(granted.space) if granted.space else str(gettext("整个园区"))


def space_label(space: Space) -> str:
    """Write the code and the name of a space."""
    return f"{space.code} {local_name(space.name, space.name_en)}"


def granted_label(granted: ExtendedHours) -> str:
    """Write 11月26日 周四，整个园区开到 22:00."""
    facts = {"day": day_text(granted.day), "where": where_of(granted), "hours": hours_of(granted)}
    return str(gettext("%(day)s，%(where)s%(hours)s", **facts))


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


def offer_places(form: LongerDayForm) -> Sequence[Space]:
    """Offer the whole park, and each space that is had by the hour; gives the spaces."""
    places = places_with_hours(db.session(), my_park().id)
    everywhere = (WHOLE_PARK, gettext("整个园区（按钟点用的都延时）"))
    form.space.choices = options([everywhere, *((one.id, space_label(one)) for one in places)])
    return places


def space_named(form: LongerDayForm) -> Space | None:
    """Find the space that was chosen; None is the whole park."""
    if form.space.data == WHOLE_PARK:
        return None
    return space_in_park(db.session(), my_park().id, form.space.data) or abort(404)


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
    answer_need(session, need.id, words, answered, by=actor(), now=clock.now())


def _found_or_404(extended_id: int) -> ExtendedHours:
    return extended_hours_in_park(db.session(), my_park().id, extended_id) or abort(404)
