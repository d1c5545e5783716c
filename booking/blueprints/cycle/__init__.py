"""The pages of the cycle 11530: an enterprise's list and month so far; the rhythm, calls, evaluation."""

from flask import Blueprint

blueprint = Blueprint("cycle", __name__, url_prefix="/cycle")

from booking.blueprints.cycle import calls, evaluation, own_list, own_month_to_date, timeline  # noqa: E402, F401 - their routes need the blueprint first
