"""The administrator's day: everybody's reservations and stays, approvals, corrections."""

from flask import Blueprint

blueprint = Blueprint("front_desk", __name__, url_prefix="/front-desk")

from booking.blueprints.front_desk import day, requests, reservations, stays  # noqa: E402, F401 - their routes need the blueprint first
