"""Questions that tenants ask about lines of their statements, and the park's answers."""

from flask import Blueprint

blueprint = Blueprint("disputes", __name__, url_prefix="/disputes")

from booking.blueprints.disputes import answering  # noqa: E402, F401 - its routes need the blueprint first
