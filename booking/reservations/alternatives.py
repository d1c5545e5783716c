"""What to offer who did not get what they asked for: the nearest free times, and similar spaces."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.reservations.busy_times import busy_between
from booking.reservations.nearest import StartGrid, day_start, gaps, nearest
from booking.reservations.queries import claims_of_kind, parts_of_wholes
from booking.reservations.reserve import ONE_DAY, booking_context
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, BookingContext, check_new, local_instant
from booking.reservations.space_queries import SpaceFilter, SpaceRow, fitting_rows, spaces_taken
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rules_for
from booking.spaces.rules import Opening
from booking.values import FAR_FUTURE, Refusal, Span, local_day


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Other times for the same space, the nearest first; other spaces at the same time, the likest first."""

    times: Sequence[Span]
    spaces: Sequence[SpaceRow]


class Asker(NamedTuple):
    """For whom something is looked for."""

    people: int = 1
    moves: int | None = None  # the reservation that would move there; what it holds is not in its own way
    at_once: bool = False  # what the park has to approve first will not do


ANYBODY = Asker()


DAYS_AHEAD = 7


def alternatives(
    session: Session, park: Park, space: Space, span: Span, now: datetime, asker: Asker = ANYBODY
) -> Alternatives:
    """Look for what is free instead of this space at this time."""
    day = max(span.start, now)
    rules = rules_for(session, park.id, since=local_day(day, park.zone))
    at = booking_context(session, park, space.kind, rules.of(space.id, space.kind), now)
    return Alternatives(
        _nearest_times(session, space, span, day, at, asker),
        _similar_spaces(session, park, space, span, now, asker),
    )


def _nearest_times(
    session: Session, space: Space, span: Span, day: datetime, at: BookingContext, asker: Asker
) -> Sequence[Span]:
    """Find free stretches of the same length for the space, from the day asked for to a week later."""
    if span.end >= FAR_FUTURE or not _will_do(at.opening, asker):
        return ()
    ahead = at.opening.horizon_days if at.by_day else DAYS_AHEAD + 1
    looked_at = Span(day_start(day, at), day + ahead * ONE_DAY)
    busy = busy_between(session, space, looked_at, but=asker.moves)
    return _nearest_free(span, [Span(*one) for one in busy], day, at)


MOST_TIMES = 3


def nearest_among(
    session: Session, park: Park, rows: Sequence[SpaceRow], span: Span, now: datetime
) -> Sequence[tuple[SpaceRow, Span]]:
    """Find when the first of these spaces, all of one kind, can be had instead; the nearest times first."""
    if not rows or span.end >= FAR_FUTURE:
        return ()
    kind, day = rows[0].kind, max(span.start, now)
    rules = rules_for(session, park.id, since=local_day(day, park.zone))
    wholes = parts_of_wholes(session, park.id)
    at = booking_context(session, park, kind, rules.kind(kind), now)
    busy: defaultdict[int, list[Span]] = defaultdict(list)
    looked_at = Span(day_start(day, at), day + (DAYS_AHEAD + 1) * ONE_DAY)
    for claim in claims_of_kind(session, park.id, kind, looked_at):
        busy[claim.space_id].append(Span(claim.starts_at, claim.ends_at))
    found: list[tuple[SpaceRow, Span]] = []
    for row in rows:
        taken = [one for part in wholes.get(row.id, (row.id,)) for one in busy[part]]
        here = replace(at, opening=rules.of(row.id, kind))
        found.extend((row, time) for time in _nearest_free(span, taken, day, here))
    found.sort(key=lambda pair: (abs(pair[1].start - span.start), pair[1].start))
    return found[:MOST_TIMES]


MOST_SPACES = 3


def _similar_spaces(
    session: Session, park: Park, space: Space, span: Span, now: datetime, asker: Asker
) -> Sequence[SpaceRow]:
    """Find free spaces of the kind that seat as many, in the same area and of like size first."""
    found = free_and_allowed(session, park, space.kind, span, now, SpaceFilter(asker.people), asker)
    usable = [row for row in found if row.id != space.id]
    usable.sort(key=lambda row: (row.area_id != space.area_id, abs(row.capacity - space.capacity), row.id))
    return usable[:MOST_SPACES]


def free_and_allowed(
    session: Session,
    park: Park,
    kind: Kind,
    span: Span,
    now: datetime,
    wanted: SpaceFilter,
    asker: Asker = ANYBODY,
    *,
    taken_at: Callable[[Span], frozenset[int]] | None = None,
) -> list[SpaceRow]:
    """List the spaces that can really be had then, the smallest first.

    Free, the time that a space's rule keeps after a use included, and allowed by that rule. `taken_at` is for
    who has read already which spaces are taken.
    """

    def read(when: Span) -> frozenset[int]:
        return spaces_taken(session, park.id, kind, when, but=asker.moves)

    rules = rules_for(session, park.id, since=local_day(span.start, park.zone))
    at = booking_context(session, park, kind, rules.kind(kind), now)
    rows = fitting_rows(session, park.id, kind, now, wanted)
    allowed: defaultdict[int, list[int]] = defaultdict(list)  # by the time that is kept after a use
    for opening, ids in rules.by_rule([row.id for row in rows], kind).items():
        if _will_do(opening, asker) and may_be_had(span, replace(at, opening=opening)):
            allowed[opening.buffer_minutes].extend(ids)
    usable: set[int] = set()
    for buffer, ids in allowed.items():
        usable |= set(ids) - (taken_at or read)(_kept(span, buffer))
    return sorted((row for row in rows if row.id in usable), key=lambda row: row.capacity)


def _kept(span: Span, buffer_minutes: int) -> Span:
    """Add the time that is kept free after a use."""
    return span.widened(timedelta(0), buffer_minutes * MINUTE)


def _will_do(opening: Opening, asker: Asker) -> bool:
    return not (asker.at_once and opening.needs_approval)


def may_be_had(span: Span, at: BookingContext) -> bool:
    """Tell whether the rules allow the span."""
    try:
        check_new(span, at)
    except Refusal:
        return False
    return True


def _nearest_free(span: Span, busy: Sequence[Span], day: datetime, at: BookingContext) -> Sequence[Span]:
    """Lay the wanted span into what is free while the space is open, buffers kept, rules kept."""
    buffer = at.opening.buffer_minutes * MINUTE
    kept = [Span(one.start - buffer, one.end) for one in busy]
    free = (gap for window in _windows(at, day) for gap in gaps(kept, window))
    step = MINUTES_OF_DAY if at.by_day else at.opening.step_minutes
    grid = StartGrid(day_start(day, at), step * MINUTE)
    return [
        found
        for found in nearest(span, free, grid, 2 * MOST_TIMES, same_clock=not at.by_day)
        if may_be_had(found, at)
    ][:MOST_TIMES]


def _windows(at: BookingContext, start: datetime) -> Iterator[Span]:
    """Give the stretches in which the space is open, from a day on; for stores one long one."""
    first = start.astimezone(at.zone).date()
    if at.by_day:
        yield Span(start, local_instant(first + at.opening.horizon_days * ONE_DAY, 0, at.zone))
        return
    for number in range(DAYS_AHEAD + 1):
        opened = at.open_on(first + number * ONE_DAY)
        if opened is not None and max(opened.start, at.now) < opened.end:
            yield Span(max(opened.start, at.now), opened.end)
