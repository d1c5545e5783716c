"""What a search gives: what is free, else what is free instead, else why nothing could be and what could."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.blueprints.kit.availability import Criteria, Offer, OtherTime, offers, other_time
from booking.blueprints.kit.session import my_park
from booking.db import db
from booking.reservations.alternatives import free_and_allowed, may_be_had, nearest_among
from booking.reservations.booking_context import booking_context
from booking.reservations.nearest import MOST_DAYS, nearest_allowed
from booking.reservations.refusals import NoSuchSpace, TooManyPeople
from booking.reservations.rules import BookingContext, check_new
from booking.reservations.space_queries import (
    SpaceFilter,
    SpaceRow,
    fitting_spaces,
    largest_of_kinds,
    space_rows,
)
from booking.spaces.models import Kind
from booking.spaces.queries import rules_for
from booking.spaces.rules import Opening
from booking.values.span import Span


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: offers of this page, how many there are, or what is free instead."""

    span: Span
    offers: Sequence[Offer]
    count: int
    times: Sequence[OtherTime] = ()
    similar: Sequence[Offer] = ()
    smaller: bool = False  # the similar ones do not seat as many


MOST_COMPARED = 40
MOST_SIMILAR = 3


def find(kind: Kind, span: Span, wanted: SpaceFilter, shown: slice, now: datetime, wish: Criteria) -> Found:
    """Look for what is free, and offer those of this page.

    Raises TooManyPeople or NoSuchSpace where no space of the kind would ever do, and what the rules refuse
    where none that would do may be had then.
    """
    session, park = db.session(), my_park()
    usable = free_and_allowed(session, park, kind, span, now, wanted)
    if usable:
        ids = [row.id for row in usable]
        return Found(span, offers(ids[shown], span, wish), len(ids))
    fitting = space_rows(session, fitting_spaces(session, park.id, kind, now, wanted))
    if not fitting:
        raise _none_fits(kind, wanted, now)
    _check_rules(kind, fitting, span, now)
    times = nearest_among(session, park, fitting[:MOST_COMPARED], span, now)
    as_large = free_and_allowed(session, park, kind, span, now, SpaceFilter(wanted.people))
    similar = as_large or free_and_allowed(session, park, kind, span, now, SpaceFilter())
    return Found(
        span,
        (),
        0,
        [other_time(row, time, wish) for row, time in times],
        offers([row.id for row in similar[-MOST_SIMILAR:]], span, wish),
        smaller=not as_large,
    )


def _none_fits(kind: Kind, wanted: SpaceFilter, now: datetime) -> TooManyPeople | NoSuchSpace:
    largest = largest_of_kinds(db.session(), my_park().id, now).get(kind, 0)
    if 0 < largest < wanted.people:
        return TooManyPeople(wanted.people, largest)
    return NoSuchSpace(field="equipment" if wanted.equipment else "area" if wanted.area_id else None)


def _check_rules(kind: Kind, rows: Sequence[SpaceRow], span: Span, now: datetime) -> None:
    """Raise the refusal of the rule that holds for most of these spaces, where the rule of none allows it."""
    rules = _circumstances(kind, rows, now)
    if not any(may_be_had(span, at) for at in rules):
        check_new(span, rules[0])


def nearest_for(kind: Kind, wanted: SpaceFilter, span: Span, now: datetime) -> Span | None:
    """Give the nearest span that the rule of some space that would do allows."""
    session, park = db.session(), my_park()
    rows = space_rows(session, fitting_spaces(session, park.id, kind, now, wanted))
    found = [near for at in _circumstances(kind, rows, now) if (near := nearest_allowed(span, at))]
    return min(found, key=lambda near: _distance(near, span), default=None)


def _distance(near: Span, span: Span) -> timedelta:
    return abs(near.start - span.start) + abs(near.length - span.length)


ONE_DAY = timedelta(days=1)


def _circumstances(kind: Kind, rows: Sequence[SpaceRow], now: datetime) -> Sequence[BookingContext]:
    """Gather what holds under each rule of these spaces, that of most of them first."""
    session, park = db.session(), my_park()
    rules = rules_for(session, park.id)
    openings: Counter[Opening] = Counter(rules.of(row.id, kind) for row in rows)
    ahead = max((opening.horizon_days for opening in openings), default=0) + MOST_DAYS
    near = Span(now - ONE_DAY, now + ahead * ONE_DAY)
    at = booking_context(session, park, kind, rules.kind(kind), near, now)
    return [replace(at, opening=opening) for opening, _ in openings.most_common()]
