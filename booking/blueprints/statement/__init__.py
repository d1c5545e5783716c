"""The running month of an enterprise: every line explained, and open to question."""

from booking.blueprints.statement import month
from booking.blueprints.statement.month import blueprint

__all__ = ["blueprint", "month"]
