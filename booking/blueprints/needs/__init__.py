"""Pages of needs: say one, follow it, work on it; matters, liaisons and their cards."""

from booking.blueprints.needs import ask, cards, extend, follow, liaisons, matters, show, trend, visits, work
from booking.blueprints.needs.loading import blueprint

__all__ = [
    "ask",
    "blueprint",
    "cards",
    "extend",
    "follow",
    "liaisons",
    "matters",
    "show",
    "trend",
    "visits",
    "work",
]
