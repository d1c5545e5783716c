"""What is yet to come: on a space (the port of `booking.spaces.inventory`), of one person, of who leaves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    TextClause,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from booking.db import Instant
from booking.db.ready import ReadyStatement
from booking.parks.models import Park
from booking.people.models import Enterprise, Member
from booking.reservations.claim import with_buffer
from booking.reservations.models import OPEN_STATES, STAY, Occupancy, Reservation, ReservationState
from booking.reservations.queries import ON_SPACE, STILL_COMING, overlapping, times_of
from booking.reservations.rules import OwnPlace, held_too, local_instant
from booking.spaces.models import AnySpace, Kind, Space, space_part
from booking.spaces.rules import Hours
from booking.values import Span, day_span


def upcoming(session: Session, space_id: int, *, now: datetime) -> int:
    """Count what is asked for, booked or in use, and walk-ins still there, of a space and its combinations.

    A walk-in on a part counts for the whole, too.
    """
    parts = session.scalars(
        select(space_part.c.part_id).where(space_part.c.whole_id == space_id).order_by(space_part.c.part_id)
    )
    wanted = select(func.count()).select_from(Reservation).where(*_reserved(session, space_id, now))
    return (session.scalar(wanted) or 0) + _walked_in(session, [space_id, *parts])


def reservations_to_come(
    session: Session, space_id: int, *, now: datetime, most: int = 10
) -> Sequence[Reservation]:
    """List the earliest of the reservations that `upcoming` counts, with their spaces."""
    return session.scalars(
        select(Reservation)
        .where(*_reserved(session, space_id, now))
        .options(joinedload(Reservation.space))
        .order_by(Reservation.starts_at, Reservation.id)
        .limit(most)
    ).all()


def _reserved(session: Session, space_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    wholes = session.scalars(
        select(space_part.c.whole_id).where(space_part.c.part_id == space_id).order_by(space_part.c.whole_id)
    )
    still = or_(
        Reservation.state == ReservationState.IN_USE,
        and_(Reservation.state.in_(OPEN_STATES), Reservation.ends_at > now),
    )
    return Reservation.space_id.in_([space_id, *wholes]), still


def _walked_in(session: Session, space_ids: list[int]) -> int:
    # A walk-in's claim is cut short when the stay ends, and stays as what was.
    wanted = (
        select(func.count(Occupancy.stay_id.distinct()))
        .join(STAY, STAY.c.id == Occupancy.stay_id)
        .where(Occupancy.space_id.in_(space_ids), STAY.c.ended_at.is_(None))
    )
    return session.scalar(wanted) or 0


class BookedTime(NamedTuple):
    """A time that an enterprise has asked for, booked or in use, of a kind.

    `id` is its reservation's, or `walked_in_id`.
    """

    id: int
    kind: Kind
    span: Span


def walked_in_id(stay_id: int) -> int:
    """Tell whoever came without a reservation from all that have one, whose ids are above nothing."""
    return -stay_id


def booked_times(
    session: Session, enterprise_id: int, kinds: Iterable[Kind], within: Span
) -> Sequence[BookedTime]:
    """List what an enterprise has asked for, booked or in use of these kinds within a span; one query."""
    asked = [*kinds]
    of = {"enterprise_id": enterprise_id, "kinds": asked, "of_kinds": [one.value for one in asked]}
    rows = session.execute(BOOKED_OR_IN_USE, of | {"start": within.start, "end": within.end})
    return [BookedTime(found, kind, Span(start, end)) for found, kind, start, end in rows]


def _booked_or_in_use() -> Executable:
    booked = (
        select(Reservation.id, Space.kind, Reservation.starts_at, Reservation.ends_at)
        .join(Space, Space.id == Reservation.space_id)
        .where(Reservation.enterprise_id == bindparam("enterprise_id"), STILL_COMING)
        .where(Space.kind.in_(bindparam("kinds", expanding=True)))
        .where(Reservation.starts_at < bindparam("end"), Reservation.ends_at > bindparam("start"))
    )
    walked_in = (
        select(-STAY.c.id, STAY.c.space_kind, STAY.c.started_at, STAY.c.held_until)
        .where(STAY.c.enterprise_id == bindparam("enterprise_id"), STAY.c.reservation_id.is_(None))
        .where(STAY.c.space_kind.in_(bindparam("of_kinds", expanding=True)), STAY.c.ended_at.is_(None))
        .where(STAY.c.started_at < bindparam("end", type_=Instant()))
        .where(STAY.c.held_until > bindparam("start", type_=Instant()))
    )
    return union_all(booked, walked_in).order_by("starts_at")


BOOKED_OR_IN_USE = _booked_or_in_use()


def reservations_beyond(session: Session, enterprise_id: int, instant: datetime) -> Sequence[Reservation]:
    """List what an enterprise has asked for, booked or in use that goes on after an instant."""
    return session.scalars(
        select(Reservation)
        .where(Reservation.enterprise_id == enterprise_id, STILL_COMING, Reservation.ends_at > instant)
        .options(joinedload(Reservation.space))
        .order_by(Reservation.starts_at, Reservation.id)
    ).all()


def moved_out(session: Session) -> list[int]:
    """Name the enterprises that have something left that goes on after their last day in the park."""
    rows = session.execute(
        select(Enterprise.id, Enterprise.left_on, Park.zone_name, func.max(Reservation.ends_at))
        .join(Park, Park.id == Enterprise.park_id)
        .join(Reservation, and_(Reservation.enterprise_id == Enterprise.id, STILL_COMING))
        .where(Enterprise.left_on.is_not(None))
        .group_by(Enterprise.id, Enterprise.left_on, Park.zone_name)
        .order_by(Enterprise.id)
    )
    return [
        enterprise_id
        for enterprise_id, left_on, zone, latest in rows
        if left_on is not None and latest > day_span(left_on, ZoneInfo(zone)).end
    ]


def booked_then(session: Session, park: Park, day: date, hours: Mapping[int, Sequence[Hours]]) -> int:
    """Count what is asked for, booked or in use, and walk-ins, in hours of spaces (`BookedThen`)."""
    spans = spans_of(day, hours, park.zone)
    within, there = day_span(day, park.zone), list(spans)
    reserved = session.execute(
        select(Reservation.space_id, Reservation.starts_at, Reservation.ends_at)
        .where(Reservation.space_id.in_(there), STILL_COMING)
        .where(Reservation.starts_at < within.end, Reservation.ends_at > within.start)
    )
    walked_in = session.execute(
        select(Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at)
        .where(Occupancy.space_id.in_(there), Occupancy.stay_id.is_not(None))
        .where(Occupancy.starts_at < within.end, Occupancy.ends_at > within.start)
    )
    return sum(
        any(Span(starts_at, ends_at).overlaps(one) for one in spans[space_id])
        for space_id, starts_at, ends_at in [*reserved, *walked_in]
    )


def spans_of(day: date, hours: Mapping[int, Sequence[Hours]], zone: ZoneInfo) -> dict[int, list[Span]]:
    """Give hours of spaces on a day, minutes after its midnight, as stretches of time."""
    return {
        space_id: [Span(*(local_instant(day, minute, zone) for minute in one)) for one in several]
        for space_id, several in hours.items()
    }


NOBODY = 0
"""Where a row of `_beside` tells that the space is taken; no reservation has this id."""


def free_and_own(
    session: Session,
    space: AnySpace,
    span: Span,
    member_id: int,
    *,
    but: int | None = None,
    rooms_of: int | None = None,
) -> tuple[bool, Sequence[OwnPlace]]:
    """Tell in one query whether a use then would meet no claim, and what `own_between` lists besides.

    As `is_free`: but perhaps the reservation named. A store is no place where somebody is, and stands beside
    anything.
    """
    kept = {"space_id": space.id, "kept_until": with_buffer(session, space, span).end}
    asked = kept | _asked(member_id, span, but, rooms_of)
    rows = _beside(space.kind).all(session.connection(), asked)
    own = [_own_place(row) for row in rows if row[0]]
    stays = space.kind is not Kind.STORAGE
    return all(row[0] for row in rows), held_too(span, own) if stays else ()


def own_between(
    session: Session, member_id: int, span: Span, *, but: int | None = None, rooms_of: int | None = None
) -> Sequence[OwnPlace]:
    """List what a member holds that shares an instant with a span, in order of time; one query.

    And the meeting rooms that others of the enterprise `rooms_of` hold: it may be one meeting, booked twice.
    """
    found = union_all(*_held(rooms=rooms_of is not None))
    rows = session.execute(found, _asked(member_id, span, but, rooms_of))
    return held_too(span, map(_own_place, rows))


def _asked(member_id: int, span: Span, but: int | None, rooms_of: int | None) -> dict[str, Any]:
    ids = {"member_id": member_id, "but": but or NOBODY, "enterprise_id": rooms_of or NOBODY}
    return ids | times_of(span)


def _own_place(row: Sequence[Any]) -> OwnPlace:
    found, start, end, name, name_en, space_id, state, colleague = row
    requested = state == ReservationState.REQUESTED
    return OwnPlace(Span(start, end), name, name_en, space_id, found, colleague, requested)


PLACE = (Space.name, Space.name_en, Space.id)
HERE = (Reservation.id, Reservation.starts_at, Reservation.ends_at, *PLACE, Reservation.state)


def _then() -> tuple[ColumnElement[bool] | TextClause, ...]:
    return (
        Reservation.starts_at < bindparam("end"),
        Reservation.starts_at > bindparam("bound"),  # what is had by the hour lasts a day at most
        Reservation.ends_at > bindparam("start"),
        Reservation.id != bindparam("but"),
        STILL_COMING,
    )


@cache
def _own() -> Select[*tuple[Any, ...]]:
    return (
        select(*HERE, literal_column("''").label("colleague"))
        .join(Space, Space.id == Reservation.space_id)
        .where(Reservation.member_id == bindparam("member_id"), *_then(), Space.kind != Kind.STORAGE)
    )


@cache
def _of_colleagues() -> Select[*tuple[Any, ...]]:
    return (
        select(*HERE, Member.name.label("colleague"))
        .join(Space, Space.id == Reservation.space_id)
        .join(Member, Member.id == Reservation.member_id)
        .where(Reservation.enterprise_id == bindparam("enterprise_id"), *_then())
        .where(Reservation.member_id != bindparam("member_id"), Space.kind == Kind.MEETING_ROOM)
    )


def _held(*, rooms: bool) -> Sequence[Select[*tuple[Any, ...]]]:
    return [_own(), _of_colleagues()] if rooms else [_own()]


@cache
def _beside(kind: Kind) -> ReadyStatement:
    """Make the question of every price once: what is held besides, and a row more where it is taken."""
    others = or_(Occupancy.reservation_id.is_(None), Occupancy.reservation_id != bindparam("but"))
    claims = overlapping(
        kind,
        ON_SPACE,
        others,
        columns=(Occupancy.id, Occupancy.starts_at, Occupancy.ends_at),
        end="kept_until",
    )
    taken = claims.limit(1).subquery()
    unnamed: list[ColumnElement[Any]] = [literal_column("NULL")] * 5
    found = select(literal_column(f"{NOBODY}"), taken.c.starts_at, taken.c.ends_at, *unnamed)
    held = _held(rooms=kind is Kind.MEETING_ROOM)
    return ReadyStatement(union_all(*(select(one.subquery()) for one in held), found))
