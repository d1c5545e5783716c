"""The floor plan of an area at a chosen time, and where an administrator lays its spaces."""

from booking.blueprints.plans import edit, show
from booking.blueprints.plans.show import blueprint, pictures_blueprint

__all__ = ["blueprint", "edit", "pictures_blueprint", "show"]
