"""Asking for a space, and changing what was asked for."""

from flask import Blueprint

blueprint = Blueprint("reservations", __name__, url_prefix="/reservations")

from booking.blueprints.reservations import calendar_file, change, guests, new, pool, show  # noqa: E402, F401 - their routes need the blueprint first
