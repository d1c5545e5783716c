"""The register of idle places 闲置点; for the branch and the administrator."""

from booking.blueprints.idle_places import register, use
from booking.blueprints.idle_places.loading import blueprint

__all__ = ["blueprint", "register", "use"]
