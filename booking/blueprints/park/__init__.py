"""The park's own things: particulars, working days, letters, and the trail of changes."""

from flask import Blueprint

blueprint = Blueprint("park", __name__, url_prefix="/park")

from booking.blueprints.park import letters, particulars, trail, year  # noqa: E402, F401 - they need it
