"""The administrator's side of bills: closing a month, payments, credit notes."""

from booking.blueprints.closing import invoice, months
from booking.blueprints.closing.months import blueprint

__all__ = ["blueprint", "invoice", "months"]
