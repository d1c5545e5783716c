"""Pages of needs: say one, follow it, work on it; matters, liaisons and their cards."""

from booking.blueprints.needs import ask, liaisons, lists, matters, show
from booking.blueprints.needs.lists import blueprint

__all__ = ["ask", "blueprint", "liaisons", "lists", "matters", "show"]
