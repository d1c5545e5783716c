"""How much is used, and when; for the administrator and the branch. These pages know no enterprise."""

from booking.blueprints.utilisation import changes, parts, show
from booking.blueprints.utilisation.filter import blueprint

__all__ = ["blueprint", "changes", "parts", "show"]
