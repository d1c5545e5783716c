"""The running month of an enterprise: every line explained, and open to question."""

from booking.blueprints.statement import month
from booking.blueprints.statement.month import blueprint, invoices_blueprint

__all__ = ["blueprint", "invoices_blueprint", "month"]
