"""What hangs at a door: a tablet for a room, a screen for a hall, and a fault reported there."""

from booking.blueprints.door import fault, screens
from booking.blueprints.door.screens import blueprint

__all__ = ["blueprint", "fault", "screens"]
