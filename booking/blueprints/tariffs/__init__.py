"""Prices: the versions of each kind and space, and the editor with its worked example."""

from flask import Blueprint

blueprint = Blueprint("tariffs", __name__, url_prefix="/tariffs")

from booking.blueprints.tariffs import editor, versions  # noqa: E402, F401 - their routes need the blueprint first
