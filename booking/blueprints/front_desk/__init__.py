"""The administrator's day: everybody's reservations and stays, approvals, corrections."""

from booking.blueprints.front_desk import day, requests, reservations
from booking.blueprints.front_desk.reservations import blueprint

__all__ = ["blueprint", "day", "requests", "reservations"]
