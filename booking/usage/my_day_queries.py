"""What "my day" shows: what is coming, what was used, what to use again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.reservations.models import OPEN_STATES, Reservation
from booking.spaces.models import Kind, Space
from booking.usage.models import Stay
from booking.values.span import Span

MOST_ROWS = 30


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

    Those that begin before `until`, the next first; at most MOST_ROWS.
    """
    mine = Reservation.member_id == member_id
    return session.scalars(
        select(Reservation)
        .options(joinedload(Reservation.space).joinedload(Space.area), joinedload(Reservation.member))
        .where(
            Reservation.enterprise_id == enterprise_id,
            ~mine if others else mine,
            Reservation.starts_at < until,
            Reservation.ends_at > now,
            Reservation.state.in_(OPEN_STATES),
        )
        .order_by(Reservation.starts_at, Reservation.id)
        .limit(MOST_ROWS)
    ).all()


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


def used_in(session: Session, enterprise_id: int, member_id: int, day: Span) -> Sequence[Stay]:
    """List one's stays that ended within a day, the latest first."""
    return session.scalars(
        select(Stay)
        .options(joinedload(Stay.space), joinedload(Stay.reservation))
        .where(
            Stay.enterprise_id == enterprise_id,
            Stay.member_id == member_id,
            Stay.started_at < day.end,
            Stay.ended_at >= day.start,
            Stay.ended_at < day.end,
        )
        .order_by(Stay.ended_at.desc(), Stay.id)
        .limit(MOST_ROWS)
    ).all()


def last_used_space(session: Session, enterprise_id: int, member_id: int) -> Space | None:
    """Give the space somebody used last and can have again, with its area; storage is not for today."""
    return session.scalar(
        select(Space)
        .options(joinedload(Space.area))
        .join(Stay, Stay.space_id == Space.id)
        .where(
            Stay.enterprise_id == enterprise_id,
            Stay.member_id == member_id,
            Stay.space_kind != Kind.STORAGE,
            Space.retired_at.is_(None),
        )
        .order_by(Stay.started_at.desc(), Stay.id.desc())
        .limit(1)
    )


def reservation_of_enterprise(
    session: Session, enterprise_id: int, reservation_id: int
) -> Reservation | None:
    """Give a reservation of the enterprise, whatever became of it; another's is as good as none."""
    return session.scalar(
        select(Reservation)
        .options(joinedload(Reservation.space))
        .where(Reservation.id == reservation_id, Reservation.enterprise_id == enterprise_id)
    )
