"""The park's own things: particulars, working days, letters, and the trail of changes."""

from booking.blueprints.park import letters, particulars, trail, year
from booking.blueprints.park.particulars import blueprint

__all__ = ["blueprint", "letters", "particulars", "trail", "year"]
