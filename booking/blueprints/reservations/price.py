"""The price of what is in a form, or why there is none: the same for who types and for who sends."""

from datetime import datetime
from typing import NamedTuple

from booking.blueprints.kit.labels.prices import price_detail, price_text
from booking.blueprints.kit.labels.reservations import times
from booking.blueprints.kit.session import my_enterprise, my_park
from booking.blueprints.messages import wording
from booking.charges.pricing import Quote
from booking.charges.quote import quote
from booking.db import db
from booking.reservations.booking_context import booking_context
from booking.reservations.models import Reservation
from booking.reservations.queries import is_free
from booking.reservations.refusals import Taken
from booking.reservations.rules import check_in_service, check_new, check_stretch
from booking.spaces.models import Space
from booking.spaces.rules import Opening
from booking.values.refusal import Refusal
from booking.values.span import Span


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
