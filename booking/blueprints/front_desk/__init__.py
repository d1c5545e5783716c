"""The administrator's day: everybody's reservations and stays, approvals, corrections."""

from booking.blueprints.front_desk import day, reservations, stays
from booking.blueprints.front_desk.counter import blueprint

__all__ = ["blueprint", "day", "reservations", "stays"]
