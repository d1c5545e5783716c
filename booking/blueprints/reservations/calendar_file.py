"""A reservation as an entry for one's own calendar (RFC 5545)."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event

from booking.blueprints.kit.access import allow
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.reservations import SECOND
from booking.blueprints.kit.session import my_park
from booking.blueprints.reservations import blueprint
from booking.blueprints.reservations.forms import ours_or_404
from booking.blueprints.reservations.new import TENANTS
from booking.db import db
from booking.language import gettext, local_name
from booking.people.models import Role
from booking.reservations.models import Reservation, ReservationState
from booking.reservations.queries import changes_of
from booking.spaces.models import Kind
from booking.values.one_line import one_line

MAKER = "-//Shared service space//Reservations//ZH"


@blueprint.get("/<int:reservation_id>/calendar.ics")
@allow(*TENANTS, Role.ADMIN)
def calendar_file(reservation_id: int) -> ResponseReturnValue:
    """Hand out the entry; taken again after a change, it replaces the former one."""
    reservation = ours_or_404(reservation_id)
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add_component(_entry(reservation))
    return send_bytes(calendar.to_ical(), f"reservation-{reservation.id}.ics", "text/calendar", look=True)


TO_COME = (ReservationState.REQUESTED, ReservationState.BOOKED, ReservationState.IN_USE)


def calendar_url(reservation: Reservation, now: datetime) -> str:
    """Give the address of the entry of what is still to come; "" of what is over."""
    if reservation.state not in TO_COME or reservation.ends_at <= now:
        return ""
    return url_for("reservations.calendar_file", reservation_id=reservation.id)


STATUS = {ReservationState.REQUESTED: "TENTATIVE"} | dict.fromkeys(
    (ReservationState.CANCELLED, ReservationState.DECLINED, ReservationState.NO_SHOW), "CANCELLED"
)


def _entry(reservation: Reservation) -> Event:
    base = current_app.config["BASE_URL"]
    steps = changes_of(db.session(), reservation.id)
    changed = steps[-1].at if steps else reservation.created_at
    event = Event()
    event.add("uid", f"reservation-{reservation.id}@{urlsplit(base).hostname}")
    event.add("sequence", reservation.version - 1)
    for name in ("dtstamp", "last-modified"):
        event.add(name, changed)
    event.add("created", reservation.created_at)
    event.add("status", STATUS.get(reservation.state, "CONFIRMED"))
    _add_times(event, reservation)
    _add_words(event, reservation)
    event.add("url", base + url_for("reservations.show", reservation_id=reservation.id))
    return event


DAY = timedelta(days=1)


def _add_times(event: Event, reservation: Reservation) -> None:
    """Say when, in UTC; a store is kept for whole local days, which keep nobody from anything."""
    if reservation.space.kind is not Kind.STORAGE:
        event.add("dtstart", reservation.starts_at)
        event.add("dtend", reservation.ends_at)
        return
    zone = my_park().zone
    event.add("dtstart", reservation.starts_at.astimezone(zone).date())
    if not reservation.open_ended:
        last = (reservation.ends_at - SECOND).astimezone(zone).date()
        event.add("dtend", last + DAY)
    event.add("transp", "TRANSPARENT")


def _add_words(event: Event, reservation: Reservation) -> None:
    space, park = reservation.space, my_park()
    name = local_name(space.name, space.name_en)
    event.add("summary", one_line(f"{name} · {reservation.purpose}" if reservation.purpose else name))
    area = local_name(space.area.name, space.area.name_en)
    event.add("location", one_line(f"{local_name(park.name, park.name_en)} · {area} · {space.code}"))
    if reservation.open_ended:
        event.add("description", gettext("从这一天起，到退租为止。"))
