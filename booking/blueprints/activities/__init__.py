"""Pages of activities: what is coming up, signing up, planning one, who came."""

from booking.blueprints.activities import (
    calendar_file,
    look,
    organising,
    papers,
    planning,
    shown,
    taking_part,
)
from booking.blueprints.activities.loading import blueprint
from booking.blueprints.activities.public import guests

__all__ = [
    "blueprint",
    "calendar_file",
    "guests",
    "look",
    "organising",
    "papers",
    "planning",
    "shown",
    "taking_part",
]
