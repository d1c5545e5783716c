"""Pages of needs: say one, follow it, work on it; matters, liaisons and their cards."""

from booking.blueprints.needs import ask, follow, show, work
from booking.blueprints.needs.loading import blueprint

__all__ = ["ask", "blueprint", "follow", "show", "work"]
