"""Pages of activities: what is coming up, signing up, planning one, who came."""

from booking.blueprints.activities import drafting, planning, shown, taking_part
from booking.blueprints.activities.public import guests
from booking.blueprints.activities.shown import blueprint

__all__ = ["blueprint", "drafting", "guests", "planning", "shown", "taking_part"]
