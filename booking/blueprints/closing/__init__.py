"""The administrator's side of bills: closing a month, payments, credit notes."""

from flask import Blueprint

blueprint = Blueprint("closing", __name__, url_prefix="/closing")

from booking.blueprints.closing import invoices, months  # noqa: E402, F401 - their routes need the blueprint first
