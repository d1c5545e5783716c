"""From a form to a span and a price; what several pages of a reservation have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from booking.billing.quote import quote
from booking.billing.rules import NoTariff
from booking.blueprints.reservations.forms import DayForm, StoreForm
from booking.blueprints.signed_in import me, my_enterprise, my_enterprise_id, my_park
from booking.db import db
from booking.people.models import Role
from booking.reservations.queries import reservation_in
from booking.reservations.rules import local_instant, span_between, storage_span

if TYPE_CHECKING:
    from datetime import datetime

    from booking.billing.pricing import Quote
    from booking.reservations.models import Reservation
    from booking.spaces.models import Space
    from booking.values.span import Span


def span_of(form: DayForm | StoreForm, now: datetime) -> Span:
    """Read the times of a valid form; raises EndsBeforeItStarts, InThePast."""
    zone, day = my_park().zone, form.day.data
    assert day is not None  # noqa: S101 - the field is required
    if isinstance(form, StoreForm):
        return storage_span(day, form.until.data, now, zone)
    first, last = form.starts.minute, form.ends.minute
    return span_between(local_instant(day, first, zone), local_instant(day, last, zone))


def price_of(space: Space, span: Span) -> Quote:
    """Price it for the reader's enterprise; raises NoTariff."""
    return quote(db.session(), my_park(), my_enterprise(), space, span)


def price_or_none(space: Space, span: Span | None) -> Quote | None:
    """Price what can be priced; a page without a price is still a page."""
    if span is None:
        return None
    try:
        return price_of(space, span)
    except NoTariff:
        return None


def ours_or_404(reservation_id: int) -> Reservation:
    """Find a reservation that the reader may see: their enterprise's; for an administrator the park's."""
    found = reservation_in(db.session(), my_park().id, reservation_id)
    if found is None or (me().role != Role.ADMIN and found.enterprise_id != my_enterprise_id()):
        abort(404)
    return found
