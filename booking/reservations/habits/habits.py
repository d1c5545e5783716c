"""What one person used in the weeks behind them, when a time like it is free again, and their stars.

And where a colleague sits, for who wants to sit near them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.db.rows import insert_into
from booking.parks.models import Park
from booking.people.models import Member
from booking.reservations.alternatives import may_be_had
from booking.reservations.busy_times import busy_between
from booking.reservations.habits.rules import LOOKED_AT, Use, like_times
from booking.reservations.models import Favourite, Reservation, ReservationState
from booking.reservations.reserve import booking_context
from booking.reservations.rules import MINUTE
from booking.spaces.models import Kind, Space
from booking.spaces.queries import rule_for
from booking.values import Span, local_day


class PastRow(NamedTuple):
    """A reservation of the weeks behind, or of today."""

    id: int
    state: ReservationState
    starts_at: datetime
    ends_at: datetime
    people: int
    space_id: int
    kind: Kind


PAST = (
    select(
        Reservation.id, Reservation.state, Reservation.starts_at, Reservation.ends_at, Reservation.people,
        Reservation.space_id, Space.kind,
    )
    .join(Space, Space.id == Reservation.space_id)
    .where(
        Reservation.member_id == bindparam("member_id"),
        Reservation.starts_at >= bindparam("since"),
        Reservation.starts_at < bindparam("until"),
        Reservation.state.not_in((ReservationState.CANCELLED, ReservationState.BOOKED)),
    )
    .order_by(Reservation.starts_at, Reservation.id)
)  # fmt: skip


def weeks_behind(today: Span) -> Span:
    """Give the time that habits are seen in: the weeks behind, and today."""
    return Span(today.start - LOOKED_AT, today.end)


def past_weeks(session: Session, member_id: int, today: Span) -> list[PastRow]:
    """List a member's reservations of the weeks behind and of today, but cancelled ones and those to come."""
    began = weeks_behind(today)
    asked = {"member_id": member_id, "since": began.start, "until": began.end}
    return [PastRow._make(row) for row in session.execute(PAST, asked)]


USED = (ReservationState.DONE, ReservationState.IN_USE)


def uses_of(rows: Sequence[PastRow], park: Park) -> list[Use]:
    """Read them as uses on the park's clock: what was really used, by the hour, as it was reserved."""
    found = []
    for row in rows:
        if row.state in USED and row.kind is not Kind.STORAGE:
            local = row.starts_at.astimezone(park.zone)
            minutes = int((row.ends_at - row.starts_at) / MINUTE)
            starts = local.hour * 60 + local.minute
            found.append(Use(local.date(), starts, minutes, row.kind.value, row.space_id, row.people))
    return found


def next_like(session: Session, park: Park, space: Space, was: Span, now: datetime) -> Span | None:
    """Find the next time like one that was which is free and allowed; None where there is none soon."""
    opening = rule_for(session, space, since=local_day(now, park.zone))
    at = booking_context(session, park, space.kind, opening, now)
    ahead = [one for one in like_times(was, now, park.zone, at.calendar) if may_be_had(one, at)]
    if not ahead:
        return None
    kept = timedelta(minutes=opening.buffer_minutes)
    busy = busy_between(session, space, Span(ahead[0].start, ahead[-1].end + kept))
    taken = [Span(start - kept, end) for start, end in busy]
    return next((one for one in ahead if not any(other.overlaps(one) for other in taken)), None)


def star(session: Session, space: Space, *, by: Actor, now: datetime) -> None:
    """Mark it; a second time, and two at once, change nothing.

    No trail is kept: it concerns nobody but the person, and changes nothing for anybody else.
    """
    facts = {"member_id": by.member_id, "space_id": space.id, "starred_at": now}
    session.execute(insert_into(session, Favourite).values(facts).on_conflict_do_nothing())


def unstar(session: Session, space: Space, *, by: Actor) -> None:
    """Take the star away; where there is none nothing is done."""
    mine = (Favourite.member_id == by.member_id, Favourite.space_id == space.id)
    session.execute(delete(Favourite).where(*mine))


THERE = (ReservationState.BOOKED, ReservationState.IN_USE, ReservationState.REQUESTED)


def place_of_colleague(
    session: Session, enterprise_id: int, name: str, day: Span, at: datetime
) -> Space | None:
    """Find the place that a colleague of this name has on a day, a desk first, else nearest in time.

    Only of one's own enterprise: where others sit is nobody else's business. Two of one name are not guessed
    between: None.
    """
    who = session.scalars(
        select(Member.id).where(
            Member.enterprise_id == enterprise_id,
            Member.active,
            func.lower(Member.name) == name.lower(),
        )
    ).all()
    if len(who) != 1:
        return None
    rows = session.execute(
        select(Space, Reservation.starts_at)
        .join(Reservation, Reservation.space_id == Space.id)
        .where(
            Reservation.enterprise_id == enterprise_id,
            Reservation.member_id == who[0],
            Reservation.state.in_(THERE),
            Reservation.starts_at < day.end,
            Reservation.ends_at > day.start,
            Space.kind != Kind.STORAGE,
        )
    ).all()
    found = sorted(rows, key=lambda row: (row[0].kind is not Kind.WORKSTATION, abs(row[1] - at), row[0].id))
    return found[0][0] if found else None
