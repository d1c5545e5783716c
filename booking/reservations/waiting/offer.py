"""Hold what came free for the first in line whose wish it is, then the rest of it for the next."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.parks.models import Park
from booking.people.tenancy import check_tenancy
from booking.reservations.approval.rules import Booking, why_ask
from booking.reservations.booking_context import booking_context_for
from booking.reservations.claim import claim
from booking.reservations.queries import is_free
from booking.reservations.quotas.quotas import check_quota
from booking.reservations.refusals import Taken
from booking.reservations.rules import MINUTE, check_in_service, check_new, check_people
from booking.reservations.series.models import WishedOccurrence
from booking.reservations.space_queries import spaces_by_id
from booking.reservations.waiting.line import (
    SPACES_WITHOUT_LINE,
    Freed,
    InLine,
    Line,
    line_for,
    locked_line,
    spaces_around,
)
from booking.reservations.waiting.models import Wait, WaitState
from booking.reservations.waiting.rules import FreedPlace, HoldTerms, hold_ends, in_turn
from booking.spaces.models import Space
from booking.values.money import Money
from booking.values.refusal import Refusal


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
    places = [_place(space) for space in spaces.values()]
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


def _place(space: Space) -> FreedPlace:
    equipment = frozenset(one.name for one in space.equipment)
    return FreedPlace(space.id, space.kind.value, space.area_id, space.capacity, equipment)


def _hold(session: Session, one: InLine, space: Space, now: datetime) -> Wait | None:
    """Hold the space for who waits; None where it is not free, or they may not have it."""
    try:
        until = _until(session, one, space, now)
        if until is None or not is_free(session, space, one.span):
            return None
        with session.begin_nested():
            wait = _as_wait(session, one)
            wait.state, wait.offered_at, wait.held_until = WaitState.OFFERED, now, until
            wait.offered_space_id, wait.offered_space = space.id, space
            claim(session, space, one.span, wait)
    except Refusal:
        return None
    by = Actor.system("waiting list", wait.park_id)
    after = {"space_id": space.id, "held_until": until.isoformat()}
    record(session, Action.WAIT_OFFERED, "wait", wait.id, by=by, now=now, after=after, park_id=wait.park_id)
    return wait


def _until(session: Session, one: InLine, space: Space, now: datetime) -> datetime | None:
    """Judge the place as if it was booked now, and tell how long it would be held; raises what is refused."""
    at = booking_context_for(session, space, one.span, now)
    check_tenancy(session, space.park_id, one.row.enterprise_id, one.span, at.zone)
    check_in_service(space.retired_at, space.code, one.span)
    check_people(one.row.people, space.capacity)
    check_new(one.span, at)
    check_quota(session, space, one.span, one.row.enterprise_id, one.row.member_id, hold=False)
    alone = why_ask(one.member.rights, Booking(space.kind, Money.zero())) is None
    if at.opening.needs_approval or not (one.member.active and alone):
        raise Taken(space.id, one.span)
    park = session.get_one(Park, space.park_id)
    last = one.span.start - at.opening.lead_minutes * MINUTE
    return hold_ends(now, last, HoldTerms(park.hold_minutes, at.zone, at.calendar))


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
