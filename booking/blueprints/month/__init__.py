"""The branch's month on one page: at its desk, on a projector, as a picture and on paper."""

from booking.blueprints.month import show, why, why_cycle, why_use
from booking.blueprints.month.show import blueprint

__all__ = ["blueprint", "show", "why", "why_cycle", "why_use"]
