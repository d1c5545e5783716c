"""Why a hall is closed, as everybody reads: the title of what all may know of, else that something is on."""

from booking.activities.models import Activity, ActivityState, Audience

HELD = "园区活动"


def tell_the_hall(activity: Activity) -> None:
    """Write the reason: the title once it is published, and where it is for all enterprises."""
    known = activity.state is ActivityState.PUBLISHED and activity.audience is Audience.ALL
    activity.closure.reason = activity.title if known else HELD
