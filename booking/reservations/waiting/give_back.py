"""Give a claim back, all or part of it: the one way to free time, so that who waits for it gets it first.

`claim` does the freeing; here who stands in line is served in the same transaction. Nobody else calls it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from booking.reservations import claim
from booking.reservations.claim import Holder
from booking.reservations.models import Occupancy
from booking.reservations.waiting.line import Freed, line_for, somebody_waits
from booking.reservations.waiting.models import HELD, Wait
from booking.reservations.waiting.offer import lock_around, offer_freed, serve
from booking.spaces.models import Space
from booking.values.span import Span


def release(session: Session, holder: Holder, *, now: datetime) -> None:
    """Free all that the holder has; safe twice."""
    with _freeing(session, holder, now):
        claim.release(session, holder)


def shorten(session: Session, space: Space, ends_at: datetime, holder: Holder, *, now: datetime) -> None:
    """Free what the holder has after `ends_at` and the buffer; never lengthens, safe twice."""
    with _freeing(session, holder, now):
        claim.shorten(session, space, ends_at, holder)


def change_claim(session: Session, space: Space, span: Span, holder: Holder, *, now: datetime) -> None:
    """Give up what the holder has and claim this instead, or keep what it has and raise Taken."""
    with _freeing(session, holder, now, space.id):
        claim.change_claim(session, space, span, holder)


GATHERED: Final = "freed, and not offered yet"


@contextmanager
def freed_together(
    session: Session, park_id: int, space_ids: Iterable[int], *, now: datetime
) -> Iterator[None]:
    """Let an act that frees much serve the line once, at its end; what it frees lies in these spaces.

    They are locked before the first is freed, and who waits is locked once, so that no two such acts wait
    for each other in a ring.
    """
    lock_around(session, park_id, space_ids)
    session.info[GATHERED] = gathered = cast("list[Freed]", [])
    try:
        yield
    finally:
        del session.info[GATHERED]
    offer_freed(session, park_id, gathered, now=now)


@contextmanager
def _freeing(session: Session, holder: Any, now: datetime, *also: int) -> Iterator[None]:  # noqa: ANN401 - a Holder's columns
    """Free what is freed within, then serve who waits for it; where anybody does, spaces are locked first."""
    session.flush()
    if GATHERED in session.info:
        freed = _held(session, holder)
        yield
        session.info[GATHERED] += freed
        return
    if not somebody_waits(session, holder.park_id, holder, now):
        yield
        return
    freed = _held(session, holder)
    line = line_for(session, holder.park_id, freed, now)
    lock_around(session, holder.park_id, {one.space_id for one in freed} | set(also))
    yield
    serve(session, holder.park_id, line, freed, now=now)


OCCUPANCY = cast("Table", Occupancy.__table__)


def _held(session: Session, holder: Holder) -> Sequence[Freed]:
    """List what the holder has now."""
    mine = OCCUPANCY.c[f"{holder.__tablename__}_id"] == holder.id
    rows = session.execute(
        select(OCCUPANCY.c.space_id, OCCUPANCY.c.starts_at, OCCUPANCY.c.ends_at)
        .where(mine)
        .order_by(OCCUPANCY.c.space_id, OCCUPANCY.c.starts_at)
    )
    return [Freed(row.space_id, Span(row.starts_at, row.ends_at)) for row in rows]


def let_go_of_hold(session: Session, wished_id: int) -> None:
    """Free what is held for a wish of a series, for its own booking in the same transaction."""
    wait = session.scalar(
        select(Wait).where(Wait.wished_id == wished_id, HELD).with_for_update(key_share=True)
    )
    if wait is not None:
        claim.release(session, wait)
