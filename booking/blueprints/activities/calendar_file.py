"""An activity as an entry for one's own calendar (RFC 5545): taken again, it replaces the former."""

from urllib.parse import urlsplit

from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event

from booking.activities.models import Activity
from booking.blueprints.activities.loading import activity_or_404, blueprint
from booking.blueprints.kit.access import SIGNED_IN, allow
from booking.blueprints.kit.http import send_bytes
from booking.language import local_name
from booking.values.one_line import one_line

MAKER = "-//Shared service space//Activities//ZH"


@blueprint.get("/<int:activity_id>/calendar.ics")
@allow(*SIGNED_IN)
def calendar(activity_id: int) -> ResponseReturnValue:
    """Hand out the calendar file."""
    return entry_of(activity_or_404(activity_id))


def entry_of(activity: Activity) -> ResponseReturnValue:
    """Answer with the file."""
    file = Calendar()
    file.add("prodid", MAKER)
    file.add("version", "2.0")
    if activity.called_off_at is not None:
        file.add("method", "CANCEL")
    file.add_component(_entry(activity))
    return send_bytes(file.to_ical(), f"activity-{activity.id}.ics", "text/calendar", look=True)


def _entry(activity: Activity) -> Event:
    base, space = current_app.config["BASE_URL"], activity.space
    event = Event()
    event.add("uid", f"activity-{activity.id}@{urlsplit(base).hostname}")
    event.add("sequence", activity.revision)
    for name in ("dtstamp", "last-modified"):
        event.add(name, activity.changed_at)
    event.add("created", activity.created_at)
    event.add("status", "CANCELLED" if activity.called_off_at else "CONFIRMED")
    event.add("dtstart", activity.starts_at)
    event.add("dtend", activity.ends_at)
    event.add("summary", one_line(activity.title))
    park = local_name(space.park.name, space.park.name_en)
    event.add("location", one_line(f"{park} · {local_name(space.name, space.name_en)} · {space.code}"))
    event.add("url", base + url_for("activity_guests.show", activity_code=activity.code))
    return event
