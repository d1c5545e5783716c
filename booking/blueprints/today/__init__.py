"""My day: what is next, one large button, what it has cost this month."""

from booking.blueprints.today import acts, my_day, stays
from booking.blueprints.today.loading import blueprint

__all__ = ["acts", "blueprint", "my_day", "stays"]
