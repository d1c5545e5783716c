"""Pages of the inventory: areas, spaces, opening, special hours, what hangs at doors; administrators only."""

from booking.blueprints.inventory import areas, doors, opening, spaces, special_hours
from booking.blueprints.inventory.areas import blueprint

__all__ = ["areas", "blueprint", "doors", "opening", "spaces", "special_hours"]
