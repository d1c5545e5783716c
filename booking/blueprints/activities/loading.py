"""The blueprint of activities, how one is found, and how it stands."""

from datetime import datetime

from flask import Blueprint, abort

from booking.activities.models import Activity, ActivityState
from booking.activities.queries import ActivityReader, activity_in_park
from booking.blueprints.kit.filters import span_text
from booking.blueprints.kit.labels.activities import activity_kind
from booking.blueprints.kit.session import me, my_park
from booking.db import db
from booking.language import gettext

blueprint = Blueprint("activities", __name__, url_prefix="/activities")


def reader() -> ActivityReader:
    """Tell who reads: a tenant sees what is for their enterprise, the park's people see all."""
    member = me()
    return ActivityReader(member.park_id, member.id, member.enterprise)


def activity_or_404(activity_id: int) -> Activity:
    """Find an activity of my park that is for me; any other is not found."""
    return activity_in_park(db.session(), my_park().id, activity_id, me().enterprise) or abort(404)


@blueprint.app_template_filter("activity_line")
def activity_line(activity: Activity) -> str:
    """Say in a line what is coming up."""
    facts = {"kind": activity_kind(activity.kind), "when": span_text(activity.span)}
    return str(gettext("活动 · %(kind)s · %(when)s", **facts))


def activity_mark(activity: Activity, now: datetime) -> tuple[str, str]:
    """Give the badge of an activity, label and tone; ("", "") where there is nothing to say."""
    if activity.state is ActivityState.DRAFT:
        return gettext("草稿"), ""
    if activity.state is ActivityState.SCHEDULED:
        return gettext("待公布"), ""
    if activity.state is ActivityState.CALLED_OFF:
        return gettext("已取消"), "warning"
    return (gettext("正在进行"), "accent") if activity.span.contains(now) else ("", "")


@blueprint.app_context_processor
def know_the_marks() -> dict[str, object]:
    """Give templates `activity_mark(activity, now)`."""
    return {"activity_mark": activity_mark}
