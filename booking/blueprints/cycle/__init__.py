"""The pages of the cycle 11530: an enterprise's list of the month."""

from flask import Blueprint

blueprint = Blueprint("cycle", __name__, url_prefix="/cycle")

from booking.blueprints.cycle import own_list  # noqa: E402, F401 - its routes need the blueprint first
