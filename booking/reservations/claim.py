"""The one verb through which a space is claimed: by a reservation, a walk-in stay, a closure or a hold.

Nobody else writes occupancy, and time is given back through `waiting/give_back.py`. The database judges
overlaps on every engine; here its refusal becomes `Taken`, and the session stays usable. To change a claim is
to take it back and claim anew within a savepoint, since PostgreSQL's ON CONFLICT does not cover UPDATE.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol, cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from booking.db.many_rows import insert_rows, insert_what_fits
from booking.db.ready import ReadyStatement
from booking.reservations.models import FAR_FUTURE, Occupancy
from booking.reservations.refusals import Taken
from booking.reservations.rules import check_in_service
from booking.spaces.models import AnySpace, Kind, space_part
from booking.spaces.queries import kept_until
from booking.spaces.standing import held_standing, is_combined_now, lock_spaces, lock_to_fill
from booking.values import Span


class Holder(Protocol):
    """A Reservation, a Stay, a Closure or a Wait; one of its own claims may change, nobody else's."""

    __tablename__: str
    id: Any


def claim(
    session: Session, space: AnySpace, span: Span, holder: Holder, *, buffer_minutes: int | None = None
) -> None:
    """Claim a space, or all parts of a combined one, or nothing; raises Taken, or Retired.

    The buffer of the space's rule is kept free after the span, except after a closure. Flushes first,
    so that the holder has its id. `buffer_minutes` spares a query to who knows the rule already.
    """
    session.flush()
    _take(session, space, span, holder, buffer_minutes)


def _take(
    session: Session,
    space: AnySpace,
    span: Span,
    holder: Holder,
    buffer_minutes: int | None,
    *,
    held: Collection[int] | None = None,
) -> None:
    """Write its rows, instead of those on the spaces it has `held`; raises Taken.

    Once more where the space turns out to have become a combined one while we waited for it.
    """
    replaced = None if held is None else _held_by(holder)
    for anew in (False, True):
        rows = _rows(session, space, span, holder, buffer_minutes, anew=anew)
        stood = {row["space_id"] for row in rows}
        if held is not None or len(rows) > 1:
            lock_spaces(session, stood.union(held or ()))
        try:
            _write(session, rows, space, span, replaced=replaced)
        except Taken:
            if anew or stood != {space.id} or not is_combined_now(session, space.id):
                raise
        else:
            return


def claim_each(
    session: Session, space: AnySpace, spans: Mapping[int, Span], *, enterprise_id: int, buffer_minutes: int
) -> set[int]:
    """Claim a space for many reservations, by id, as one statement; gives those that got all they need.

    Who has a time already keeps it, and the others are claimed all the same. Raises Retired. The space is
    locked first, since rows that are taken one after the other could wait in a ring with who moves there.
    """
    retired_at, made_of = lock_to_fill(session, space)
    check_in_service(retired_at, space.code, max(spans.values(), key=lambda span: span.end))
    parts = made_of or [(space.id, space.kind)]
    common = {"park_id": space.park_id, "enterprise_id": enterprise_id}
    buffer = timedelta(minutes=buffer_minutes)
    rows = [
        row
        for part in parts
        for one, span in sorted(spans.items(), key=lambda pair: pair[1])
        for row in _rows_of(common | {"reservation_id": one}, part, span.widened(timedelta(0), buffer))
    ]
    got, wanted = Counter(_insert_what_is_free(session, rows)), Counter(row["reservation_id"] for row in rows)
    lost = {one for one in spans if got[one] < wanted[one]}
    if lost:
        session.execute(delete(Occupancy).where(Occupancy.reservation_id.in_(lost)), execution_options=PLAIN)
    return set(spans) - lost


def _insert_what_is_free(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert the rows that overlap nothing; gives the reservation of each.

    SQLite gives up a statement at the first row that does; then they are tried one by one.
    """
    if session.get_bind().dialect.name == "postgresql":
        return insert_what_fits(session, occupancy, rows, "reservation_id")
    with session.begin_nested() as savepoint:
        if _insert(session, rows):
            return [row["reservation_id"] for row in rows]
        savepoint.rollback()
    return [row["reservation_id"] for row in rows if _insert(session, [row])]


def change_claim(
    session: Session, space: AnySpace, span: Span, holder: Holder, *, buffer_minutes: int | None = None
) -> None:
    """Give up what the holder has and claim this instead, or keep what it has and raise Taken."""
    session.flush()
    held = select(Occupancy.space_id).where(_held_by(holder)).order_by(Occupancy.space_id)
    try:
        _take(session, space, span, holder, buffer_minutes, held=session.scalars(held).all())
    except Taken as taken:
        raise replace(taken, own=(_column(holder), holder.id)) from None


def held_from(session: Session, holder: Holder) -> datetime | None:
    """Give from when the holder has what it claims: who came early has it from then; None for nothing."""
    return session.scalar(select(func.min(Occupancy.starts_at)).where(_held_by(holder)))


def shorten(
    session: Session, space: AnySpace, ends_at: datetime, holder: Holder, *, buffer_minutes: int | None = None
) -> None:
    """Free what the holder has after `ends_at` and the buffer; never lengthens, safe twice."""
    session.flush()
    end = _claimed_until(session, space, ends_at, holder, buffer_minutes)
    mine = _held_by(holder)
    connection = session.connection()
    connection.execute(occupancy.delete().where(mine, occupancy.c.starts_at >= end))
    connection.execute(occupancy.update().where(mine, occupancy.c.ends_at > end).values(ends_at=end))


def release(session: Session, holder: Holder) -> None:
    """Free all that the holder has; safe twice."""
    session.flush()
    session.execute(delete(Occupancy).where(_held_by(holder)), execution_options=PLAIN)


PLAIN = {"synchronize_session": False}


HOLDERS = ("reservation", "stay", "closure", "wait")


def _column(holder: Holder) -> str:
    if holder.__tablename__ not in HOLDERS:
        msg = f"a {holder.__tablename__} cannot hold a space"
        raise TypeError(msg)
    return f"{holder.__tablename__}_id"


occupancy = cast("Table", Occupancy.__table__)


@cache
def _each(names: Sequence[str]) -> ReadyStatement:
    """Make PostgreSQL's INSERT of a row of these columns, unless it overlaps, or its space is combined.

    By whom we waited for when we locked it: that statement reads the parts as they were before. Nobody
    changes them while we have it, so that this later one sees what there is.
    """
    row = [bindparam(name, type_=occupancy.c[name].type) for name in names]
    combined = exists().where(space_part.c.whole_id == bindparam("space_id"))
    once = postgresql_insert(occupancy).from_select(names, select(*row).where(~combined))
    return ReadyStatement(once.on_conflict_do_nothing().returning(occupancy.c.id))


def _held_by(holder: Holder) -> ColumnElement[bool]:
    held: ColumnElement[bool] = occupancy.c[_column(holder)] == holder.id
    return held


def with_buffer(session: Session, space: AnySpace, span: Span, *, buffer_minutes: int | None = None) -> Span:
    """Give what a use of the span takes: also the time after it that the rule keeps free to tidy up.

    Whoever foresees whether a claim will be refused asks about this, and not about the span alone.
    """
    return Span(span.start, kept_until(session, space, span.end, buffer_minutes))


def _claimed_until(
    session: Session, space: AnySpace, end: datetime, holder: Holder, buffer_minutes: int | None
) -> datetime:
    if holder.__tablename__ == "closure":
        return end
    return kept_until(session, space, end, buffer_minutes)


def _rows(
    session: Session, space: AnySpace, span: Span, holder: Holder, minutes: int | None, *, anew: bool
) -> list[dict[str, Any]]:
    """Write one row a part, in the order in which everybody takes them."""
    parts = _stand_on(session, space, None if holder.__tablename__ == "closure" else span, anew=anew)
    end = _claimed_until(session, space, span.end, holder, minutes)
    common = {
        "park_id": space.park_id,
        "enterprise_id": getattr(holder, "enterprise_id", None),
        _column(holder): holder.id,
    }
    return [row for part in parts for row in _rows_of(common, part, Span(span.start, end))]


def _rows_of(common: dict[str, Any], part: tuple[int, Kind], span: Span) -> Iterator[dict[str, Any]]:
    """Write the rows of one part, in order of time."""
    part_id, kind = part
    for piece in _pieces(span, kind):
        yield {
            **common, "space_id": part_id, "space_kind": kind, "starts_at": piece.start, "ends_at": piece.end
        }  # fmt: skip


LONGEST_CLAIM = timedelta(days=1)
"""No row of a metered kind is longer, but one with an open end; other long claims are cut into pieces."""


def _pieces(span: Span, kind: Kind) -> Iterator[Span]:
    """Cut what is long (a closure of a week), so that a search need not look back further than a day.

    What has an open end stays whole; a search finds those by themselves.
    """
    start = span.start
    if kind is not Kind.STORAGE and span.end < FAR_FUTURE:
        while span.end - start > LONGEST_CLAIM:
            yield Span(start, start + LONGEST_CLAIM)
            start += LONGEST_CLAIM
    yield Span(start, span.end)


def _stand_on(session: Session, space: AnySpace, span: Span | None, *, anew: bool) -> list[tuple[int, Kind]]:
    """Give what the space is made of, id and kind: its parts, or itself; raises Retired for a later span."""
    retired_at, parts = held_standing(session, space, anew=anew)
    if span is not None:
        check_in_service(retired_at, space.code, span)
    return list(parts) or [(space.id, space.kind)]


DEADLOCK = "40P01"
TRIES = 2


def _write(
    session: Session,
    rows: Sequence[dict[str, Any]],
    space: AnySpace,
    span: Span,
    *,
    replaced: ColumnElement[bool] | None,
) -> None:
    connection = session.connection()
    if replaced is None and len(rows) == 1:
        if not _insert(session, rows):  # both engines take back one refused row by themselves
            raise Taken(space.id, span)
        return
    for tries_left in reversed(range(TRIES)):
        savepoint = connection.begin_nested()
        try:
            if replaced is not None:
                connection.execute(occupancy.delete().where(replaced))
            free = _insert(session, rows)
        except OperationalError as error:
            savepoint.rollback()
            if getattr(error.orig, "sqlstate", None) != DEADLOCK or not tries_left:
                raise
            continue
        if free:
            savepoint.commit()
            return
        savepoint.rollback()
        raise Taken(space.id, span)


def _insert(session: Session, rows: Sequence[dict[str, Any]]) -> bool:
    """Insert all rows; False where the database says that one of them overlaps."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return all(_each(tuple(row)).first(connection, row) is not None for row in rows)
    try:
        insert_rows(session, occupancy, rows)
    except IntegrityError as error:
        if "occupancy_no_overlap" not in str(error.orig):
            raise
        return False
    return True
