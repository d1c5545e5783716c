"""The administrator's day: everybody's reservations and stays, approvals, corrections."""

from booking.blueprints.front_desk import day, reservations, stays
from booking.blueprints.front_desk.loading import blueprint

__all__ = ["blueprint", "day", "reservations", "stays"]
