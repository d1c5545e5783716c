"""When a space is claimed within a span, by whomever."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from booking.db.ready import ReadyStatement
from booking.reservations.models import Occupancy
from booking.reservations.queries import ON_SPACE, OwnIds, held_by_others, overlapping, times_of
from booking.spaces.models import Kind, Space
from booking.values import Span


def busy_between(
    session: Session, space: Space, span: Span, *, but: OwnIds = None
) -> list[tuple[datetime, datetime]]:
    """List when the space, or a part of it, is claimed, from start to end, in order of time.

    By whomever, but perhaps the reservations named, which do not stand in their own way.
    """
    asked, connection = {"space_id": space.id} | times_of(span), session.connection()
    if but is None:
        rows = _busy(space.kind).all(connection, asked)
    else:
        rows = connection.execute(_ordered(space.kind, held_by_others(but)), asked).all()
    return [(start, end) for start, end, _ in rows]


@cache
def _busy(kind: Kind) -> ReadyStatement:
    return ReadyStatement(_ordered(kind))


def _ordered(kind: Kind, *where: ColumnElement[bool]) -> Select[Any]:
    columns = (Occupancy.starts_at, Occupancy.ends_at, Occupancy.id)
    claims = overlapping(kind, ON_SPACE, *where, columns=columns).subquery()
    return select(claims).order_by(claims.c.starts_at, claims.c.id)
