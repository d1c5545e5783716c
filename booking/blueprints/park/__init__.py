"""The park's own things: particulars, working days, letters, and the trail of changes."""

from booking.blueprints.park import particulars, trail, year
from booking.blueprints.park.particulars import blueprint

__all__ = ["blueprint", "particulars", "trail", "year"]
