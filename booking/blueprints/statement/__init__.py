"""The running month of an enterprise: every line explained, and open to question."""

from flask import Blueprint

blueprint = Blueprint("statement", __name__, url_prefix="/statement")

from booking.blueprints.statement import month, questions  # noqa: E402, F401 - their routes need the blueprint first
