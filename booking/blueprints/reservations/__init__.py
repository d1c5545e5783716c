"""Asking for a space, and changing what was asked for."""

from flask import Blueprint

blueprint = Blueprint("reservations", __name__, url_prefix="/reservations")

from booking.blueprints.reservations import (  # noqa: E402 - routes need the blueprint first
    calendar_file,  # noqa: F401
    change_end,  # noqa: F401
    listing,  # noqa: F401
    move,  # noqa: F401
    new,  # noqa: F401
    pool,  # noqa: F401
    show,  # noqa: F401
)
