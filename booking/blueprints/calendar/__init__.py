"""Day, month and a space's week; search by form or in one sentence; the price of a picked stretch."""

from booking.blueprints.calendar import day, month, say, search, together, week
from booking.blueprints.calendar.day import blueprint

__all__ = ["blueprint", "day", "month", "say", "search", "together", "week"]
