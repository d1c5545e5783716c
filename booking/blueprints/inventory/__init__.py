"""Pages of the inventory: areas, spaces, opening rules, closures and door_labels; administrators only."""

from booking.blueprints.inventory import areas, closures, devices, door_labels, extended, opening, spaces
from booking.blueprints.inventory.loading import blueprint

__all__ = ["areas", "blueprint", "closures", "devices", "door_labels", "extended", "opening", "spaces"]
