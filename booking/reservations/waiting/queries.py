"""Whose waits there are, for the pages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.reservations.series.models import WishedOccurrence
from booking.reservations.waiting.models import HELD, Wait, WaitState
from booking.reservations.waiting.settle import OPEN_WAIT
from booking.spaces.models import Space

WITH_ALL = (
    joinedload(Wait.space),
    joinedload(Wait.offered_space),
    joinedload(Wait.member, innerjoin=True),
    joinedload(Wait.enterprise, innerjoin=True),
)


def wait_in(session: Session, park_id: int, wait_id: int) -> Wait | None:
    """Give a wait of this park with its spaces and people; None where it is another park's."""
    return session.scalar(select(Wait).where(Wait.id == wait_id, Wait.park_id == park_id).options(*WITH_ALL))


def waits_of(
    session: Session, enterprise_id: int, now: datetime, *, member_id: int | None = None
) -> Sequence[Wait]:
    """List what an enterprise, or one member, still waits for or has held, holds first."""
    wanted = (
        select(Wait)
        .where(Wait.enterprise_id == enterprise_id, Wait.state.in_(OPEN_WAIT), Wait.starts_at > now)
        .where(or_(Wait.state == WaitState.WAITING, Wait.held_until > now))
        .options(*WITH_ALL)
        .order_by(Wait.held_until.is_(None), Wait.held_until, Wait.starts_at, Wait.id)
    )
    if member_id is not None:
        wanted = wanted.where(Wait.member_id == member_id)
    return session.scalars(wanted).all()


def holds_of(session: Session, member_id: int, now: datetime) -> Sequence[Wait]:
    """List what is held for a member now, what runs out first before others."""
    return session.scalars(
        select(Wait)
        .where(HELD, Wait.held_until > now, Wait.member_id == member_id)
        .options(joinedload(Wait.offered_space))
        .order_by(Wait.held_until, Wait.id)
    ).all()


def holds_of_series(session: Session, series_id: int, now: datetime) -> dict[int, Wait]:
    """Give what is held now of a series, by the id of the wish."""
    wished = select(WishedOccurrence.id).where(WishedOccurrence.series_id == series_id)
    held = select(Wait).where(HELD, Wait.held_until > now, Wait.wished_id.in_(wished)).order_by(Wait.id)
    return {wait.wished_id: wait for wait in session.scalars(held) if wait.wished_id is not None}


MOST_LISTED = 100


def line_of(session: Session, park_id: int, space: Space, now: datetime) -> Sequence[Wait]:
    """List who waits for a space or for any of its kind, by the time wanted, then in order of asking."""
    for_it = or_(Wait.space_id == space.id, and_(Wait.space_id.is_(None), Wait.kind == space.kind))
    held = Wait.offered_space_id == space.id
    return session.scalars(
        select(Wait)
        .where(Wait.park_id == park_id, Wait.starts_at > now)
        .where(
            or_(
                and_(Wait.state == WaitState.WAITING, for_it),
                and_(Wait.state == WaitState.OFFERED, held, Wait.held_until > now),
            )
        )
        .options(*WITH_ALL)
        .order_by(Wait.starts_at, Wait.created_at, Wait.id)
        .limit(MOST_LISTED)
    ).all()
