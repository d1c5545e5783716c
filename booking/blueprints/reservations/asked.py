"""From a form to a span and a price; what several pages of a reservation have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from booking.billing.quote import quote
from booking.billing.rules import NoTariff
from booking.blueprints.calendar_words import local_name
from booking.blueprints.form_fields import options
from booking.blueprints.kit.answers import CONFLICT, UNPROCESSABLE
from booking.blueprints.messages import put_beside
from booking.blueprints.reservations.forms import DayForm, MoveForm, MoveStoreForm, StoreForm
from booking.blueprints.signed_in import me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.wall_time import minute_of
from booking.db import db
from booking.people.models import Role
from booking.reservations.queries import reservation_in
from booking.reservations.refusals import NothingFree, OutOfDate, Taken
from booking.reservations.rules import MINUTE, local_instant, span_between, storage_span
from booking.reservations.space_queries import spaces_of_kind
from booking.spaces.models import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from flask_wtf import FlaskForm

    from booking.billing.pricing import Quote
    from booking.reservations.models import Reservation
    from booking.spaces.models import Space
    from booking.values.refusal import Refusal
    from booking.values.span import Span


def span_of(form: DayForm | StoreForm, now: datetime) -> Span:
    """Read the times of a valid form; raises EndsBeforeItStarts, InThePast."""
    zone, day = my_park().zone, form.day.data
    assert day is not None  # noqa: S101 - the field is required
    if isinstance(form, StoreForm):
        return storage_span(day, form.until.data, now, zone)
    first, last = form.starts.data or 0, form.ends.data or 0
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


def say_no(form: FlaskForm, refusal: Refusal) -> int:
    """Put a refusal where it belongs, and tell the status: 409 for who came late, else 422.

    A page that was out of date gets the version there is: who has seen what changed may send it again.
    """
    if isinstance(refusal, OutOfDate):
        form.version.data = str(refusal.version)
    put_beside(form, refusal)
    return CONFLICT if isinstance(refusal, OutOfDate | Taken | NothingFree) else UNPROCESSABLE


def sent_move_form(reservation: Reservation, now: datetime) -> MoveForm | MoveStoreForm:
    """Make the form that was sent: whole days for a store, times of a day for the rest."""
    form = MoveStoreForm() if reservation.space.kind is Kind.STORAGE else MoveForm()
    offer_spaces(form, reservation, now)
    return form


def move_form(reservation: Reservation, space_id: int, now: datetime) -> MoveForm | MoveStoreForm:
    """Fill the form with what is agreed now."""
    zone = my_park().zone
    day = reservation.starts_at.astimezone(zone).date()
    form: MoveForm | MoveStoreForm
    if reservation.space.kind is Kind.STORAGE:
        form = MoveStoreForm(formdata=None)
        form.until.data = (
            None if reservation.open_ended else (reservation.ends_at - MINUTE).astimezone(zone).date()
        )
    else:
        form = MoveForm(formdata=None)
        form.starts.data = minute_of(reservation.starts_at, day, zone)
        form.ends.data = minute_of(reservation.ends_at, day, zone)
    form.day.data, form.version.data = day, str(reservation.version)
    form.space.data = space_id
    offer_spaces(form, reservation, now)
    return form


def offer_spaces(form: MoveForm | MoveStoreForm, reservation: Reservation, now: datetime) -> None:
    """Offer the spaces of the kind."""
    rows = spaces_of_kind(db.session(), my_park().id, reservation.space.kind, now)
    choices = [(row.id, f"{local_name(row.name, row.name_en)} · {row.area}") for row in rows]
    if reservation.space_id not in {row.id for row in rows}:
        choices.insert(0, (reservation.space_id, reservation.space.name))
    form.space.choices = options(choices)
