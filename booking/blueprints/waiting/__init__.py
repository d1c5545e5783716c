"""The waiting list: joining it, what is held, and who stands in the line of a space."""

from booking.blueprints.waiting import join, show
from booking.blueprints.waiting.show import blueprint

__all__ = ["blueprint", "join", "show"]
