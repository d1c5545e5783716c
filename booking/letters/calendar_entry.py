"""An activity as an entry for one's own calendar (RFC 5545): taken again, it replaces the former."""

from urllib.parse import urlsplit

from flask import current_app
from icalendar import Calendar, Event

from booking.activities.models import Activity
from booking.language import local_name
from booking.mail.outbox import LetterFile
from booking.values.one_line import one_line

MAKER = "-//Shared service space//Activities//ZH"
MEDIA_TYPE = "text/calendar"


def calendar_entry(activity: Activity) -> LetterFile:
    """Give the file, in the current language; of one that is called off it takes the entry back."""
    file = Calendar()
    file.add("prodid", MAKER)
    file.add("version", "2.0")
    if activity.called_off_at is not None:
        file.add("method", "CANCEL")
    file.add_component(_entry(activity))
    return LetterFile(f"activity-{activity.id}.ics", MEDIA_TYPE, file.to_ical())


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
    event.add("url", f"{base}/a/{activity.code}")
    return event
