"""Give a claim back, all or part of it: the one way to free time, so that who waits for it gets it first.

`claim` does the freeing, and nobody else calls it for that. In the same transaction what came free is held
for the first in line whose wish it is, then the rest for the next; each is told in one letter. What comes
free without anybody giving it back (longer hours, another space, a race) is found later.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from booking.parks.models import Park
from booking.people.enterprises import check_tenancy
from booking.reservations import claim
from booking.reservations.alternatives import Asker, free_and_allowed
from booking.reservations.approval.agree import ToJudge
from booking.reservations.claim import Holder
from booking.reservations.models import Occupancy
from booking.reservations.queries import is_free
from booking.reservations.refusals import Taken
from booking.reservations.reserve import booking_context_for
from booking.reservations.rules import MINUTE, BookingContext, check_in_service, check_new, check_people
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.space_queries import SpaceFilter, spaces_by_id
from booking.reservations.waiting.begun import record_offered, still_to_hold, their_only_wait
from booking.reservations.waiting.line import (
    SPACES_WITHOUT_LINE,
    Freed,
    InLine,
    Line,
    freed_place,
    line_for,
    locked_line,
    somebody_waits,
    spaces_around,
)
from booking.reservations.waiting.models import HELD, IN_LINE, Wait, WaitState
from booking.reservations.waiting.passed_over import WouldTake, beyond_rights_each, check_quota_in_line
from booking.reservations.waiting.rules import HoldTerms, hold_ends, in_turn
from booking.spaces.models import Space
from booking.values import Refusal, Span


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


def offer_freed(session: Session, park_id: int, freed: Sequence[Freed], *, now: datetime) -> list[Wait]:
    """Hold for whoever waits what fits of these stretches, in the transaction that frees them.

    Gives what is held now. Safe twice: what is held is not free, and who has an offer does not wait.
    """
    line = line_for(session, park_id, freed, now)
    return [] if line.empty else serve(session, park_id, line, freed, now=now)


def serve(session: Session, park_id: int, line: Line, freed: Sequence[Freed], *, now: datetime) -> list[Wait]:
    """Serve this line. Spaces are locked before who waits, so that two who free never wait in a ring."""
    around = lock_around(session, park_id, (one.space_id for one in freed))
    spaces = {one.id: one for one in spaces_by_id(session, around) if one.kind not in SPACES_WITHOUT_LINE}
    standing = locked_line(session, line)
    places = [freed_place(space) for space in spaces.values()]
    held: dict[int, Wait] = {}
    for number, place in in_turn([one.wish for one in standing], places):
        if number not in held and (wait := _hold(session, standing[number], spaces[place.id], now)):
            held[number] = wait
    return list(held.values())


def lock_around(session: Session, park_id: int, space_ids: Iterable[int]) -> set[int]:
    """Lock these spaces with what is made of them, in order, before anything of them is freed.

    As `claim` does where it takes several; SQLite has one writer anyway.
    """
    around = spaces_around(session, park_id, space_ids)
    if session.get_bind().dialect.name == "postgresql":
        rows = select(Space.id).where(Space.id.in_(around)).order_by(Space.id)
        session.execute(rows.with_for_update(key_share=True)).all()
    return around


def _hold(session: Session, one: InLine, space: Space, now: datetime) -> Wait | None:
    """Hold the space for who waits, or what is left of the time; None where they cannot have it."""
    try:
        at = booking_context_for(session, space, one.span, now)
        left = still_to_hold(session, one, at)
        until = _until(session, left, space, at) if left is not None else None
        if left is None or until is None or not is_free(session, space, left.span):
            return None
        with their_only_wait(session, Taken(space.id, left.span)):
            wait = _as_wait(session, one)
            wait.starts_at = left.span.start
            wait.state, wait.offered_at, wait.held_until = WaitState.OFFERED, now, until
            wait.offered_space_id, wait.offered_space = space.id, space
            claim.claim(session, space, left.span, wait)
    except Refusal:
        return None
    record_offered(session, wait, one.span, now=now)
    return wait


def _until(session: Session, one: InLine, space: Space, at: BookingContext) -> datetime | None:
    """Judge the place as if it was booked now, and tell how long it would be held; raises what is refused."""
    check_tenancy(session, space.park_id, one.row.enterprise_id, one.span, at.zone)
    check_in_service(space.retired_at, space.code, one.span)
    check_people(one.row.people, space.capacity)
    check_new(one.span, at)
    whose = (one.row.enterprise_id, one.row.member_id)
    check_quota_in_line(session, space, one.span, *whose, now=at.now)
    if at.opening.needs_approval or not _takes_alone(session, one, space):
        raise Taken(space.id, one.span)
    park = session.get_one(Park, space.park_id)
    last = one.span.start - at.opening.lead_minutes * MINUTE
    return hold_ends(at.now, last, HoldTerms(park.hold_minutes, at.zone, at.calendar))


def _takes_alone(session: Session, one: InLine, space: Space) -> bool:
    """Tell whether they could take this very place without asking their manager, at the price in force."""
    would = {one.row.id: WouldTake(one.member.rights, [ToJudge(space, one.span)])}
    return one.member.active and not beyond_rights_each(session, one.row.enterprise_id, would)


def _as_wait(session: Session, one: InLine) -> Wait:
    """Give the wait, or make one of a wish."""
    row = one.row
    if not isinstance(row, WishedOccurrence):
        return row
    wait = Wait(
        park_id=row.park_id,
        enterprise_id=row.enterprise_id,
        member_id=row.member_id,
        kind=row.space.kind,
        space_id=row.space_id,
        equipment=[],
        people=row.people,
        purpose=row.series.purpose,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_at=row.created_at,
        wished_id=row.id,
    )
    wait.member = one.member
    session.add(wait)
    return wait


MOST_AT_ONCE = 500
GOLDEN_SECTION = 0.618_033_988_749_894_9


def still_waiting(session: Session, now: datetime) -> Sequence[int]:
    """Name who waits for a time that has not begun, in order of asking; of very many so many, in turn.

    Each minute begins a golden section further on, so that whoever waits has their turn soon, whatever the
    minutes in which they are looked for, and nobody who waits in vain keeps others from it.
    """
    wanted = select(Wait.id).where(IN_LINE, Wait.starts_at > now)
    waiting = session.scalars(wanted.order_by(Wait.created_at, Wait.id)).all()
    if len(waiting) <= MOST_AT_ONCE:
        return waiting
    first = int(now.timestamp() // 60 * GOLDEN_SECTION % 1 * len(waiting))
    return [*waiting[first:], *waiting[:first]][:MOST_AT_ONCE]


def find_free(session: Session, wait_id: int, *, now: datetime) -> bool:
    """Hold what is free for the first in line that it suits; tell whether anything was. Safe twice."""
    wait = session.get_one(Wait, wait_id)
    if wait.state is not WaitState.WAITING:
        return False
    freed = [Freed(space_id, wait.span) for space_id in _free(session, wait, now)]
    return bool(offer_freed(session, wait.park_id, freed, now=now))


def _free(session: Session, wait: Wait, now: datetime) -> Sequence[int]:
    if wait.space is not None:
        return [wait.space.id] if is_free(session, wait.space, wait.span) else []
    park = session.get_one(Park, wait.park_id)
    wanted = SpaceFilter(wait.people, tuple(wait.equipment), wait.area_id)
    asker = Asker(wait.people, at_once=True)
    rows = free_and_allowed(session, park, wait.kind, wait.span, now, wanted, asker)
    return [row.id for row in rows]
