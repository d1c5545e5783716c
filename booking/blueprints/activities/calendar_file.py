"""An activity as an entry for one's own calendar, to take home."""

from flask.typing import ResponseReturnValue

from booking.activities.models import Activity
from booking.blueprints.activities.loading import activity_or_404, blueprint
from booking.blueprints.kit.access import SIGNED_IN, allow
from booking.blueprints.kit.http import send_bytes
from booking.letters.calendar_entry import calendar_entry


@blueprint.get("/<int:activity_id>/calendar.ics")
@allow(*SIGNED_IN)
def calendar(activity_id: int) -> ResponseReturnValue:
    """Hand out the calendar file."""
    return send_entry(activity_or_404(activity_id))


def send_entry(activity: Activity) -> ResponseReturnValue:
    """Answer with the file."""
    entry = calendar_entry(activity)
    return send_bytes(entry.content, entry.name, entry.media_type, look=True)
