"""Day, month and a space's week; search by form or in one sentence; the price of a picked stretch."""

from flask import Blueprint

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")

from booking.blueprints.calendar import (  # noqa: E402 - routes need the blueprint first
    day,  # noqa: F401
    free_days,  # noqa: F401
    price,  # noqa: F401
    say,  # noqa: F401
    search,  # noqa: F401
    together,  # noqa: F401
    week,  # noqa: F401
)
