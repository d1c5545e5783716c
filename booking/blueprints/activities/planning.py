"""Plan an activity, change it, call it off: for administrators and the branch."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import StringField

from booking import clock
from booking.activities.models import Activity, ActivityState
from booking.activities.plan_activity import ActivityPlan, change_activity, plan_activity, same_time_again
from booking.activities.publish import call_off, hold_back, publish, schedule
from booking.activities.rules import HallClosedThen, HallTaken
from booking.blueprints.activities.drafting import ActivityForm, draft_beside
from booking.blueprints.activities.shown import activity_or_404, blueprint
from booking.blueprints.activities.taking_part import new_token
from booking.blueprints.kit.access import STAFF, allow
from booking.blueprints.kit.converters import day_or_none, whole
from booking.blueprints.kit.filters import comma_list, day, moment, span_text
from booking.blueprints.kit.forms.edit_form import EditedRecord
from booking.blueprints.kit.forms.validators import CONFLICT, at_most, form_page, must, tidy_line
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_park, park_today
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.letters import activities as letters
from booking.parks.queries import park_calendar
from booking.people.models import Role
from booking.people.queries import enterprises_there
from booking.reservations.alternatives import alternatives
from booking.spaces.models import Kind, Space
from booking.spaces.queries import space_in_park, spaces_of_kind
from booking.values import Refusal, next_working_day


def replanned(activity: Activity, form: ActivityForm) -> ActivityPlan:
    """Give the plan of a published activity with what may change of it."""
    return ActivityPlan(
        kind=activity.kind,
        title=form.title.data or "",
        words=(form.words.data or "").strip(),
        audience=activity.audience,
        places=form.places.data or 1,
        space=activity.space,
        span=activity.span,
        sizes=activity.sizes,
        enterprise_ids=[one.id for one in activity.guests],
    )


def said_of(activity: Activity, zone: ZoneInfo) -> dict[str, object]:
    """Give what the form of an activity shows."""
    start, end = activity.starts_at.astimezone(zone), activity.ends_at.astimezone(zone)
    return {
        "kind": activity.kind.value,
        "title": activity.title,
        "words": activity.words,
        "audience": activity.audience.value,
        "sizes": [size.value for size in activity.sizes],
        "guest_ids": [one.id for one in activity.guests],
        "space_id": activity.space_id,
        "day": start.date(),
        "starts": start.hour * 60 + start.minute,
        "ends": end.hour * 60 + end.minute or 24 * 60,
        "places": activity.places,
        "release": "day" if activity.state is ActivityState.SCHEDULED else "draft",
        "publish_on": activity.publish_at.astimezone(zone).date() if activity.publish_at else None,
        "urgent_reason": activity.urgent_reason,
    }


class CallOffForm(FlaskForm):
    """Why an activity is called off; it stands in everybody's letter."""

    reason = StringField(
        _("原因"), [must(), at_most(200)], [tidy_line], description=_("写在给每个人的信里。")
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("办活动"), ActivityForm)
def new() -> ResponseReturnValue:
    """Plan one, from nothing or as a copy of another."""
    halls = _halls()
    if not halls:
        return render_template("activities/no_hall.html")
    said, proposed = _begun_with(halls)
    form = _offered(ActivityForm(**said), halls)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                now = clock.now()
                plan = form.plan(_hall(session, form), my_park().zone)
                made = plan_activity(session, plan, code=new_token(), by=actor(), now=now)
                _release(session, made, form, now)
        except Refusal as refusal:
            return _refused(form, refusal, None)
        flash(_done(made), "success")
        return redirect(url_for(".show", activity_id=made.id))
    return _page(form, None, proposed)


def _halls() -> list[Space]:
    return list(spaces_of_kind(db.session(), my_park().id, Kind.HALL))


def _hall(session: Session, form: ActivityForm) -> Space:
    return space_in_park(session, my_park().id, form.space_id.data) or abort(404)


def _offered(form: ActivityForm, halls: list[Space]) -> ActivityForm:
    there = enterprises_there(db.session(), my_park().id)
    form.offer(halls, [(one.id, one.short_name) for one in there])
    return form


def _begun_with(halls: list[Space]) -> tuple[dict[str, Any], str]:
    """Begin with a copy where one is asked for, on the first day that leaves time; say why that day."""
    copied, asked = request.args.get("copy", type=whole), day_or_none(request.args.get("day"))
    first, proposed = park_today() + timedelta(days=7), ""
    said: dict[str, Any] = {"space_id": halls[0].id, "places": min(20, halls[0].capacity)}
    if copied is not None:
        copy = activity_or_404(copied)
        hall = copy.space if copy.space in halls else halls[0]  # its own may be out of use by now
        said = said_of(copy, my_park().zone) | {"release": "draft", "publish_on": None, "urgent_reason": ""}
        said |= {"space_id": hall.id, "places": min(copy.places, hall.capacity)}
        if asked is None:
            asked, taken = same_time_again(db.session(), my_park(), hall, copy.span, first)
            proposed = _proposed(copy, asked, taken)
    return said | {"day": asked or _first_day(first)}, proposed


def _proposed(copy: Activity, found: date | None, taken: Sequence[date]) -> str:
    """Say that the copy is at the same weekday and time, and which days before it cannot be had."""
    if found is None:
        return gettext("往后半年，同一星期、同一时间会客厅都不空，请另选时间。")
    facts = {"like": moment(copy.starts_at), "day": day(found)}
    if not taken:
        return gettext("和上次（%(like)s）同一星期、同一时间：%(day)s，会客厅空着。", **facts)
    days = comma_list(day(one) for one in taken)
    return gettext(
        "和上次（%(like)s）同一星期、同一时间，下一个空着的是%(day)s；%(taken)s有别的安排、活动或休息。",
        taken=days,
        **facts,
    )


def _first_day(first: date) -> date:
    """Give the first working day from a week ahead on: time to hear of it, and to come."""
    calendar = park_calendar(db.session(), my_park().id)
    return next_working_day(calendar, first)


def _release(session: Session, activity: Activity, form: ActivityForm, now: datetime) -> None:
    """Publish it, now or on a day, or leave it a draft."""
    reason, by = form.urgent_reason.data or "", actor()
    if form.release.data == "now":
        publish(session, activity.id, reason, letter=letters.published, by=by, now=now)
    elif form.release.data == "day":
        schedule(session, activity.id, form.publish_at(my_park().zone), reason, by=by, now=now)
    else:
        hold_back(session, activity.id, by=by, now=now)


def _done(activity: Activity) -> str:
    if activity.state is ActivityState.PUBLISHED:
        return str(gettext("已公布，并通知受邀企业。"))
    if activity.state is ActivityState.SCHEDULED and activity.publish_at is not None:
        return str(gettext("已安排，%(when)s自动公布。", when=moment(activity.publish_at)))
    return str(gettext("已存为草稿，会客厅已留好。"))


def _refused(form: ActivityForm, refusal: Refusal, activity: Activity | None) -> ResponseReturnValue:
    """Say why, beside its field; who wanted a taken hall is told what is free instead."""
    if isinstance(refusal, HallTaken):
        put_beside(form, refusal, _instead(refusal))
        drawn, _code = _page(form, activity)
        return drawn, CONFLICT
    put_beside(form, refusal, _longer(refusal) if isinstance(refusal, HallClosedThen) else ())
    return _page(form, activity)


def _longer(closed: HallClosedThen) -> Sequence[tuple[str, str]]:
    """Let who may grant extended hours go and do so."""
    if me().role is not Role.ADMIN:
        return ()
    url = url_for("inventory.extend", space=closed.space_id, day=closed.day.isoformat())
    return [(gettext("批准延时开放"), url)]


def _instead(taken: HallTaken) -> Sequence[tuple[str, str]]:
    """Name other times of the hall, and other halls at that time; each fills a form in."""
    session, park = db.session(), my_park()
    hall = space_in_park(session, park.id, taken.space_id)
    if hall is None:
        return ()
    found = alternatives(session, park, hall, taken.span, clock.now())
    times = [f"{hall.name} {span_text(span)}" for span in found.times]
    halls = [f"{row.name} {span_text(taken.span)}" for row in found.spaces]
    return [(text, "#day") for text in [*halls, *times]]


def _page(form: ActivityForm, activity: Activity | None, proposed: str = "") -> tuple[str, int]:
    return form_page(
        "activities/edit.html",
        form,
        activity=activity,
        published="day" not in form,
        proposed=proposed,
        **draft_beside(form, activity),
    )


@blueprint.route("/<int:activity_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("修改活动"), ActivityForm)
def edit(activity_id: int) -> ResponseReturnValue:
    """Change what is said about one; once it is published, when and where it is stay."""
    activity = activity_or_404(activity_id)
    form = _edited(activity)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                now = clock.now()
                form.check(session)
                _change(session, activity_or_404(activity_id), form, now)
        except Refusal as refusal:
            return _refused(form, refusal, activity_or_404(activity_id))
        flash(gettext("已保存。"), "success")
        return redirect(url_for(".show", activity_id=activity_id))
    return _page(form, activity)


def _edited(activity: Activity) -> ActivityForm:
    activity_id = activity.id

    def shown() -> dict[str, Any]:
        return said_of(activity_or_404(activity_id), my_park().zone)

    names = {"starts_at": "starts", "ends_at": "ends", "publish_at": "publish_on"}
    record = EditedRecord("activity", activity_id, ((Activity, activity_id),), of_form=names)
    form = _offered(ActivityForm.of(record, shown), _halls())
    if activity.published_at is not None:
        form.keep_what_was_told()
    return form


def _change(session: Session, activity: Activity, form: ActivityForm, now: datetime) -> None:
    if "day" not in form:
        plan = replanned(activity, form)
        change_activity(session, activity.id, plan, letter=letters.moved_up, by=actor(), now=now)
        return
    plan = form.plan(_hall(session, form), my_park().zone)
    change_activity(session, activity.id, plan, letter=letters.moved_up, by=actor(), now=now)
    _release(session, activity, form, now)


@blueprint.route("/<int:activity_id>/call-off", methods=["GET", "POST"])
@allow(*STAFF)
@takes(_("取消活动"), CallOffForm)
def drop(activity_id: int) -> ResponseReturnValue:
    """Call it off, with a reason that everybody reads; a draft goes without one."""
    activity = activity_or_404(activity_id)
    form = CallOffForm()
    if activity.published_at is None:
        del form.reason
    if form.validate_on_submit():
        try:
            with transaction() as session:
                reason = (form.reason.data or "") if "reason" in form else ""
                call_off(session, activity_id, reason, letter=letters.called_off, by=actor(), now=clock.now())
        except Refusal as refusal:
            flash(wording(refusal), "warning")
        else:
            flash(gettext("已取消，会客厅已放出。"), "success")
        return redirect(url_for(".show", activity_id=activity_id))
    return form_page("activities/call_off.html", form, activity=activity)
