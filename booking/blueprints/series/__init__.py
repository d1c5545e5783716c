"""Series: more than one reservation by one rule, and what becomes of them."""

from booking.blueprints.series import cancel, change, extend, new, show
from booking.blueprints.series.show import blueprint

__all__ = ["blueprint", "cancel", "change", "extend", "new", "show"]
