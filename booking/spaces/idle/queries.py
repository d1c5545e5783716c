"""What is asked of the register: its places, one of them, and what was put to use up to a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.parks.models import Park
from booking.spaces.models import IdlePlace, IdleState, Space, idle_place_space
from booking.values import Month


def idle_places(session: Session, park_id: int, state: IdleState | None = None) -> Sequence[IdlePlace]:
    """List the register: what is empty first, the longest first; then what is in use, the latest first."""
    wanted = select(IdlePlace).where(IdlePlace.park_id == park_id)
    if state is not None:
        wanted = wanted.where(IdlePlace.state == state)
    in_use = IdlePlace.state == IdleState.IN_USE
    return session.scalars(
        wanted.options(
            joinedload(IdlePlace.area), joinedload(IdlePlace.given_back_by), selectinload(IdlePlace.spaces)
        ).order_by(in_use, IdlePlace.put_to_use_on.desc(), IdlePlace.empty_since, IdlePlace.id)
    ).all()


def idle_place_in_park(session: Session, park_id: int, idle_place_id: int) -> IdlePlace | None:
    """Find a place of the register; None where it is another park's."""
    return session.scalar(
        select(IdlePlace)
        .where(IdlePlace.id == idle_place_id, IdlePlace.park_id == park_id)
        .options(
            joinedload(IdlePlace.area), joinedload(IdlePlace.given_back_by), selectinload(IdlePlace.spaces)
        )
    )


def spaces_to_link(session: Session, place: IdlePlace) -> Sequence[Space]:
    """List the spaces that may have been made of a place: its own, and those made of none, in their order."""
    elsewhere = select(idle_place_space.c.space_id).where(idle_place_space.c.idle_place_id != place.id)
    mine = select(idle_place_space.c.space_id).where(idle_place_space.c.idle_place_id == place.id)
    return session.scalars(
        select(Space)
        .where(Space.park_id == place.park_id, Space.id.not_in(elsewhere))
        .where(or_(Space.retired_at.is_(None), Space.id.in_(mine)), ~Space.parts.any())
        .options(joinedload(Space.area))
        .order_by(Space.kind, Space.position, Space.code)
    ).all()


def is_idle_picture(session: Session, park_id: int, document_id: int) -> bool:
    """Tell whether a document is a photograph of the park's register."""
    hung = or_(IdlePlace.before_id == document_id, IdlePlace.after_id == document_id)
    found = select(IdlePlace.id).where(IdlePlace.park_id == park_id, hung).limit(1)
    return session.scalar(found) is not None


@dataclass(frozen=True, slots=True)
class IdleSummary:
    """The register at a month's end: what was put to use in the month, what is in use, what stands empty.

    Areas are hundredths of a square metre. Of the running month it is as of today.
    """

    put_to_use: Sequence[IdlePlace]
    in_use: int
    in_use_area: int
    idle: int
    idle_area: int


def idle_places_put_to_use(session: Session, park: Park, month: Month) -> IdleSummary:
    """Tell how far the register had come at the end of a month, in two queries."""
    last = month.last_day
    used = IdlePlace.put_to_use_on <= last
    rows = session.execute(
        select(used, func.count(), func.sum(IdlePlace.area_hundredths))
        .where(IdlePlace.park_id == park.id, IdlePlace.empty_since <= last)
        .group_by(used)
    ).all()
    in_use, in_use_area = _sums(rows, wanted=True)
    idle, idle_area = _sums(rows, wanted=False)
    return IdleSummary(
        _put_to_use(session, park, month.first_day, last), in_use, in_use_area, idle, idle_area
    )


def idle_places_at_end_of(session: Session, park: Park, month: Month) -> Sequence[IdlePlace]:
    """Give the places that such a summary counts, those put to use first."""
    last = month.last_day
    return session.scalars(
        select(IdlePlace)
        .where(IdlePlace.park_id == park.id, IdlePlace.empty_since <= last)
        .options(joinedload(IdlePlace.area), selectinload(IdlePlace.spaces))
        .order_by(IdlePlace.put_to_use_on, IdlePlace.empty_since, IdlePlace.id)
    ).all()


def _sums(rows: Sequence[tuple[bool | None, int, int]], *, wanted: bool) -> tuple[int, int]:
    """Add up what is in use or not: where no day is named the database says neither."""
    found = [(count, int(area)) for used, count, area in rows if bool(used) is wanted]
    return sum(count for count, _ in found), sum(area for _, area in found)


def _put_to_use(session: Session, park: Park, first: date, last: date) -> Sequence[IdlePlace]:
    return session.scalars(
        select(IdlePlace)
        .where(IdlePlace.park_id == park.id, IdlePlace.put_to_use_on.between(first, last))
        .options(selectinload(IdlePlace.spaces))
        .order_by(IdlePlace.put_to_use_on, IdlePlace.id)
    ).all()
