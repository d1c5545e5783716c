"""Calendar feeds, secret addresses that programs subscribe to: opened and revoked, and what each tells."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.people.models import Member
from booking.reservations.guests.invite import comes_along
from booking.reservations.models import (
    FAR_FUTURE,
    STAY,
    WAIT,
    CalendarFeed,
    FeedKind,
    Occupancy,
    Reservation,
    ReservationChange,
    ReservationState,
)
from booking.reservations.queries import AGREED_END, parts_of_wholes
from booking.reservations.rules import used_until
from booking.spaces.models import Space


def open_feed(
    session: Session, member: Member, kind: FeedKind, space: Space | None = None, *, now: datetime
) -> CalendarFeed:
    """Give the member's feed of that kind; a second time the one there is."""
    session.get_one(Member, member.id, with_for_update=True)
    for feed in feeds_of(session, member.id):
        if feed.kind is kind and feed.space_id == (space.id if space else None):
            return feed
    feed = CalendarFeed(
        park_id=member.park_id,
        member_id=member.id,
        kind=kind,
        space_id=space.id if space else None,
        nonce=secrets.token_hex(16),
        created_at=now,
    )
    session.add(feed)
    session.flush()
    return feed


def revoke_feed(session: Session, member_id: int, feed_id: int, *, now: datetime) -> bool:
    """Let its address open nothing any more; tells whether it did. Twice does no harm."""
    feed = session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.id == feed_id, CalendarFeed.member_id == member_id)
        .with_for_update()
    )
    if feed is None or feed.revoked_at is not None:
        return False
    feed.revoked_at = now
    return True


def feeds_of(session: Session, member_id: int) -> Sequence[CalendarFeed]:
    """List a member's feeds that are open, the oldest first."""
    mine = CalendarFeed.member_id == member_id, CalendarFeed.revoked_at.is_(None)
    found = select(CalendarFeed).where(*mine).options(joinedload(CalendarFeed.space))
    return session.scalars(found.order_by(CalendarFeed.id)).all()


def open_feed_with(session: Session, feed_id: int) -> CalendarFeed | None:
    """Find a feed that is open and whose owner is still there."""
    found = (
        select(CalendarFeed)
        .join(Member, Member.id == CalendarFeed.member_id)
        .where(CalendarFeed.id == feed_id, CalendarFeed.revoked_at.is_(None), Member.active)
        .options(joinedload(CalendarFeed.member), joinedload(CalendarFeed.space).joinedload(Space.area))
    )
    return session.scalar(found)


KEPT = timedelta(days=31)  # so long what is over stays in a calendar that subscribes
SHOWN = (
    ReservationState.REQUESTED,
    ReservationState.BOOKED,
    ReservationState.IN_USE,
    ReservationState.DONE,
)


class TakenTime(NamedTuple):
    """Somebody else has the space then, who and for what stays with them; or it is tidied up after a use."""

    starts_at: datetime
    ends_at: datetime
    tidied: bool = False


def reservations_in_feed(session: Session, feed: CalendarFeed, *, now: datetime) -> Sequence[Reservation]:
    """Give what the feed tells whole: the owner's and what they are asked along to, or their enterprise's."""
    member = feed.member
    wanted = select(Reservation).where(Reservation.state.in_(SHOWN), Reservation.ends_at > now - KEPT)
    if feed.kind is FeedKind.OWN:
        wanted = wanted.where(or_(Reservation.member_id == member.id, comes_along(member.id)))
    else:
        wanted = wanted.where(Reservation.enterprise_id == member.enterprise_id)
    if feed.kind is FeedKind.SPACE:
        wanted = wanted.where(Reservation.space_id.in_(_taken_together(session, feed)))
    wanted = wanted.options(
        joinedload(Reservation.space).joinedload(Space.area), joinedload(Reservation.member)
    )
    return session.scalars(wanted.order_by(Reservation.starts_at, Reservation.id)).all()


def taken_by_others(session: Session, feed: CalendarFeed, *, now: datetime) -> Sequence[TakenTime]:
    """Give the times at which somebody else, or the park, has the space of a feed or any part of it.

    And those that are kept to tidy up, after the owner's own use as well. Times that overlap, of two parts,
    are one. They begin on the quarter: at which second somebody else checked in is theirs.
    """
    rows = session.execute(
        select(Occupancy.starts_at, Occupancy.ends_at, AGREED_END, Occupancy.enterprise_id)
        .outerjoin(Reservation, Reservation.id == Occupancy.reservation_id)
        .outerjoin(STAY, STAY.c.id == Occupancy.stay_id)
        .outerjoin(WAIT, WAIT.c.id == Occupancy.wait_id)
        .where(Occupancy.space_id.in_(_taken_together(session, feed)))
        .where(Occupancy.ends_at > now - KEPT, Occupancy.ends_at < FAR_FUTURE)
        .order_by(Occupancy.starts_at)
    ).all()
    used = [
        TakenTime(start - (start - MIDNIGHT) % A_QUARTER, used_until(start, end, agreed))
        for start, end, agreed, enterprise_id in rows
        if enterprise_id != feed.member.enterprise_id
    ]
    tidied = (
        TakenTime(left, end, tidied=True)
        for start, end, agreed, _ in rows
        if (left := used_until(start, end, agreed)) < end
    )
    return [*_merged(used), *_merged(tidied)]


A_QUARTER, MIDNIGHT = timedelta(minutes=15), datetime(2000, 1, 1, tzinfo=UTC)


def _merged(times: Iterable[TakenTime]) -> list[TakenTime]:
    found: list[TakenTime] = []
    for one in sorted(times):
        if found and one.starts_at < found[-1].ends_at:
            found[-1] = found[-1]._replace(ends_at=max(found[-1].ends_at, one.ends_at))
        else:
            found.append(one)
    return found


def _taken_together(session: Session, feed: CalendarFeed) -> Sequence[int]:
    """Name the space of a feed and what it is taken with: its parts, and the wholes that it is a part of.

    No claim lies on a whole itself, so that what others have of it says nothing of its other parts.
    """
    mine, wholes = feed.space_id or 0, parts_of_wholes(session, feed.park_id)
    return [mine, *wholes.get(mine, ()), *(whole for whole, parts in wholes.items() if mine in parts)]


def changed_at(session: Session, reservation_ids: Collection[int]) -> dict[int, datetime]:
    """Tell when each was last changed, by id."""
    if not reservation_ids:
        return {}
    of = ReservationChange.reservation_id
    rows = session.execute(
        select(of, func.max(ReservationChange.at)).where(of.in_(reservation_ids)).group_by(of)
    )
    return {row[0]: row[1] for row in rows}
