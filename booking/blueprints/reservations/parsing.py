"""From a form to a span and a price; what several pages of a reservation have in common."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import abort
from flask_wtf import FlaskForm

from booking.audit.edit_conflict import EditConflict
from booking.blueprints.kit.converters import exact_or_none, minute_of
from booking.blueprints.kit.filters import moment
from booking.blueprints.kit.forms.edit_form import Beside, EditForm, Thing
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.responses import CONFLICT, UNPROCESSABLE
from booking.blueprints.kit.labels.prices import price_detail, price_text
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import put_beside, wording
from booking.blueprints.reservations.forms import (
    DayForm,
    EndForm,
    EndStoreForm,
    MoveForm,
    MoveStoreForm,
    StoreForm,
)
from booking.charges.pricing import Quote, quote
from booking.db import db
from booking.language import gettext, local_name
from booking.people.models import Role
from booking.reservations.booking_context import booking_context
from booking.reservations.models import Reservation
from booking.reservations.queries import is_free, reservation_in
from booking.reservations.refusals import NothingFree, OutOfDate, Taken
from booking.reservations.rules import (
    MINUTE,
    check_in_service,
    check_new,
    check_stretch,
    local_instant,
    span_between,
    storage_span,
)
from booking.reservations.space_queries import spaces_of_kind
from booking.spaces.models import Kind, Space
from booking.spaces.rules import Opening
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


def ours_or_404(reservation_id: int) -> Reservation:
    """Find a reservation that the reader may see: their enterprise's; for an administrator the park's."""
    found = reservation_in(db.session(), my_park().id, reservation_id)
    if found is None or (me().role != Role.ADMIN and found.enterprise_id != my_enterprise_id()):
        abort(404)
    return found


def say_no(form: FlaskForm, refusal: Refusal) -> int:
    """Put a refusal where it belongs, and tell the status: 409 for who came late, else 422.

    Who came late while the change was being kept is told what changed, like those before.
    """
    if isinstance(refusal, OutOfDate) and isinstance(form, EditForm):
        with suppress(EditConflict):
            form.check(db.session())
    put_beside(form, refusal)
    return CONFLICT if isinstance(refusal, EditConflict | OutOfDate | Taken | NothingFree) else UNPROCESSABLE


def move_form(reservation: Reservation, now: datetime, *, sent: bool = True) -> MoveForm | MoveStoreForm:
    """Make the form that moves it: whole days for a store, times of a day for the rest."""
    zone, reservation_id = my_park().zone, reservation.id

    def shown() -> dict[str, Any]:
        found = ours_or_404(reservation_id)
        day = found.starts_at.astimezone(zone).date()
        times = {
            "starts": minute_of(found.starts_at, day, zone),
            "ends": minute_of(found.ends_at, day, zone),
            "until": last_day(found),
        }
        return {"data": {"day": day, "space": found.space_id, **times}}

    storage = reservation.space.kind is Kind.STORAGE
    kind: type[MoveForm | MoveStoreForm] = MoveStoreForm if storage else MoveForm
    of_form = {"starts_at": "day" if storage else "starts", "ends_at": "until" if storage else "ends"}
    form = kind.of(
        Thing("reservation", reservation_id, of_form=of_form | {"space_id": "space"}), shown, sent=sent
    )
    offer_spaces(form, reservation, now)
    return form


def end_form(reservation: Reservation, *, sent: bool = True) -> EndForm | EndStoreForm:
    """Make the form that gives it another end; where and when it begins stands beside."""
    reservation_id = reservation.id

    def shown() -> dict[str, Any]:
        found = ours_or_404(reservation_id)
        return {"data": {"ends": found.ends_at.isoformat(), "until": last_day(found)}}

    def beside() -> dict[str, Beside]:
        found = ours_or_404(reservation_id)
        place = local_name(found.space.name, found.space.name_en)
        return {
            "space_id": Beside(gettext("空间"), str(found.space_id), place),
            "starts_at": Beside(gettext("开始"), found.starts_at.isoformat(), moment(found.starts_at)),
        }

    storage = reservation.space.kind is Kind.STORAGE
    kind: type[EndForm | EndStoreForm] = EndStoreForm if storage else EndForm
    thing = Thing(
        "reservation",
        reservation_id,
        beside=beside,
        of_form={"ends_at": "until" if storage else "ends"},
        say={"ends": lambda key: moment(exact_or_none(key) or reservation.ends_at)},
    )
    return kind.of(thing, shown, sent=sent)


def last_day(reservation: Reservation) -> date | None:
    """Give the last day of a store, or None where its end is open."""
    if reservation.open_ended:
        return None
    return (reservation.ends_at - MINUTE).astimezone(my_park().zone).date()


def offer_spaces(form: MoveForm | MoveStoreForm, reservation: Reservation, now: datetime) -> None:
    """Offer the spaces of the kind."""
    rows = spaces_of_kind(db.session(), my_park().id, reservation.space.kind, now)
    choices = [(row.id, f"{local_name(row.name, row.name_en)} · {row.area}") for row in rows]
    if reservation.space_id not in {row.id for row in rows}:
        choices.insert(0, (reservation.space_id, reservation.space.name))
    form.space.choices = options(choices)


class Priced(NamedTuple):
    """What `components/booking_price.html` shows; `problem` says why there is no price."""

    text: str = ""
    detail: str = ""
    when: str = ""
    problem: str | None = None


def judged(
    space: Space, opening: Opening, span: Span, now: datetime, moving: Reservation | None = None
) -> Quote:
    """Price what the rules allow and nobody else has; raises their refusal, Taken or NoTariff."""
    at = booking_context(db.session(), my_park(), space.kind, opening, span, now)
    check_in_service(space.retired_at, space.code, span)
    begun = moving is not None and moving.starts_at == span.start
    (check_stretch if begun else check_new)(span, at)
    if not is_free(db.session(), space, span, but=moving.id if moving else None):
        raise Taken(space.id, span, own=("reservation_id", moving.id) if moving else None)
    return quote(db.session(), my_park(), my_enterprise(), space, span)


def priced(
    space: Space, opening: Opening, span: Span, now: datetime, moving: Reservation | None = None
) -> Priced:
    """Say what a span costs, or why nobody can have it."""
    try:
        found = judged(space, opening, span, now, moving)
    except Refusal as refusal:
        return unpriced(refusal)
    return Priced(price_text(found), price_detail(found), times(span.start, span.end, space.kind))


def unpriced(refusal: Refusal) -> Priced:
    """Say why there is no price."""
    return Priced(problem=wording(refusal))


def price_in_form(
    space: Space,
    opening: Opening,
    span: Span | None,
    now: datetime,
    *,
    taken: Taken | None = None,
    moving: Reservation | None = None,
) -> Priced:
    """Price what a form holds; what was refused as taken is not judged again."""
    if taken is not None:
        return unpriced(taken)
    return Priced() if span is None else priced(space, opening, span, now, moving)
