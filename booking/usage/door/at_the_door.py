"""What somebody who stands before a space can do there now, and what its door is told ahead.

A door learns when its space is taken and open, and nothing of anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.activities.models import Activity, ActivityState
from booking.parks.models import Park
from booking.reservations.models import Reservation
from booking.reservations.queries import ClaimRow, claims_between, parts_of_wholes
from booking.reservations.reserve import booking_context, booking_context_for
from booking.reservations.rules import MINUTE, MINUTES_OF_DAY, BookingContext, local_instant
from booking.reservations.space_queries import SpaceRow, free_spaces, space_rows
from booking.spaces.models import Kind, Space, space_part
from booking.spaces.queries import rules_for
from booking.usage.door.rules import DoorClaim, DoorDay
from booking.usage.models import Stay
from booking.usage.queries import current_reservation_at
from booking.usage.rules import SHORTEST_WALK_IN, forgotten_end, open_until
from booking.values import Refusal, Span, local_day


@dataclass(frozen=True, slots=True)
class Door:
    """A space at this moment, as one enterprise sees it; others are only "busy".

    At a part's door a stay or a reservation may be of the combined space, and at that one's of a part.
    """

    stay: Stay | None  # who is in
    reservation: Reservation | None  # the reader's own: on now, or opening within the early minutes
    busy: bool
    busy_until: datetime | None  # None where nobody knows: somebody stays over
    latest: datetime | None  # until when one may walk in; None where one may not
    closed: Refusal | None  # why it is not open now
    needs_approval: bool = False
    closure: ClaimRow | None = None  # what keeps it closed just now, where it is not the opening hours
    taken_by: ClaimRow | None = None  # what takes it just now, and closes nothing


def space_by_scan_code(session: Session, scan_code: str) -> Space | None:
    """Find the space whose label was scanned, of whichever park."""
    return session.scalar(
        select(Space)
        .options(joinedload(Space.area), joinedload(Space.parts))
        .where(Space.scan_code == scan_code)
    )


def space_by_code(session: Session, park_id: int, code: str) -> Space | None:
    """Find the space of a park by what stands on its door, in capitals or not."""
    wanted = [code, code.upper(), code.lower()]
    return session.scalar(
        select(Space).where(Space.park_id == park_id, Space.code.in_(wanted)).order_by(Space.id).limit(1)
    )


def at_the_door(session: Session, park: Park, space: Space, enterprise_id: int | None, now: datetime) -> Door:
    """Tell what a space offers right now: my reservation, my stay, walking in, or when it is free again."""
    at = booking_context_for(session, space, Span(now, now + MINUTE), now)
    claims = _claims_of_today(session, space, at)
    wholes = [whole for whole, parts in parts_of_wholes(session, park.id).items() if space.id in parts]
    stay = _who_is_in(session, space, wholes)
    mine = stay is not None and stay.enterprise_id == enterprise_id
    there = stay is not None and not _was_forgotten(stay, claims, now)
    until = _busy_until(claims, now)
    busy = until is not None or there
    closed, current = _closed(at), [one for one in claims if one.starts_at <= now]
    reservation = None
    if enterprise_id is not None and not mine:
        early = park.early_minutes * MINUTE
        reservation = current_reservation_at(session, [space.id, *wholes], enterprise_id, now, early)
    return Door(
        stay=stay if there or mine else None,
        reservation=reservation,
        busy=busy,
        busy_until=until,
        latest=None if busy or closed or at.opening.needs_approval else _latest(claims, at),
        closed=closed,
        needs_approval=at.opening.needs_approval,
        closure=next((one for one in current if one.closure_id is not None), None),
        taken_by=next((one for one in current if one.closure_id is None), None),
    )


def latest_stay_end(session: Session, stay: Stay, now: datetime) -> datetime | None:
    """Tell until when an open stay may go on by plan, up to the next claim and closing; None: not longer."""
    at = booking_context_for(session, stay.space, Span(now, now + MINUTE), now)
    if _closed(at) is not None:
        return None
    claims = [claim for claim in _claims_of_today(session, stay.space, at) if not _is_of(claim, stay)]
    if _busy_until(claims, now) is not None:
        return None
    longest = stay.started_at + at.opening.maximum_minutes * MINUTE
    if stay.reservation is not None:
        longest = stay.reservation.starts_at + at.opening.maximum_minutes * MINUTE
    return min(_latest(claims, at), longest)


MOST_INSTEAD = 3
MOST_LOOKED_AT = 100


def free_now(
    session: Session, park: Park, kind: Kind, now: datetime, *, like: Space | None = None
) -> Sequence[SpaceRow]:
    """Name spaces of a kind that one may walk into now, in the same area first."""
    span = Span(now, now + SHORTEST_WALK_IN)
    taken = _stayed_in(session, park.id)
    ids = [found for found in free_spaces(session, park.id, kind, span, now) if found not in taken]
    rules = rules_for(session, park.id, since=local_day(now, park.zone))
    common = booking_context(session, park, kind, rules.kind(kind), now)
    usable = []
    for row in space_rows(session, park.id, kind, ids[:MOST_LOOKED_AT]):
        at = replace(common, opening=rules.of(row.id, kind))
        if not at.opening.needs_approval and _closed(at) is None:
            usable.append(row)
    if like is not None:
        usable.sort(key=lambda row: (row.area_id != like.area_id, abs(row.capacity - like.capacity), row.id))
    return usable[:MOST_INSTEAD]


def _stayed_in(session: Session, park_id: int) -> set[int]:
    """Name where somebody is in; with a whole its parts are, and with a part its wholes."""
    found = set(
        session.scalars(select(Stay.space_id).where(Stay.park_id == park_id, Stay.ended_at.is_(None)))
    )
    wholes = parts_of_wholes(session, park_id).items()
    found |= {part for whole, parts in wholes if whole in found for part in parts}
    return found | {whole for whole, parts in wholes if not found.isdisjoint(parts)}


def _who_is_in(session: Session, space: Space, wholes: Sequence[int]) -> Stay | None:
    places = [space.id, *(part.id for part in space.parts), *wholes]
    return session.scalars(
        select(Stay)
        .options(joinedload(Stay.reservation), joinedload(Stay.enterprise), joinedload(Stay.space))
        .where(Stay.space_id.in_(places), Stay.ended_at.is_(None))
        .order_by(Stay.started_at)
        .limit(1)
    ).first()


def _claims_of_today(session: Session, space: Space, at: BookingContext) -> list[ClaimRow]:
    end = local_instant(at.now.astimezone(at.zone).date(), MINUTES_OF_DAY, at.zone)
    return claims_between(session, space, Span(at.now, end))


def _is_of(claim: ClaimRow, stay: Stay) -> bool:
    if stay.reservation_id is not None:
        return claim.reservation_id == stay.reservation_id
    return claim.stay_id == stay.id


def _was_forgotten(stay: Stay, claims: Sequence[ClaimRow], now: datetime) -> bool:
    following = [claim.starts_at for claim in claims if not _is_of(claim, stay)]
    return forgotten_end(stay.planned_end, now, next_claim=min(following, default=None)) is not None


def _busy_until(claims: Sequence[ClaimRow], now: datetime) -> datetime | None:
    """Walk along claims that touch each other from now on; None where nobody has it now."""
    reached = now
    for claim in claims:
        if claim.starts_at > reached:
            break
        reached = max(reached, claim.ends_at)
    return None if reached == now else reached


def _closed(at: BookingContext) -> Refusal | None:
    try:
        open_until(at)
    except Refusal as refusal:
        return refusal
    return None


def _latest(claims: Sequence[ClaimRow], at: BookingContext) -> datetime:
    """Give the earliest of closing, the longest use, and the next claim less the buffer before it."""
    buffer = at.opening.buffer_minutes * MINUTE
    coming = [claim.starts_at - buffer for claim in claims if claim.starts_at > at.now]
    return min([open_until(at), at.now + at.opening.maximum_minutes * MINUTE, *coming])


AHEAD = timedelta(hours=36)
"""So far a door is told ahead: a night and a day without network, and the morning after."""


ONE_DAY = timedelta(days=1)


def door_day(session: Session, park: Park, space: Space, now: datetime) -> DoorDay:
    """Gather a space's claims and hours of the coming 36 hours, in a number of queries that does not grow."""
    ahead = Span(now, now + AHEAD)
    at = booking_context_for(session, space, ahead, now)
    rows = {(one.starts_at, one.ends_at): one for one in claims_between(session, space, ahead)}  # parts alike
    booked = [one.reservation_id for one in rows.values() if one.reservation_id is not None]
    came = set(session.scalars(select(Stay.reservation_id).where(Stay.reservation_id.in_(booked))))
    days = {local_day(now + days * ONE_DAY, park.zone) for days in range(3)}
    opened = [span for span in map(at.open_on, sorted(days)) if span is not None]
    door = at_the_door(session, park, space, None, now)
    return DoorDay(
        [_claim(row, came, now) for _, row in sorted(rows.items())],
        () if space.retired_at is not None else opened,
        timedelta(minutes=park.early_minutes),
        timedelta(minutes=park.grace_minutes),
        stays_over=door.stay is not None,
        buffer=at.opening.buffer_minutes * MINUTE,
    )


def _claim(row: ClaimRow, came: set[int | None], now: datetime) -> DoorClaim:
    expected = row.reservation_id is not None and row.reservation_id not in came
    whole = Span(row.starts_at, row.ends_at)
    return DoorClaim(whole, row.used_at(now), expected, closed=row.closure_id is not None)


MOST_ACTIVITIES = 4


def activities_at(session: Session, space: Space, now: datetime) -> list[Activity]:
    """List what is published and happens in a hall, or a whole that it is a part of, from now on."""
    wholes = select(space_part.c.whole_id).where(space_part.c.part_id == space.id)
    there = (Activity.space_id == space.id) | Activity.space_id.in_(wholes)
    coming = (Activity.state == ActivityState.PUBLISHED, Activity.ends_at > now)
    found = select(Activity).where(there, *coming).order_by(Activity.starts_at, Activity.id)
    return list(session.scalars(found.limit(MOST_ACTIVITIES)))
