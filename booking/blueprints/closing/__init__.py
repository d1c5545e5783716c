"""The administrator's side of bills: closing a month, payments, credit notes."""

from flask import Blueprint

from booking.blueprints.kit.labels.invoices import init_bill_words

blueprint = Blueprint("closing", __name__, url_prefix="/closing")
blueprint.record_once(lambda setup: init_bill_words(setup.app))

from booking.blueprints.closing import invoices, months  # noqa: E402, F401 - their routes need the blueprint first
