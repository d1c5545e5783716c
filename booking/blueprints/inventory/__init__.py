"""Pages of the inventory: areas, spaces, opening rules, closures and labels; administrators only."""

from booking.blueprints.inventory import areas, closures, devices, extended, labels, opening, spaces
from booking.blueprints.inventory.loading import blueprint

__all__ = ["areas", "blueprint", "closures", "devices", "extended", "labels", "opening", "spaces"]
