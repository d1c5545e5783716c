"""The floor plan of an area at a chosen time, and where an administrator lays its spaces."""

from flask import Blueprint

blueprint = Blueprint("plans", __name__, url_prefix="/plan")

from booking.blueprints.plans import edit, show  # noqa: E402, F401 - routes need the blueprint first
