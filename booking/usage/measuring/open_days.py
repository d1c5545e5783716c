"""When each place of a park was open on days that are over, and what of that was reserved."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload

from booking.audit.models import AuditEntry
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Closure, Kind, Space
from booking.spaces.queries import ParkRules, rules_for
from booking.usage.measuring.day_minutes import Minutes, OpenPiece, minutes_of, open_pieces, used_pieces
from booking.usage.models import BookedStretch, MeasuredDay, OpenStretch
from booking.values import Span, WorkCalendar, day_span, local_day

Opened = Mapping[tuple[int, date], Sequence[OpenPiece]]
"""When each place was open, by (space id, day)."""


@dataclass(frozen=True, slots=True)
class _Places:
    """What open time depends on: places, their rules, since when there are any, and what closed them."""

    park: Park
    spaces: Sequence[Space]
    rules: ParkRules
    calendar: WorkCalendar
    since: Mapping[int, datetime]
    closed: Mapping[int, Sequence[Span]]
    wholes: Mapping[int, Sequence[int]]  # what each place is a part of: it is open while that is

    def of_day(self, day: date) -> Iterator[tuple[Space, list[OpenPiece]]]:
        """Give every place that exists on a day with when it is open."""
        span = day_span(day, self.park.zone)
        for space in self.spaces:
            if not space.parts:
                opening = self.rules.of(space.id, space.kind, *self.wholes.get(space.id, ()))
                usual, hours = (
                    None if found is None else Minutes(*found)
                    for found in (
                        opening.usual_hours(day, self.calendar),
                        opening.hours_on(day, self.calendar),
                    )
                )
                yield space, list(open_pieces(usual, hours, list(self._shut(space, span))))

    def _shut(self, space: Space, day: Span) -> Iterator[Minutes]:
        spans = [(span.start, span.end) for span in self.closed.get(space.id, ())]
        if space.id in self.since:
            spans.append((day.start, max(day.start, self.since[space.id])))
        if space.retired_at is not None:
            spans.append((min(space.retired_at, day.end), day.end))
        for start, end in spans:
            found = minutes_of(start, end, day)
            if found is not None:
                yield found


def write_days(session: Session, park: Park, days: Sequence[date]) -> None:
    """Write down days that follow each other, and that they are measured."""
    within = Span(day_span(days[0], park.zone).start, day_span(days[-1], park.zone).end)
    places = _places(session, park, days, within)
    opened = {(space.id, day): pieces for day in days for space, pieces in places.of_day(day) if pieces}
    rows = [
        {"park_id": park.id, "space_id": space_id, "day": day, **figures(piece), "beyond": piece.beyond}
        for (space_id, day), pieces in opened.items()
        for piece in pieces
    ]
    insert_days(session, OpenStretch, rows)
    parts = {space.id: places_of(space) for space in places.spaces}
    insert_days(session, BookedStretch, _booked(session, park, within, opened, parts))
    insert_days(session, MeasuredDay, [{"park_id": park.id, "day": day} for day in days])


def _places(session: Session, park: Park, days: Sequence[date], within: Span) -> _Places:
    spaces = session.scalars(
        select(Space).where(Space.park_id == park.id).options(selectinload(Space.parts)).order_by(Space.id)
    ).all()
    added = session.execute(
        select(AuditEntry.subject_id, func.min(AuditEntry.at))
        .where(AuditEntry.park_id == park.id, AuditEntry.subject == "space")
        .group_by(AuditEntry.subject_id)
        .order_by(AuditEntry.subject_id)
    )
    return _Places(
        park=park,
        spaces=spaces,
        rules=rules_for(session, park.id, since=days[0]),
        calendar=park_calendar(session, park.id),
        since={space_id: at for space_id, at in added if space_id is not None},
        closed=_closures(session, park, within, spaces),
        wholes=_wholes(spaces),
    )


def _wholes(spaces: Sequence[Space]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for space in spaces:
        for part in space.parts:
            found[part.id].append(space.id)
    return found


def _closures(session: Session, park: Park, within: Span, spaces: Sequence[Space]) -> dict[int, list[Span]]:
    """Give what was closed, by place: a combined space's closure closes its parts, until it is lifted."""
    parts = {space.id: places_of(space) for space in spaces}
    rows = session.execute(
        select(Closure.space_id, Closure.starts_at, Closure.ends_at, Closure.lifted_at)
        .where(Closure.park_id == park.id, Closure.starts_at < within.end, Closure.ends_at > within.start)
        .order_by(Closure.id)
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        end = row.ends_at if row.lifted_at is None else min(row.ends_at, row.lifted_at)
        if end > row.starts_at:
            for place_id in parts[row.space_id]:
                found[place_id].append(Span(row.starts_at, end))
    return found


KEPT = (ReservationState.BOOKED, ReservationState.IN_USE, ReservationState.DONE, ReservationState.NO_SHOW)


def _booked(
    session: Session, park: Park, within: Span, opened: Opened, parts: Mapping[int, Sequence[int]]
) -> list[dict[str, Any]]:
    """Write down what was reserved; nobody reserves across midnight, and stores count by their stays."""
    found = session.execute(
        select(Reservation.id, Reservation.space_id, Reservation.starts_at, Reservation.ends_at)
        .join(Space, Space.id == Reservation.space_id)
        .where(
            Reservation.park_id == park.id,
            Reservation.starts_at >= within.start,
            Reservation.starts_at < within.end,
            Reservation.state.in_(KEPT),
            Space.kind != Kind.STORAGE,
        )
        .order_by(Reservation.id)
    )
    rows: list[dict[str, Any]] = []
    for row in found:
        day = local_day(row.starts_at, park.zone)
        wanted = minutes_of(row.starts_at, row.ends_at, day_span(day, park.zone))
        if wanted is None:
            continue
        for place_id in parts[row.space_id]:
            common = {"park_id": park.id, "space_id": place_id, "day": day, "reservation_id": row.id}
            pieces = used_pieces(wanted, opened.get((place_id, day), ()), ())
            rows += [common | figures(piece) for piece in pieces]
    return rows


def places_of(space: Space) -> list[int]:
    """Give what of a space counts: a combined one counts through its parts."""
    return [part.id for part in space.parts] or [space.id]


def figures(piece: Any) -> dict[str, int]:  # noqa: ANN401 - any stretch of minutes
    """Give a stretch as its columns."""
    return {"first_minute": piece.first, "last_minute": piece.last}


def insert_days(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - a class
    """Insert them all at once."""
    if rows:
        session.execute(insert(table), rows)
