"""The questions asked about use: who is in, what is due, what must be reviewed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, or_, select, text
from sqlalchemy.orm import Session, joinedload

from booking.parks.models import Park
from booking.reservations.models import Occupancy, Reservation, ReservationState
from booking.reservations.rules import grace_ends
from booking.spaces.models import Kind, Space, space_part
from booking.usage.models import Stay
from booking.usage.rules import check_in_opens

STORED = text("stay.space_kind = 'storage'")  # as ix_stay_storage says it


def stay_of_enterprise(session: Session, enterprise_id: int, stay_id: int) -> Stay | None:
    """Give a stay of the enterprise; another's is as good as none."""
    return session.scalar(
        select(Stay)
        .options(joinedload(Stay.space), joinedload(Stay.reservation), joinedload(Stay.enterprise))
        .where(Stay.id == stay_id, Stay.enterprise_id == enterprise_id)
    )


def stay_in_park(session: Session, park_id: int, stay_id: int) -> Stay | None:
    """Give a stay of the park; another park's is as good as none."""
    return session.scalar(
        select(Stay)
        .options(joinedload(Stay.space), joinedload(Stay.reservation), joinedload(Stay.enterprise))
        .where(Stay.id == stay_id, Stay.park_id == park_id)
    )


def stay_of(session: Session, reservation_id: int) -> Stay | None:
    """Give what became of a reservation, if it was used."""
    return session.scalar(select(Stay).where(Stay.reservation_id == reservation_id))


OPEN = text("stay.ended_at IS NULL")


def open_stay_at(session: Session, space_id: int) -> Stay | None:
    """Give the stay that is going on at a space, whoever's it is."""
    return session.scalar(select(Stay).where(Stay.space_id == space_id, OPEN))


def open_stays_of(session: Session, enterprise_id: int, member_id: int | None = None) -> Sequence[Stay]:
    """Give what an enterprise (or one member of it) has checked in to and not left, oldest first."""
    wanted = [Stay.enterprise_id == enterprise_id, Stay.ended_at.is_(None)]
    if member_id is not None:
        wanted.append(Stay.member_id == member_id)
    return session.scalars(
        select(Stay)
        .options(
            joinedload(Stay.space, innerjoin=True).joinedload(Space.area, innerjoin=True),
            joinedload(Stay.reservation),
            joinedload(Stay.member, innerjoin=True),
        )
        .where(*wanted)
        .order_by(Stay.started_at, Stay.id)
    ).all()


TO_REVIEW = text("stay.needs_review")  # a literal, so that the partial index is used


def stays_to_review(
    session: Session,
    park_id: int,
    enterprise_id: int | None = None,
    *,
    since: datetime | None = None,
    most: int | None = None,
) -> Sequence[Stay]:
    """Give stays whose check-out was forgotten and whose true end nobody has told yet, newest first.

    `since` leaves out those that began before: in a closed month nothing is corrected.
    """
    wanted: list[Any] = [Stay.park_id == park_id, TO_REVIEW]
    if enterprise_id is not None:
        wanted.append(Stay.enterprise_id == enterprise_id)
    if since is not None:
        wanted.append(Stay.started_at >= since)
    return session.scalars(
        select(Stay)
        .options(
            joinedload(Stay.space),
            joinedload(Stay.enterprise),
            joinedload(Stay.member),
            joinedload(Stay.reservation),
        )
        .where(*wanted)
        .order_by(Stay.ended_at.desc(), Stay.id)
        .limit(most)
    ).all()


def next_claim_after(session: Session, stay: Stay, instant: datetime) -> datetime | None:
    """Tell when anybody else's next claim on the stay's space, or its parts, begins, from `instant` on."""
    return session.scalar(
        select(func.min(Occupancy.starts_at)).where(
            Occupancy.space_id.in_(_places(literal(stay.space_id))),
            Occupancy.starts_at >= instant,
            Occupancy.wait_id.is_(None),
            _not_held_by(stay),
        )
    )


def open_stays_around(session: Session, space_id: int) -> Sequence[Stay]:
    """Lock what goes on at a space, at its parts, and at whatever shares a part with it, by id."""
    return session.scalars(OPEN_AROUND, {"space_id": space_id}).all()


def _places(space_id: ColumnElement[int]) -> ColumnElement[int]:
    """Give the space, its parts, and what shares a part with it, as a sub-query for `IN`."""
    parts = select(space_part.c.part_id).where(space_part.c.whole_id == space_id)
    mine = or_(space_part.c.part_id == space_id, space_part.c.part_id.in_(parts))
    wholes = select(space_part.c.whole_id).where(mine)
    near = or_(Space.id == space_id, Space.id.in_(parts), Space.id.in_(wholes))
    return select(Space.id).where(near)  # type: ignore[return-value]  # a select of one column serves as a subquery


OPEN_AROUND = (
    select(Stay)
    .options(joinedload(Stay.space, innerjoin=True))
    .where(Stay.space_id.in_(_places(bindparam("space_id"))), OPEN)
    .order_by(Stay.id)
    .with_for_update(key_share=True, of=Stay)
    .execution_options(populate_existing=True)
)


def _not_held_by(stay: Stay) -> ColumnElement[bool]:
    if stay.reservation_id is not None:
        return or_(Occupancy.reservation_id.is_(None), Occupancy.reservation_id != stay.reservation_id)
    return or_(Occupancy.stay_id.is_(None), Occupancy.stay_id != stay.id)


def due_no_shows(session: Session, now: datetime) -> Sequence[int]:
    """Give the ids of booked reservations whose park's grace is over and nobody came, oldest first."""
    rows = session.execute(
        select(Reservation.id, Reservation.starts_at, Park.grace_minutes)
        .join(Park, Park.id == Reservation.park_id)
        .join(Space, Space.id == Reservation.space_id)
        .where(
            text("reservation.state = 'booked'"),
            Reservation.starts_at <= now,
            Space.kind != Kind.STORAGE,
        )
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()
    return [row.id for row in rows if (now - row.starts_at).total_seconds() >= row.grace_minutes * 60]


def due_requests(session: Session, now: datetime) -> Sequence[int]:
    """Give the ids of requests whose start has passed without an answer, oldest first.

    A store's is due a little later (`request_expires_at`), which `expire` judges.
    """
    return session.scalars(
        select(Reservation.id)
        .where(text("reservation.state = 'requested'"), Reservation.starts_at <= now)
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()


def due_leases(session: Session, now: datetime) -> Sequence[int]:
    """Give the ids of booked storage reservations whose first day has come."""
    return session.scalars(
        select(Reservation.id)
        .join(Space, Space.id == Reservation.space_id)
        .where(text("reservation.state = 'booked'"), Reservation.starts_at <= now, Space.kind == Kind.STORAGE)
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()


PLANNED_END = func.coalesce(Reservation.ends_at, Stay.held_until)


def stays_past_their_end(session: Session, now: datetime) -> Sequence[int]:
    """Give the ids of open stays whose held time is over, oldest first."""
    return session.scalars(
        select(Stay.id)
        .outerjoin(Reservation, Reservation.id == Stay.reservation_id)
        .where(OPEN, PLANNED_END <= now)  # noqa: SIM300 - no constant: a column
        .order_by(PLANNED_END, Stay.id)
    ).all()


def overlapping_stays(session: Session, stay: Stay, start: datetime, end: datetime) -> Sequence[Stay]:
    """Give other stays on the same space (or its parts) that share an instant with `[start, end)`."""
    return session.scalars(
        select(Stay)
        .where(
            Stay.id != stay.id,
            Stay.space_id.in_(_places(literal(stay.space_id))),
            Stay.started_at < end,
            or_(Stay.ended_at > start, and_(Stay.ended_at.is_(None), Stay.held_until > start)),
        )
        .order_by(Stay.started_at, Stay.id)
    ).all()


def current_reservation_at(
    session: Session, space_ids: Collection[int], enterprise_id: int, now: datetime, early: timedelta
) -> Reservation | None:
    """Give the enterprise's own reservation of any of these that is on now or opens within `early`."""
    return session.scalar(
        select(Reservation)
        .options(joinedload(Reservation.space))
        .where(
            Reservation.space_id.in_(space_ids),
            Reservation.enterprise_id == enterprise_id,
            Reservation.state.in_([ReservationState.BOOKED, ReservationState.IN_USE]),
            Reservation.starts_at <= now + early,
            Reservation.ends_at > now,
        )
        .order_by(Reservation.starts_at, Reservation.id)
        .limit(1)
    )


def goes_at(reservation: Reservation, now: datetime) -> datetime | None:
    """Tell when it goes to others if nobody checks in; None where nobody can yet, or has."""
    park = reservation.space.park
    waits = reservation.state is ReservationState.BOOKED and reservation.space.kind is not Kind.STORAGE
    if not waits or now < check_in_opens(reservation.starts_at, park.early_minutes):
        return None
    return grace_ends(reservation.starts_at, park.grace_minutes)
