"""Asking for a space, and changing what was asked for."""

from booking.blueprints.reservations import change, end, guests, new, pool, show
from booking.blueprints.reservations.new import blueprint

__all__ = ["blueprint", "change", "end", "guests", "new", "pool", "show"]
