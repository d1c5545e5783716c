"""The blueprint of the front desk, and what its views need."""

from flask import Blueprint, abort

from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.reservations.models import Reservation
from booking.usage.front_desk_queries import reservation_in_park
from booking.usage.models import Stay
from booking.usage.queries import stay_in_park

blueprint = Blueprint("front_desk", __name__, url_prefix="/front-desk")


def reservation_or_404(reservation_id: int) -> Reservation:
    """Find a reservation of my park; another park's is not found."""
    return reservation_in_park(db.session(), my_park().id, reservation_id) or abort(404)


def stay_or_404(stay_id: int) -> Stay:
    """Find a stay of my park; another park's is not found."""
    return stay_in_park(db.session(), my_park().id, stay_id) or abort(404)
