"""One's own waits beside what one has, or asked for: they end with what one gets, and know what one asked."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from booking.reservations.models import Reservation, ReservationState
from booking.reservations.waiting.models import Wait, WaitState
from booking.values import Span


def own_waiting(session: Session, made: Reservation, *, lock: bool = False) -> Sequence[Wait]:
    """List the waits in line of whose booking it is for that very space and time, or a part of it."""
    return _own_within(session, made, Wait.state == WaitState.WAITING, lock=lock)


def ended_with(session: Session, made: Reservation) -> Sequence[Wait]:
    """List the waits that were over at once when somebody took what they waited for a part of."""
    return _own_within(session, made, Wait.state == WaitState.LAPSED, Wait.settled_at == made.created_at)


def _own_within(
    session: Session, made: Reservation, *of: ColumnElement[bool], lock: bool = False
) -> Sequence[Wait]:
    within = (Wait.starts_at >= made.starts_at, Wait.ends_at <= made.ends_at)
    mine = (Wait.member_id == made.member_id, Wait.space_id == made.space_id)
    found = select(Wait).where(*mine, *within, *of).order_by(Wait.id)
    if lock:
        found = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(found).all()


HAS_INSTEAD = (
    Reservation.state.in_((ReservationState.BOOKED, ReservationState.IN_USE)),
    Reservation.member_id == Wait.member_id,
    Reservation.space_id == Wait.space_id,
    Reservation.starts_at <= Wait.starts_at,
    Reservation.ends_at >= Wait.ends_at,
)
"""That somebody has what they waited for, or more of it, by a booking of theirs."""


OF_ITS_ASKER = (
    Reservation.member_id == Wait.member_id,
    Reservation.space_id == Wait.offered_space_id,
    Reservation.starts_at == Wait.starts_at,
    Reservation.ends_at == Wait.ends_at,
)
"""That a reservation is of just what is held, by whom it is held for."""


def own_instead(session: Session, wait: Wait) -> Reservation | None:
    """Find the booking with which somebody has what they waited for; None where there is none."""
    has = select(Reservation).join(Wait, Wait.id == wait.id).where(*HAS_INSTEAD)
    return session.scalar(has.order_by(Reservation.id).limit(1))


def asked_instead(session: Session, left: Mapping[int, tuple[Wait, Span]]) -> dict[int, Reservation]:
    """Find what each who waits asked for of all that is left of their time, by the wait's id; one query.

    It holds nothing until it is granted. Of a wait for any of a kind one of that kind will do.
    """
    if not left:
        return {}
    asked = session.scalars(
        select(Reservation)
        .options(joinedload(Reservation.space))
        .where(Reservation.member_id.in_({wait.member_id for wait, _ in left.values()}))
        .where(Reservation.state == ReservationState.REQUESTED)
        .order_by(Reservation.id)
    ).all()
    return {
        key: found[0]
        for key, (wait, span) in left.items()
        if (found := [one for one in asked if _is_for(one, wait, span)])
    }


def _is_for(asked: Reservation, wait: Wait, span: Span) -> bool:
    if wait.member_id != asked.member_id or not (asked.starts_at <= span.start and span.end <= asked.ends_at):
        return False
    return asked.space_id == wait.space_id if wait.space_id else asked.space.kind is wait.kind
