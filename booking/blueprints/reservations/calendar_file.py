"""A reservation as an entry for one's own calendar (RFC 5545)."""

from datetime import datetime

from flask import url_for
from flask.typing import ResponseReturnValue

from booking.blueprints.kit.access import TENANTS, allow
from booking.blueprints.kit.forms.reservation import ours_or_404
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.session import me
from booking.blueprints.reservations.new import blueprint
from booking.db import db
from booking.letters.calendar_entry import along_of, reservations_file
from booking.people.models import Role
from booking.reservations.history import changes_of
from booking.reservations.models import Reservation, ReservationState


@blueprint.get("/<int:reservation_id>/calendar.ics")
@allow(*TENANTS, Role.ADMIN)
def calendar_file(reservation_id: int) -> ResponseReturnValue:
    """Hand out the entry; taken again after a change, it replaces the former one."""
    reservation = ours_or_404(reservation_id)
    steps = changes_of(db.session(), reservation_id)
    changed = steps[-1].at if steps else reservation.created_at
    along = along_of([reservation]) if reservation.member_id == me().id else {}
    name = f"reservation-{reservation.id}.ics"
    file = reservations_file(name, [reservation], {reservation.id: changed}, along)
    return send_bytes(file.content, file.name, file.media_type, look=True)


TO_COME = (ReservationState.REQUESTED, ReservationState.BOOKED, ReservationState.IN_USE)


def calendar_url(reservation: Reservation, now: datetime) -> str:
    """Give the address of the entry of what is still to come; "" of what is over."""
    if reservation.state not in TO_COME or reservation.ends_at <= now:
        return ""
    return url_for("reservations.calendar_file", reservation_id=reservation.id)
