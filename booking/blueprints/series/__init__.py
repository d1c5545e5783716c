"""Series: more than one reservation by one rule, and what becomes of them."""

from flask import Blueprint

blueprint = Blueprint("series", __name__, url_prefix="/reservations/series")

from booking.blueprints.series import change, extend, new, show  # noqa: E402, F401 - their routes need the blueprint first
