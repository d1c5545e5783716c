"""What is taken of all spaces of a kind, and of people's time, in one lean statement each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, or_, select
from sqlalchemy.orm import Session

from booking.reservations.guests.models import BookingGuest
from booking.reservations.models import Occupancy, Reservation
from booking.reservations.queries import OF_KIND, STILL_COMING, overlapping, parts_of_wholes, times_of
from booking.spaces.models import Kind, Space
from booking.values import Span


@dataclass(frozen=True, slots=True)
class TakenTimes:
    """When each space of a kind is taken within a stretch of time; a whole is with any of its parts."""

    by_space: Mapping[int, Sequence[Span]]
    has_closures: bool

    def spaces_at(self, span: Span) -> frozenset[int]:
        """Name the spaces that somebody has then; for spans within the stretch."""
        return frozenset(
            space_id
            for space_id, spans in self.by_space.items()
            if any(one.start < span.end and span.start < one.end for one in spans)
        )


def taken_times(session: Session, park_id: int, kind: Kind, span: Span) -> TakenTimes:
    """Read what shares an instant with the span, closures too."""
    rows = session.execute(_taken(kind), {"park_id": park_id, "kind": kind} | times_of(span)).all()
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for space_id, starts_at, ends_at, _closure in rows:
        found[space_id].append(Span(starts_at, ends_at))
    for whole, parts in parts_of_wholes(session, park_id).items():
        if of_parts := [one for part in parts for one in found.get(part, ())]:
            found[whole] = [*found.get(whole, ()), *of_parts]
    return TakenTimes(found, any(row.closure_id for row in rows))


@cache
def _taken(kind: Kind) -> Select[tuple[int, datetime, datetime, int]] | CompoundSelect[Any]:
    columns = (Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.closure_id)
    return overlapping(kind, OF_KIND, columns=columns)


MEETING = (Kind.MEETING_ROOM, Kind.HALL)
"""Kinds in which one meets others: who has a desk or a store then can come all the same."""


def meetings_of(
    session: Session, enterprise_id: int, member_ids: Collection[int], span: Span
) -> Sequence[Span]:
    """List when these people of an enterprise have a room, booked or named on the booking, in order."""
    named = select(BookingGuest.reservation_id).where(
        BookingGuest.member_id.in_(member_ids), BookingGuest.removed_at.is_(None)
    )
    rows = session.execute(
        select(Reservation.starts_at, Reservation.ends_at)
        .join(Space, Space.id == Reservation.space_id)
        .where(
            Reservation.enterprise_id == enterprise_id,
            or_(Reservation.member_id.in_(member_ids), Reservation.id.in_(named)),
            Reservation.starts_at < span.end,
            Reservation.ends_at > span.start,
            Space.kind.in_(MEETING),
            STILL_COMING,
        )
        .order_by(Reservation.starts_at, Reservation.id)
    )
    return [Span(starts_at, ends_at) for starts_at, ends_at in rows]
