"""Prices: the versions of each kind and space, and the editor with its worked example."""

from flask import Blueprint

from booking.blueprints.kit.labels.bands import band_name

blueprint = Blueprint("tariffs", __name__, url_prefix="/tariffs")
blueprint.add_app_template_filter(band_name)

from booking.blueprints.tariffs import editor, versions  # noqa: E402, F401 - their routes need the blueprint first
