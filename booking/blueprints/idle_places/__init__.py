"""The register of idle places 闲置点; for the branch and the administrator."""

from booking.blueprints.idle_places import register, use
from booking.blueprints.idle_places.place import blueprint

__all__ = ["blueprint", "register", "use"]
