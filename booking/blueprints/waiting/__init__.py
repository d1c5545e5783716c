"""The waiting list: joining it, what is held, and who stands in the line of a space."""

from flask import Blueprint

blueprint = Blueprint("waiting", __name__, url_prefix="/waiting")

from booking.blueprints.waiting import join, line, show  # noqa: E402, F401 - their routes need the blueprint first
