"""Questions about who has which space when. Rows are tuples, not objects: a day holds hundreds of them."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, bindparam, not_, or_, select, text
from sqlalchemy.orm import joinedload

from booking.people.models import Enterprise, Member
from booking.reservations.claim import LONGEST_CLAIM
from booking.reservations.models import Occupancy, Reservation, ReservationChange, ReservationState
from booking.spaces.models import Area, Closure, Kind, Space, space_part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from booking.values.money import Money
    from booking.values.span import Span

STILL_COMING = text(
    "reservation.state IN ('requested', 'booked', 'in_use')"
)  # as ix_reservation_coming says it


class ClaimRow(NamedTuple):
    """A claim on one space or part, with what its holder's own people, or an administrator, may read."""

    space_id: int
    starts_at: datetime
    ends_at: datetime
    enterprise_id: int | None
    reservation_id: int | None
    closure_id: int | None
    purpose: str | None
    member: str | None
    reason: str | None
    enterprise: str | None


def parts_of_wholes(session: Session, park_id: int) -> Mapping[int, tuple[int, ...]]:
    """Tell what each combined space of a park is made of."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = session.execute(
        select(space_part.c.whole_id, space_part.c.part_id)
        .join(Space, Space.id == space_part.c.whole_id)
        .where(Space.park_id == park_id)
        .order_by(space_part.c.whole_id, space_part.c.part_id)
    )
    for whole, part in rows:
        found[whole].append(part)
    return {whole: tuple(parts) for whole, parts in found.items()}


def claims_between(session: Session, space: Space, span: Span) -> list[ClaimRow]:
    """List the claims on a space, or on its parts, that share an instant with the span, in order of time."""
    return _claims(session, _touching(space, span))


def claims_of_kind(session: Session, park_id: int, kind: Kind, span: Span) -> list[ClaimRow]:
    """List the claims on all spaces of a kind that share an instant with the span."""
    where = (Occupancy.park_id == park_id, Occupancy.space_kind == kind, overlapping(span, kind))
    return _claims(session, and_(*where))


def overlapping(span: Span, kind: Kind) -> ColumnElement[bool]:
    """Say that a claim shares an instant with the span; bounded below except for storage."""
    shares = and_(Occupancy.starts_at < span.end, Occupancy.ends_at > span.start)
    if kind is Kind.STORAGE:
        return shares
    return and_(shares, Occupancy.starts_at > span.start - LONGEST_CLAIM)


def is_free(session: Session, space: Space, span: Span, *, but: int | None = None) -> bool:
    """Tell whether nobody has the space then, but perhaps the reservation named; only a claim makes sure."""
    if but is not None:
        others = or_(Occupancy.reservation_id.is_(None), Occupancy.reservation_id != but)
        return session.scalar(select(Occupancy.id).where(_touching(space, span), others).limit(1)) is None
    asked = {"space_id": space.id, "start": span.start, "end": span.end, "bound": span.start - LONGEST_CLAIM}
    return session.scalar(_taken(space.kind is Kind.STORAGE), asked) is None


@cache
def _taken(storage: bool) -> Select[int]:  # noqa: FBT001 - the two shapes of one statement
    parts = select(space_part.c.part_id).where(space_part.c.whole_id == bindparam("space_id"))
    mine = or_(Occupancy.space_id == bindparam("space_id"), Occupancy.space_id.in_(parts))
    found = select(Occupancy.id).where(
        mine, Occupancy.starts_at < bindparam("end"), Occupancy.ends_at > bindparam("start")
    )
    bounded = found if storage else found.where(Occupancy.starts_at > bindparam("bound"))
    return bounded.limit(1)


def busy_between(session: Session, space: Space, span: Span) -> list[tuple[datetime, datetime]]:
    """List when the space, or a part of it, is claimed by whomever, from start to end, in order of time."""
    rows = session.execute(
        select(Occupancy.starts_at, Occupancy.ends_at)
        .where(_touching(space, span))
        .order_by(Occupancy.starts_at, Occupancy.id)
    )
    return [(row.starts_at, row.ends_at) for row in rows]


def busy_spaces(session: Session, park_id: int, kind: Kind, span: Span) -> set[int]:
    """Name the spaces of a kind that cannot be had then: claimed ones, and wholes with a claimed part."""
    claimed = select(Occupancy.space_id).where(
        Occupancy.park_id == park_id, Occupancy.space_kind == kind, overlapping(span, kind)
    )
    wholes = select(space_part.c.whole_id).where(space_part.c.part_id.in_(claimed))
    return set(session.scalars(claimed.union(wholes)))


class BookedRow(NamedTuple):
    """A reservation in a list."""

    id: int
    starts_at: datetime
    ends_at: datetime
    state: ReservationState
    purpose: str
    people: int
    quote: Money
    member_id: int
    member: str
    space_id: int
    space: str
    space_en: str | None
    kind: Kind
    area: str
    area_en: str | None


BOOKED_COLUMNS = (
    Reservation.id, Reservation.starts_at, Reservation.ends_at, Reservation.state, Reservation.purpose,
    Reservation.people, Reservation.quote, Reservation.member_id, Member.name, Reservation.space_id,
    Space.name, Space.name_en, Space.kind, Area.name, Area.name_en,
)  # fmt: skip


def reservations_of(
    session: Session,
    enterprise_id: int,
    *,
    past: bool,
    now: datetime,
    limit: int,
    offset: int = 0,
    member_id: int | None = None,
) -> list[BookedRow]:
    """List an enterprise's reservations, or one member's: what is to come, or what was, nearest first."""
    coming = and_(Reservation.ends_at > now, STILL_COMING)
    rows = (
        select(*BOOKED_COLUMNS)
        .join(Space, Space.id == Reservation.space_id)
        .join(Area, Area.id == Space.area_id)
        .join(Member, Member.id == Reservation.member_id)
        .where(Reservation.enterprise_id == enterprise_id, not_(coming) if past else coming)
        .limit(limit)
        .offset(offset)
    )
    if member_id is not None:
        rows = rows.where(Reservation.member_id == member_id)
    if past:
        rows = rows.order_by(Reservation.starts_at.desc(), Reservation.id.desc())
    else:
        rows = rows.order_by(Reservation.starts_at, Reservation.id)
    return [BookedRow._make(row) for row in session.execute(rows)]


def reservation_in(session: Session, park_id: int, reservation_id: int) -> Reservation | None:
    """Give a reservation of this park with its space and member; None where it is another park's."""
    return session.scalar(
        select(Reservation)
        .where(Reservation.id == reservation_id, Reservation.park_id == park_id)
        .options(
            joinedload(Reservation.space).joinedload(Space.area),
            joinedload(Reservation.member),
            joinedload(Reservation.enterprise),
        )
    )


def changes_of(session: Session, reservation_id: int) -> Sequence[ReservationChange]:
    """Tell the history of a reservation, step by step."""
    return session.scalars(
        select(ReservationChange)
        .where(ReservationChange.reservation_id == reservation_id)
        .order_by(ReservationChange.at, ReservationChange.id)
    ).all()


def _touching(space: Space, span: Span) -> ColumnElement[bool]:
    parts = select(space_part.c.part_id).where(space_part.c.whole_id == space.id)
    mine = or_(Occupancy.space_id == space.id, Occupancy.space_id.in_(parts))
    return and_(mine, overlapping(span, space.kind))


def _claims(session: Session, where: ColumnElement[bool]) -> list[ClaimRow]:
    rows = session.execute(
        select(
            Occupancy.space_id,
            Occupancy.starts_at,
            Occupancy.ends_at,
            Occupancy.enterprise_id,
            Occupancy.reservation_id,
            Occupancy.closure_id,
            Reservation.purpose,
            Member.name,
            Closure.reason,
            Enterprise.short_name,
        )
        .outerjoin(Reservation, Reservation.id == Occupancy.reservation_id)
        .outerjoin(Member, Member.id == Reservation.member_id)
        .outerjoin(Enterprise, Enterprise.id == Occupancy.enterprise_id)
        .outerjoin(Closure, Closure.id == Occupancy.closure_id)
        .where(where)
        .order_by(Occupancy.starts_at, Occupancy.id)
    )
    return [ClaimRow._make(row) for row in rows]
