"""What would suit instead of each occurrence that cannot be had; a number of queries that is fixed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.reservations.alternatives import may_be_had
from booking.reservations.claim import LONGEST_CLAIM
from booking.reservations.models import Occupancy
from booking.reservations.nearest import StartGrid, gaps, nearest
from booking.reservations.queries import OPEN_END, parts_of_wholes
from booking.reservations.quotas.quotas import OfKind, quotas_left, refused_by_quota
from booking.reservations.quotas.rules import Had, refused_spans
from booking.reservations.reserve import booking_context
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, BookingContext, local_instant
from booking.reservations.series.rules import planned_day, span_on
from booking.reservations.space_queries import SpaceFilter, SpaceRow, fitting_rows
from booking.spaces.models import Kind, Space
from booking.spaces.queries import ParkRules, rules_for
from booking.values import Refusal, Span, day_span, local_day


class Elsewhere(NamedTuple):
    """What somebody takes instead of an occurrence: a space, and minutes of its day by the park's clock."""

    space_id: int
    starts: int
    ends: int

    def span_of(self, key: str, zone: ZoneInfo) -> Span | None:
        """Give the time on the day of an occurrence; None where there is no such time."""
        if not 0 <= self.starts < self.ends <= MINUTES_OF_DAY:
            return None
        return span_on(planned_day(key), self.starts, self.ends, zone)


class Instead(NamedTuple):
    """The nearest free time of that day in the same space, and free spaces like it at the time itself.

    `chosen` is the space and the time that were chosen, where they can still be had.
    """

    time: Span | None
    spaces: tuple[SpaceRow, ...]
    chosen: tuple[SpaceRow, Span] | None = None


NOTHING_ELSE: Mapping[str, Elsewhere] = {}


class Missed(NamedTuple):
    """An occurrence that cannot be had, by its key: where and when it was to be."""

    key: str
    space_id: int
    span: Span


class WhoAsks(NamedTuple):
    """Whose quotas count."""

    enterprise_id: int
    member_id: int


MOST_ANSWERED = 40
"""For more than so many nobody reads what there is instead; on the page of the series they come later."""
MOST_SPACES = 2


class _Day(NamedTuple):
    """What is known of the park when somebody looks for something else."""

    rules: ParkRules
    at: BookingContext
    wholes: Mapping[int, tuple[int, ...]]
    claims: Mapping[int, Sequence[Span]]

    def context(self, row_id: int, kind: Kind) -> BookingContext:
        return replace(self.at, opening=self.rules.of(row_id, kind))

    def busy(self, row_id: int, day: Span) -> list[Span]:
        parts = self.wholes.get(row_id, (row_id,))
        return [one for part in parts for one in self.claims[part] if one.overlaps(day)]

    def is_free(self, row_id: int, kind: Kind, span: Span) -> bool:
        at = self.context(row_id, kind)
        kept = span.widened(timedelta(0), at.opening.buffer_minutes * MINUTE)
        return not self.busy(row_id, kept) and may_be_had(span, at)


def instead_of_each(
    session: Session,
    space: Space,
    missed: Sequence[Missed],
    people: int,
    *,
    now: datetime,
    chosen: Mapping[str, Elsewhere] = NOTHING_ELSE,
    who: WhoAsks | None = None,
    booked: Sequence[Span] = (),
) -> dict[str, Instead]:
    """Look for other times and other spaces for the first of them, by key; of one space.

    Left out is what the quotas of `who` would refuse, once so much of the series is `booked` besides.
    """
    asked = [one for one in missed if one.span.start > now][:MOST_ANSWERED]
    if not asked:
        return {}
    zone = session.get_one(Park, space.park_id).zone
    known = _known(session, space.park_id, space.kind, [one.span for one in asked], now)
    fitting = fitting_rows(session, space.park_id, space.kind, now, SpaceFilter(people))
    there = {row.id: row for row in fitting}
    picked = {
        one.key: _chosen(there, chosen[one.key].space_id, chosen[one.key].span_of(one.key, zone), known)
        for one in asked
        if one.key in chosen
    }
    rows = [row for row in fitting if row.id != space.id]
    rows.sort(key=lambda row: (row.area_id != space.area_id, abs(row.capacity - space.capacity), row.id))
    will_do = [row for row in rows if not known.rules.of(row.id, row.kind).needs_approval]
    found = {
        one.key: Instead(
            _time(one.span, space, known), tuple(_spaces(one.span, will_do, known)), picked.get(one.key)
        )
        for one in asked
        if local_day(one.span.start, zone) == local_day(one.span.end - one.span.end.resolution, zone)
    }
    return found if who is None else _within_quotas(session, space, asked, found, who, booked)


def _within_quotas(
    session: Session,
    space: Space,
    asked: Sequence[Missed],
    found: Mapping[str, Instead],
    who: WhoAsks,
    booked: Sequence[Span],
) -> dict[str, Instead]:
    wanted = {one.key: one.span for one in asked}
    spans = [*wanted.values()]
    spans += [span for one in found.values() for span in (one.time, one.chosen and one.chosen[1]) if span]
    besides = [Had(who.member_id, span) for span in booked]
    over = refused_spans(quotas_left(session, space, [*dict.fromkeys(spans)], *who, besides=besides))
    return {
        key: Instead(
            None if one.time in over else one.time,
            () if wanted[key] in over else one.spaces,
            None if one.chosen and one.chosen[1] in over else one.chosen,
        )
        for key, one in found.items()
    }


def _chosen(
    there: Mapping[int, SpaceRow], space_id: int, span: Span | None, known: _Day
) -> tuple[SpaceRow, Span] | None:
    row = there.get(space_id)
    if row is None or span is None or not known.is_free(row.id, row.kind, span):
        return None
    return row, span


def free_places_now(
    session: Session,
    park_id: int,
    missed: Mapping[Kind, Sequence[Missed]],
    who: WhoAsks,
    *,
    now: datetime,
    held: Collection[str] = (),
) -> dict[str, Refusal | None]:
    """Tell of those of them that nobody has, by key, why a quota refuses each now; None where it can be had.

    Each is judged as if it alone were booked, by what then refuses it; so is what is `held` for them. Three
    queries more a kind of space, and no others.
    """
    found: dict[str, Refusal | None] = {}
    for kind, some in missed.items():
        known = _known(session, park_id, kind, [one.span for one in some], now)
        free = {
            one.key: one.span
            for one in some
            if one.key in held or known.is_free(one.space_id, kind, one.span)
        }
        over = refused_by_quota(session, OfKind(park_id, kind), free, *who, either_or=True)
        found |= {key: over.get(key) for key in free}
    return found


def _known(session: Session, park_id: int, kind: Kind, spans: Sequence[Span], now: datetime) -> _Day:
    """Read the rules, the calendar and the claims of the days around these spans."""
    park = session.get_one(Park, park_id)
    days = sorted({local_day(span.start, park.zone) for span in spans})
    rules = rules_for(session, park_id, since=days[0])
    at = booking_context(session, park, kind, rules.kind(kind), now)
    wholes = parts_of_wholes(session, park_id)
    return _Day(rules, at, wholes, _claims(session, park, kind, days))


def _claims(session: Session, park: Park, kind: Kind, days: Sequence[date]) -> Mapping[int, Sequence[Span]]:
    """Read who has what on these days, by space, in one query however many days there are."""
    windows = [day_span(day, park.zone) for day in days]
    within = (
        and_(
            Occupancy.starts_at < one.end,
            Occupancy.starts_at > one.start - LONGEST_CLAIM,
            Occupancy.ends_at > one.start,
        )
        for one in windows
    )
    rows = session.execute(
        select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
        .where(Occupancy.park_id == park.id, Occupancy.space_kind == kind)
        .where(or_(*within, and_(OPEN_END, Occupancy.starts_at < windows[-1].end)))
        .order_by(Occupancy.space_id, Occupancy.starts_at)
    )
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for space_id, starts_at, ends_at in rows:
        found[space_id].append(Span(starts_at, ends_at))
    return found


def _spaces(span: Span, rows: Sequence[SpaceRow], known: _Day) -> Iterator[SpaceRow]:
    found = 0
    for row in rows:
        if found == MOST_SPACES:
            return
        if known.is_free(row.id, row.kind, span):
            found += 1
            yield row


def _time(span: Span, space: Space, known: _Day) -> Span | None:
    """Lay the span into what is free of its day, as near as can be."""
    at = known.context(space.id, space.kind)
    day = local_day(span.start, at.zone)
    opened = at.open_on(day)
    if opened is None:
        return None
    buffer = at.opening.buffer_minutes * MINUTE
    busy = [
        Span(one.start - buffer, one.end)
        for one in known.busy(space.id, opened.widened(timedelta(0), buffer))
    ]
    grid = StartGrid(local_instant(day, 0, at.zone), at.opening.step_minutes * MINUTE)
    found = nearest(span, gaps(busy, opened), grid, MOST_TIMES)
    return next((one for one in found if one != span and may_be_had(one, at)), None)


MOST_TIMES = 4
