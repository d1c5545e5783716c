"""What the front desk asks: everybody's day in a park, who is in, what needs attention."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Row, Select, cast, func, literal, select, union_all
from sqlalchemy.orm import Session, joinedload

from booking.people.models import Enterprise
from booking.reservations.approval.rules import Answerer
from booking.reservations.models import Reservation, ReservationState
from booking.spaces.models import Kind, Space
from booking.usage.models import Stay
from booking.usage.queries import OPEN
from booking.values import Span
from booking.values.chinese_order import in_chinese_order


@dataclass(frozen=True, slots=True)
class ReservationFilter:
    """What the list of a day is narrowed to; `state` is a ReservationState or "walk_in"."""

    kind: Kind | None = None
    state: str = ""
    enterprise_id: int | None = None


class DayRow(NamedTuple):
    """One line of the day: a reservation with its stay if there is one, or a walk-in's stay alone."""

    reservation: Reservation | None
    stay: Stay | None


def day_rows(
    session: Session, park_id: int, day: Span, wanted: ReservationFilter, *, limit: int, offset: int
) -> tuple[list[DayRow], int]:
    """List what is planned and what happened on a day, in order of time, and count all of it.

    Storage leases stand on the day they begin. The number of queries does not grow.
    """
    parts = [
        part
        for part in (_planned(park_id, day, wanted), _walked_in(park_id, day, wanted))
        if part is not None
    ]
    both = union_all(*parts).subquery()
    total = session.scalar(select(func.count()).select_from(both)) or 0
    page = session.execute(
        select(both).order_by(both.c.at, both.c.reservation_id, both.c.stay_id).limit(limit).offset(offset)
    ).all()
    return _load(session, page), total


WALK_IN = "walk_in"


def _planned(park_id: int, day: Span, wanted: ReservationFilter) -> Select[int, int, datetime] | None:
    if wanted.state == WALK_IN:
        return None
    where = [
        Reservation.park_id == park_id,
        Reservation.starts_at >= day.start,
        Reservation.starts_at < day.end,
    ]
    if wanted.state:
        where.append(Reservation.state == ReservationState(wanted.state))
    if wanted.enterprise_id is not None:
        where.append(Reservation.enterprise_id == wanted.enterprise_id)
    if wanted.kind is not None:
        where.append(Reservation.space_id.in_(_of_kind(park_id, wanted.kind)))
    none = cast(literal(None), Integer)
    return select(
        Reservation.id.label("reservation_id"), none.label("stay_id"), Reservation.starts_at.label("at")
    ).where(*where)


def _walked_in(park_id: int, day: Span, wanted: ReservationFilter) -> Select[int, int, datetime] | None:
    if wanted.state and wanted.state != WALK_IN:
        return None
    where = [
        Stay.park_id == park_id,
        Stay.started_at >= day.start,
        Stay.started_at < day.end,
        Stay.reservation_id.is_(None),
    ]
    if wanted.enterprise_id is not None:
        where.append(Stay.enterprise_id == wanted.enterprise_id)
    if wanted.kind is not None:
        where.append(Stay.space_kind == wanted.kind)
    none = cast(literal(None), Integer)
    return select(none.label("reservation_id"), Stay.id.label("stay_id"), Stay.started_at.label("at")).where(
        *where
    )


def _of_kind(park_id: int, kind: Kind) -> Select[int]:
    return select(Space.id).where(Space.park_id == park_id, Space.kind == kind)


def _load(session: Session, page: Sequence[Row[int, int, datetime]]) -> list[DayRow]:
    planned = _reservations(session, [row.reservation_id for row in page if row.reservation_id])
    stays = _stays(session, Stay.id.in_([row.stay_id for row in page if row.stay_id]))
    of_reservation = {
        stay.reservation_id: stay for stay in _stays(session, Stay.reservation_id.in_(planned)).values()
    }
    return [
        DayRow(planned[row.reservation_id], of_reservation.get(row.reservation_id))
        if row.reservation_id
        else DayRow(None, stays[row.stay_id])
        for row in page
    ]


def _reservations(session: Session, ids: Iterable[int]) -> dict[int, Reservation]:
    rows = session.scalars(
        select(Reservation)
        .options(
            joinedload(Reservation.space), joinedload(Reservation.enterprise), joinedload(Reservation.member)
        )
        .where(Reservation.id.in_(ids))
        .order_by(Reservation.id)
    )
    return {row.id: row for row in rows}


def _stays(session: Session, which: ColumnElement[bool]) -> dict[int, Stay]:
    rows = session.scalars(
        select(Stay)
        .options(joinedload(Stay.space), joinedload(Stay.enterprise), joinedload(Stay.member))
        .where(which)
        .order_by(Stay.id)
    )
    return {row.id: row for row in rows}


def who_is_in(session: Session, park_id: int) -> Sequence[Stay]:
    """List everybody who has checked in and not left, leases apart, the longest first."""
    return session.scalars(
        select(Stay)
        .options(
            joinedload(Stay.space),
            joinedload(Stay.enterprise),
            joinedload(Stay.member),
            joinedload(Stay.reservation),
        )
        .where(Stay.park_id == park_id, OPEN, Stay.space_kind != Kind.STORAGE)
        .order_by(Stay.started_at, Stay.id)
    ).all()


A_DAY = timedelta(days=1)


def waiting_for_approval(session: Session, park_id: int, now: datetime) -> Sequence[Reservation]:
    """List requests the park can still approve, the soonest promise first; not those of managers."""
    return session.scalars(
        select(Reservation)
        .options(
            joinedload(Reservation.space), joinedload(Reservation.enterprise), joinedload(Reservation.member)
        )
        .where(
            Reservation.park_id == park_id,
            Reservation.state == ReservationState.REQUESTED,
            Reservation.answerer == Answerer.PARK,
            Reservation.starts_at > now - A_DAY,  # a store's first day; what is older is closed by a job
        )
        .order_by(func.coalesce(Reservation.answer_by, Reservation.starts_at), Reservation.starts_at)
        .order_by(Reservation.id)
    ).all()


def no_shows_of(session: Session, park_id: int, day: Span) -> int:
    """Count the reservations of a day that nobody came to."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Reservation)
            .where(
                Reservation.park_id == park_id,
                Reservation.starts_at >= day.start,
                Reservation.starts_at < day.end,
                Reservation.state == ReservationState.NO_SHOW,
            )
        )
        or 0
    )


def count_spaces(session: Session, park_id: int) -> Mapping[Kind, int]:
    """Count a park's spaces by kind, retired ones apart."""
    rows = session.execute(
        select(Space.kind, func.count())
        .where(Space.park_id == park_id, Space.retired_at.is_(None))
        .group_by(Space.kind)
        .order_by(Space.kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416 - a Row is no pair to dict()


def enterprise_choices(session: Session, park_id: int) -> Sequence[Enterprise]:
    """List the enterprises of a park by name, for a choice."""
    here = select(Enterprise).where(Enterprise.park_id == park_id).order_by(Enterprise.id)
    return in_chinese_order(session.scalars(here), lambda one: one.short_name)


def reservations_in_park(session: Session, park_id: int, ids: Collection[int]) -> Mapping[int, Reservation]:
    """Give those of the park among these, with whose they are, in one query; none for no ids."""
    if not ids:
        return {}
    ours = select(Reservation).where(Reservation.id.in_(ids), Reservation.park_id == park_id)
    whose = joinedload(Reservation.enterprise), joinedload(Reservation.member)
    return {one.id: one for one in session.scalars(ours.options(*whose))}


def reservation_in_park(session: Session, park_id: int, reservation_id: int) -> Reservation | None:
    """Give a reservation of the park; another park's is as good as none."""
    return session.scalar(
        select(Reservation)
        .options(
            joinedload(Reservation.space), joinedload(Reservation.enterprise), joinedload(Reservation.member)
        )
        .where(Reservation.id == reservation_id, Reservation.park_id == park_id)
    )
