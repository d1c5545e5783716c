"""Pages of activities: what is coming up, signing up, planning one, who came."""

from booking.blueprints.activities import planning, shown, taking_part
from booking.blueprints.activities.loading import blueprint

__all__ = ["blueprint", "planning", "shown", "taking_part"]
