"""What a reservation would cost and by when it would be answered, before it is made."""

from datetime import datetime
from typing import NamedTuple

from booking.blueprints.kit.labels.prices import price_detail, price_text
from booking.blueprints.kit.labels.quotas import quota_left_label
from booking.blueprints.kit.labels.reservations import asks_first, asks_sentence, held_too_label, times
from booking.blueprints.kit.session import me, my_enterprise, my_enterprise_id, my_park
from booking.blueprints.messages import wording
from booking.charges.pricing import Quote, quote
from booking.db import db
from booking.reservations import rules
from booking.reservations.approval.promise import promise
from booking.reservations.approval.rules import Booking
from booking.reservations.booking_context import booking_context
from booking.reservations.models import Reservation
from booking.reservations.quotas.quotas import quota_left
from booking.reservations.quotas.rules import check_left
from booking.reservations.refusals import Taken
from booking.reservations.upcoming import free_and_own
from booking.spaces.models import Space
from booking.spaces.rules import Opening
from booking.tariffs.in_force import PricedSpace
from booking.values.refusal import Refusal
from booking.values.span import Span


def price_of(space: PricedSpace, span: Span) -> Quote:
    """Price it for the reader's enterprise; raises NoTariff."""
    return quote(db.session(), my_park(), my_enterprise(), space, span)


class Priced(NamedTuple):
    """What `components/booking_price.html` shows; `problem` says why there is no price."""

    text: str = ""
    detail: str = ""
    when: str = ""
    problem: str | None = None
    warning: str = ""  # what who books it would hold at the same time
    quota: str = ""  # what the quotas leave
    asks: str = ""  # that it takes the manager's consent, in a sentence


def judged(
    space: Space, opening: Opening, span: Span, now: datetime, moving: Reservation | None = None
) -> tuple[Quote, str, str, str]:
    """Price what the rules allow and nobody else has; say what else is held, what quotas leave, who is asked.

    Raises their refusal, Taken, OverQuota, NoTariff, or NeedsManager of what is booked and would become more.
    """
    at = booking_context(db.session(), my_park(), space.kind, opening, now)
    rules.check_in_service(space.retired_at, space.code, span)
    begun = moving is not None and moving.starts_at == span.start
    (rules.check_stretch if begun else rules.check_new)(span, at)
    who, but = (moving.member, moving.id) if moving else (me(), None)
    free, own = free_and_own(db.session(), space, span, who.id, but=but)
    if not free:
        raise Taken(space.id, span, own=("reservation_id", moving.id) if moving else None)
    left = quota_left(db.session(), space, span, my_enterprise_id(), who.id, but=but)
    check_left(left)
    price = price_of(space, span)
    wish = Booking.at(space.id, space.kind, span, price.total)
    asks = asks_sentence(wish, park_approves=opening.needs_approval, moving=moving)
    return price, held_too_label(own, who), quota_left_label(left), asks


def priced(
    space: Space, opening: Opening, span: Span, now: datetime, moving: Reservation | None = None
) -> Priced:
    """Say what a span costs, or why nobody can have it."""
    try:
        found, *said = judged(space, opening, span, now, moving)
    except Refusal as refusal:
        return unpriced(refusal)
    when = times(span.start, span.end, space.kind)
    return Priced(price_text(found), price_detail(found), when, None, *said)


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


def promise_before(space: Space, opening: Opening, span: Span | None, now: datetime) -> datetime | None:
    """Tell by when the park would answer, if it were asked now; None where it is not, or not yet."""
    if not opening.needs_approval or asks_first(space.kind, None, park_approves=False):
        return None
    start = span.start if span and span.start > now else None
    return promise(db.session(), space.park_id, space.kind, start, now)
