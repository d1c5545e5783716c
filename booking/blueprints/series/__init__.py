"""Series: more than one reservation by one rule, and what becomes of them."""

from booking.blueprints.series import change, new, show
from booking.blueprints.series.show import blueprint

__all__ = ["blueprint", "change", "new", "show"]
