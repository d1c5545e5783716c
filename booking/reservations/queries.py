"""Questions about who has which space when. Rows are tuples, not objects: a day holds hundreds of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, or_, select

from booking.people.models import Member
from booking.reservations.claim import LONGEST_CLAIM
from booking.reservations.models import Occupancy, Reservation, ReservationChange, ReservationState
from booking.spaces.models import Area, Closure, Equipment, Kind, Space, space_part

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.orm import Session

    from booking.values.span import Span

UPCOMING = (ReservationState.REQUESTED, ReservationState.BOOKED, ReservationState.IN_USE)


class SpaceRow(NamedTuple):
    """What a page says about a space."""

    id: int
    code: str
    name: str
    name_en: str | None
    kind: Kind
    capacity: int
    area_id: int
    area: str
    area_en: str | None
    area_cm2: int
    picture_id: int | None


class ClaimRow(NamedTuple):
    """A claim on one space or part; reservation facts only where it is the reader's own enterprise's."""

    space_id: int
    starts_at: datetime
    ends_at: datetime
    enterprise_id: int | None
    reservation_id: int | None
    closure_id: int | None
    purpose: str | None
    member: str | None
    reason: str | None


SPACE_COLUMNS = (
    Space.id, Space.code, Space.name, Space.name_en, Space.kind, Space.capacity, Space.area_id,
    Area.name, Area.name_en, Space.area_cm2, Space.picture_id,
)  # fmt: skip


def spaces_of_kind(
    session: Session, park_id: int, kind: Kind, now: datetime, area_id: int | None = None
) -> list[SpaceRow]:
    """List the spaces of a kind in service, in the order of areas and positions."""
    where = [Space.park_id == park_id, Space.kind == kind, _in_service(now)]
    if area_id is not None:
        where.append(Space.area_id == area_id)
    rows = session.execute(
        select(*SPACE_COLUMNS)
        .join(Area, Area.id == Space.area_id)
        .where(*where)
        .order_by(Area.position, Area.id, Space.position, Space.id)
    )
    return [SpaceRow(*row) for row in rows]


def space_rows(session: Session, ids: Collection[int]) -> list[SpaceRow]:
    """Give these spaces, in the order of areas and positions."""
    rows = session.execute(
        select(*SPACE_COLUMNS)
        .join(Area, Area.id == Space.area_id)
        .where(Space.id.in_(ids))
        .order_by(Area.position, Area.id, Space.position, Space.id)
    )
    return [SpaceRow(*row) for row in rows]


def areas_with(session: Session, park_id: int, kind: Kind) -> Sequence[Row[int, str, str | None]]:
    """List the areas that have spaces of a kind: id, name, English name."""
    return session.execute(
        select(Area.id, Area.name, Area.name_en)
        .where(
            Area.park_id == park_id,
            Area.id.in_(select(Space.area_id).where(Space.park_id == park_id, Space.kind == kind)),
        )
        .order_by(Area.position, Area.id)
    ).all()


def equipment_of_kind(session: Session, park_id: int, kind: Kind) -> Sequence[str]:
    """List the names of what spaces of a kind have."""
    return session.scalars(
        select(Equipment.name)
        .join(Space, Space.id == Equipment.space_id)
        .where(Space.park_id == park_id, Space.kind == kind)
        .distinct()
        .order_by(Equipment.name)
    ).all()


def equipment_of(session: Session, ids: Collection[int]) -> Mapping[int, list[str]]:
    """Tell what each of these spaces has."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Equipment.space_id, Equipment.name)
        .where(Equipment.space_id.in_(ids))
        .order_by(Equipment.space_id, Equipment.name)
    )
    for space_id, name in rows:
        found[space_id].append(name)
    return found


def space_in(session: Session, park_id: int, space_id: int) -> Space | None:
    """Give a space of this park, retired or not; None where it is another park's."""
    return session.scalar(select(Space).where(Space.id == space_id, Space.park_id == park_id))


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
    parts = select(space_part.c.part_id).where(space_part.c.whole_id == space.id)
    mine = or_(Occupancy.space_id == space.id, Occupancy.space_id.in_(parts))
    return _claims(session, and_(mine, overlapping(span, space.kind)))


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


def is_free(session: Session, space: Space, span: Span) -> bool:
    """Tell whether nobody has the space then; only a claim makes sure of it."""
    return not claims_between(session, space, span)


def busy_spaces(session: Session, park_id: int, kind: Kind, span: Span) -> set[int]:
    """Name the spaces of a kind that cannot be had then: claimed ones, and wholes with a claimed part."""
    claimed = select(Occupancy.space_id).where(
        Occupancy.park_id == park_id, Occupancy.space_kind == kind, overlapping(span, kind)
    )
    wholes = select(space_part.c.whole_id).where(space_part.c.part_id.in_(claimed))
    return set(session.scalars(claimed.union(wholes)))


def free_spaces(
    session: Session,
    park_id: int,
    kind: Kind,
    span: Span,
    now: datetime,
    *,
    people: int = 1,
    equipment: Sequence[str] = (),
    area_id: int | None = None,
) -> list[int]:
    """Name the spaces that nobody has then and that seat so many and have all that, in their order."""
    claimed = select(Occupancy.space_id).where(Occupancy.space_kind == kind, overlapping(span, kind))
    wholes = select(space_part.c.whole_id).where(space_part.c.part_id.in_(claimed))
    where = [_in_service(now), Space.id.not_in(claimed), Space.id.not_in(wholes)]
    return _fitting(session, park_id, kind, people, equipment, area_id, where)


def fitting_spaces(
    session: Session,
    park_id: int,
    kind: Kind,
    now: datetime,
    *,
    people: int = 1,
    equipment: Sequence[str] = (),
    area_id: int | None = None,
) -> list[int]:
    """Name the spaces that seat so many and have all that, free or not."""
    return _fitting(session, park_id, kind, people, equipment, area_id, [_in_service(now)])


def reservations_of(
    session: Session, enterprise_id: int, *, past: bool, now: datetime, limit: int, offset: int = 0
) -> Sequence[Reservation]:
    """List an enterprise's reservations with their spaces and members: what is to come, or what was."""
    over = or_(Reservation.ends_at <= now, Reservation.state.not_in(UPCOMING))
    rows = (
        select(Reservation, Space.name, Space.name_en, Space.kind, Member.name)
        .join(Space, Space.id == Reservation.space_id)
        .join(Member, Member.id == Reservation.member_id)
        .where(Reservation.enterprise_id == enterprise_id)
        .limit(limit)
        .offset(offset)
    )
    if past:
        rows = rows.where(over).order_by(Reservation.starts_at.desc(), Reservation.id.desc())
    else:
        rows = rows.where(Reservation.ends_at > now, Reservation.state.in_(UPCOMING)).order_by(
            Reservation.starts_at, Reservation.id
        )
    return session.execute(rows).all()  # type: ignore[return-value]


def changes_of(session: Session, reservation_id: int) -> Sequence[ReservationChange]:
    """Tell the history of a reservation, step by step."""
    return session.scalars(
        select(ReservationChange)
        .where(ReservationChange.reservation_id == reservation_id)
        .order_by(ReservationChange.at, ReservationChange.id)
    ).all()


def _in_service(now: datetime) -> ColumnElement[bool]:
    return or_(Space.retired_at.is_(None), Space.retired_at > now)


def _fitting(
    session: Session,
    park_id: int,
    kind: Kind,
    people: int,
    equipment: Sequence[str],
    area_id: int | None,
    where: list[ColumnElement[bool]],
) -> list[int]:
    where = [Space.park_id == park_id, Space.kind == kind, Space.capacity >= people, *where]
    if area_id is not None:
        where.append(Space.area_id == area_id)
    for name in equipment:
        where.append(Space.id.in_(select(Equipment.space_id).where(Equipment.name == name)))
    return list(
        session.scalars(select(Space.id).where(*where).order_by(Space.capacity, Space.position, Space.id))
    )


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
        )
        .outerjoin(Reservation, Reservation.id == Occupancy.reservation_id)
        .outerjoin(Member, Member.id == Reservation.member_id)
        .outerjoin(Closure, Closure.id == Occupancy.closure_id)
        .where(where)
        .order_by(Occupancy.starts_at, Occupancy.id)
    )
    return [ClaimRow(*row) for row in rows]
