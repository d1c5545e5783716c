"""My day: what is next, one large button, what it has cost this month."""

from booking.blueprints.today import my_day, stays
from booking.blueprints.today.stays import blueprint

__all__ = ["blueprint", "my_day", "stays"]
