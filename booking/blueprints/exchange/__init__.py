"""Import and export of the inventory as CSV and XLSX; administrators only."""

from booking.blueprints.exchange.views import blueprint

__all__ = ["blueprint"]
