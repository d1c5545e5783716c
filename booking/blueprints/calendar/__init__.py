"""The day page, the week page of one space, search, and the price beside a picked stretch."""

from flask import Blueprint

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")

from booking.blueprints.calendar import day, price, search, week  # noqa: E402, F401 - routes need the blueprint first
