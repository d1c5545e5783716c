"""What "my day" shows: what is coming, what was used, what to use again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, TextClause, bindparam, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.mail.models import Letter
from booking.people.models import Member
from booking.reservations.approval.rules import Answerer
from booking.reservations.guests.invite import comes_along
from booking.reservations.history import OTHERS_DID
from booking.reservations.models import OPEN_STATES, ProposedPlace, Reservation, ReservationState
from booking.reservations.series.models import OPEN_WISH, WishedOccurrence
from booking.reservations.waiting.models import HELD, Wait
from booking.spaces.models import Kind, Space
from booking.usage.models import Stay
from booking.usage.queries import OPEN, TO_REVIEW
from booking.values import Span

MOST_ROWS = 30


class InMyDay(NamedTuple):
    """Whether there is anything of a kind to read for somebody's day; most people have little of it."""

    goes_on: bool  # a stay of the enterprise
    mine: bool  # a reservation to come, or one I am asked along to
    colleagues: bool  # one of a colleague
    began: bool  # a reservation of mine that began in the weeks behind, or today
    used: bool  # a stay of mine, ever
    to_review: bool  # a stay of the enterprise
    held: bool
    wished: bool
    asked: bool  # a request that waits for a manager of the enterprise
    proposed: bool  # a place of the park's for a request of mine, on whatever day
    news: bool  # a letter of the last two days on what others did to a booking of mine


def _there(*conditions: ColumnElement[bool] | TextClause) -> ColumnElement[bool]:
    return exists().where(*conditions)


NEW_FOR = timedelta(days=2)
OWN: ColumnElement[int] = bindparam("member_id")
OURS: ColumnElement[int] = bindparam("enterprise_id")
TO_COME = (
    Reservation.enterprise_id == OURS,
    Reservation.starts_at < bindparam("until"),
    Reservation.ends_at > bindparam("now"),
    Reservation.state.in_(OPEN_STATES),
)
MINE = or_(Reservation.member_id == OWN, comes_along(OWN))
NEWS = (
    Member.id == OWN,
    Letter.to == Member.email,
    Letter.park_id == Member.park_id,
    Letter.created_at > bindparam("lately"),
    Letter.key.startswith(OTHERS_DID),
)
IN_MY_DAY = select(
    _there(Stay.enterprise_id == OURS, OPEN),
    _there(*TO_COME, MINE),
    _there(*TO_COME, ~MINE),
    _there(
        Reservation.member_id == OWN,
        Reservation.starts_at >= bindparam("since"),
        Reservation.starts_at < bindparam("tonight"),
    ),
    _there(Stay.enterprise_id == OURS, Stay.member_id == OWN),
    _there(Stay.enterprise_id == OURS, TO_REVIEW),
    _there(HELD, Wait.member_id == OWN, Wait.held_until > bindparam("now")),
    _there(OPEN_WISH, WishedOccurrence.member_id == OWN, WishedOccurrence.starts_at > bindparam("now")),
    _there(
        Reservation.enterprise_id == OURS,
        Reservation.state == ReservationState.REQUESTED,
        Reservation.answerer == Answerer.MANAGER,
    ),
    _there(
        ProposedPlace.reservation_id == Reservation.id,
        Reservation.member_id == OWN,
        Reservation.state == ReservationState.REQUESTED,
    ),
    _there(*NEWS),
)


def in_my_day(
    session: Session, enterprise_id: int, member_id: int, now: datetime, began: Span, until: datetime
) -> InMyDay:
    """Ask in one statement what there is to read; `began` are the days behind, and today."""
    asked = {
        "enterprise_id": enterprise_id,
        "member_id": member_id,
        "since": began.start,
        "tonight": began.end,
        "now": now,
        "until": until,
        "lately": now - NEW_FOR,
    }
    return InMyDay._make(map(bool, session.execute(IN_MY_DAY, asked).one()))


COMING: dict[bool, Any] = {
    others: select(Reservation)
    .options(joinedload(Reservation.space).joinedload(Space.area), joinedload(Reservation.member))
    .where(*TO_COME, ~MINE if others else MINE)
    .order_by(Reservation.starts_at, Reservation.id)
    .limit(MOST_ROWS)
    for others in (False, True)
}


def coming(
    session: Session,
    enterprise_id: int,
    member_id: int,
    now: datetime,
    until: datetime,
    *,
    others: bool = False,
) -> Sequence[Reservation]:
    """List one's reservations (or, `others`, the colleagues') that nobody has checked in to yet.

    One's own are also those to which a colleague asked one along. Those that begin before `until`, the next
    first; at most MOST_ROWS.
    """
    asked = {"enterprise_id": enterprise_id, "member_id": member_id, "now": now, "until": until}
    return session.scalars(COMING[others], asked).all()


def reservations_by_id(session: Session, ids: Collection[int]) -> Sequence[Reservation]:
    """Give these reservations with their spaces, in order of time; for none without asking."""
    if not ids:
        return ()
    return session.scalars(
        select(Reservation)
        .options(joinedload(Reservation.space))
        .where(Reservation.id.in_(ids))
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()


MOST_NEWS = 3


def news_of(session: Session, member_id: int, now: datetime) -> Sequence[Letter]:
    """List the letters of the last two days on what others did to one's bookings, the latest first."""
    return session.scalars(
        select(Letter)
        .join(Member, Letter.to == Member.email)
        .where(*NEWS)
        .order_by(Letter.created_at.desc(), Letter.id.desc())
        .limit(MOST_NEWS),
        {"member_id": member_id, "lately": now - NEW_FOR},
    ).all()


USED = (
    select(Stay)
    .options(joinedload(Stay.space), joinedload(Stay.reservation))
    .where(Stay.enterprise_id == OURS, Stay.member_id == OWN)
    .where(Stay.started_at < bindparam("until"))
    .where(Stay.ended_at >= bindparam("since"), Stay.ended_at < bindparam("until"))
    .order_by(Stay.ended_at.desc(), Stay.id)
    .limit(MOST_ROWS)
)


def used_in(session: Session, enterprise_id: int, member_id: int, day: Span) -> Sequence[Stay]:
    """List one's stays that ended within a day, the latest first."""
    asked = {"enterprise_id": enterprise_id, "member_id": member_id, "since": day.start, "until": day.end}
    return session.scalars(USED, asked).all()


LAST_USED = (
    select(Space)
    .options(joinedload(Space.area))
    .join(Stay, Stay.space_id == Space.id)
    .where(Stay.enterprise_id == OURS, Stay.member_id == OWN)
    .where(Stay.space_kind != Kind.STORAGE, Space.retired_at.is_(None))
    .order_by(Stay.started_at.desc(), Stay.id.desc())
    .limit(1)
)


def last_used_space(session: Session, enterprise_id: int, member_id: int) -> Space | None:
    """Give the space somebody used last and can have again, with its area; storage is not for today."""
    return session.scalar(LAST_USED, {"enterprise_id": enterprise_id, "member_id": member_id})


def reservation_of_enterprise(
    session: Session, enterprise_id: int, reservation_id: int
) -> Reservation | None:
    """Give a reservation of the enterprise, whatever became of it; another's is as good as none."""
    return session.scalar(
        select(Reservation)
        .options(joinedload(Reservation.space))
        .where(Reservation.id == reservation_id, Reservation.enterprise_id == enterprise_id)
    )
