"""The blueprint of "my day", and what its views need."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort

from booking.blueprints.kit.converters import exact_or_none
from booking.blueprints.kit.labels.reservations import (
    change_name,
    door_name,
    ending_name,
    how_it_ended,
    place_name,
    planned_text,
    state_mark,
    way_to,
)
from booking.blueprints.kit.session import me, my_enterprise_id
from booking.db import db
from booking.people.models import Enterprise
from booking.reservations.models import Reservation
from booking.reservations.rules import MINUTES_OF_DAY, local_instant
from booking.usage.models import Stay
from booking.usage.my_day_queries import reservation_of_enterprise
from booking.usage.queries import stay_of_enterprise
from booking.values.span import Span

blueprint = Blueprint("today", __name__, url_prefix="/today")

blueprint.app_template_filter("place_name")(place_name)
blueprint.app_template_filter("door_name")(door_name)
blueprint.app_template_filter("state_mark")(state_mark)
blueprint.app_template_filter("ending_name")(ending_name)
blueprint.app_template_filter("how_it_ended")(how_it_ended)
blueprint.app_template_filter("change_name")(change_name)
blueprint.app_template_filter("planned_text")(planned_text)


@blueprint.app_context_processor
def know_the_ways() -> dict[str, Any]:
    """Give templates `way_to(endpoint, …)`."""
    return {"way_to": way_to}


@blueprint.app_template_filter("planned_span")
def planned_span(reservation: Reservation) -> Span:
    """Give what was reserved, for `span_text`."""
    return Span(reservation.starts_at, reservation.ends_at)


@blueprint.app_template_filter("wall")
def wall(instant: datetime) -> str:
    """Write an instant as forms send it: 2026-11-03T10:07+00:00."""
    return instant.isoformat(timespec="minutes")


def read_instant(text: str | None) -> datetime | None:
    """Read what `wall` writes; None for anything else."""
    return exact_or_none(text)


def local_day_of(now: datetime, zone: ZoneInfo, days: int = 0) -> Span:
    """Give the park's day, or one so many days later."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return Span(local_instant(day, 0, zone), local_instant(day, MINUTES_OF_DAY, zone))


def my_enterprise() -> Enterprise:
    """Give the tenant's enterprise; only where the route lets nobody but tenants in."""
    return me().enterprise or abort(403)


def my_stay_or_404(stay_id: int) -> Stay:
    """Find a stay of my enterprise; another's is not found."""
    return stay_of_enterprise(db.session(), my_enterprise_id(), stay_id) or abort(404)


def my_reservation_or_404(reservation_id: int) -> Reservation:
    """Find a reservation of my enterprise; another's is not found."""
    return reservation_of_enterprise(db.session(), my_enterprise_id(), reservation_id) or abort(404)
