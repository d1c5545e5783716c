"""Questions about who has which space when. Rows are tuples, not objects: a day holds hundreds of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import InstrumentedAttribute

from booking.db import Instant, WrittenOut
from booking.db.ready import ReadyStatement
from booking.parks.queries import kept
from booking.people.models import Enterprise, Member
from booking.reservations.claim import LONGEST_CLAIM, with_buffer
from booking.reservations.models import FAR_FUTURE, STAY, WAIT, Occupancy, Reservation, ReservationState
from booking.reservations.rules import used_until
from booking.spaces.models import AnySpace, Closure, Kind, Space, space_part
from booking.values import Span


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
    member_id: int | None
    agreed_end: datetime | None  # of who comes, went before it or is waited for; see `used_at`
    stay_id: int | None  # of who came without a reservation
    closed_until: datetime | None  # the end of the whole closure, of which a claim is a day
    wait_id: int | None = None  # of what is held for the first in line
    booked_space_id: int | None = None  # what was taken or closed: a combined space, if this is a part
    in_use: bool = False  # whether somebody is there who did not check out

    def is_overstayed(self, now: datetime) -> bool:
        """Tell whether somebody is there beyond what was agreed: nothing of the claim is kept to tidy up."""
        return self.in_use and self.agreed_end is not None and self.agreed_end <= now

    def used_at(self, now: datetime) -> Span:
        """When somebody has it, as it looks now, without the time after it that is kept to tidy up."""
        agreed = None if self.is_overstayed(now) else self.agreed_end
        return Span(self.starts_at, used_until(self.starts_at, self.ends_at, agreed))


CLAIM_COLUMNS = (
    Occupancy.id, Occupancy.space_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.enterprise_id,
    Occupancy.reservation_id, Occupancy.closure_id, Occupancy.stay_id, Occupancy.wait_id,
)  # fmt: skip


def parts_of_wholes(session: Session, park_id: int) -> Mapping[int, tuple[int, ...]]:
    """Tell what each combined space of a park is made of."""
    return kept(session, park_id, "parts", lambda: _parts_of_wholes(session, park_id))


def _parts_of_wholes(session: Session, park_id: int) -> Mapping[int, tuple[int, ...]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    both = space_part.c.whole_id, space_part.c.part_id
    wanted = select(*both).join(Space, Space.id == both[0]).where(Space.park_id == park_id).order_by(*both)
    for whole, part in session.execute(wanted):
        found[whole].append(part)
    return {whole: tuple(parts) for whole, parts in found.items()}


def claims_between(session: Session, space: AnySpace, span: Span) -> list[ClaimRow]:
    """List the claims on a space, or on its parts, that share an instant with the span, in order of time."""
    return _claims(session, space.kind, ON_SPACE, span, space_id=space.id)


def claims_of_kind(session: Session, park_id: int, kind: Kind, span: Span) -> list[ClaimRow]:
    """List the claims on all spaces of a kind that share an instant with the span."""
    return _claims(session, kind, OF_KIND, span, park_id=park_id)


def closures_of_kind(session: Session, park_id: int, kind: Kind, span: Span) -> list[ClaimRow]:
    """List those of them that are closures."""
    return _claims(session, kind, CLOSED_OF_KIND, span, park_id=park_id)


# Written out and not bound, so that the partial index of open ends is found.
OPEN_END = Occupancy.ends_at == WrittenOut(FAR_FUTURE)


def overlapping(
    kind: Kind, *where: ColumnElement[bool], columns: Sequence[InstrumentedAttribute[Any]], end: str = "end"
) -> Select[Any] | CompoundSelect[Any]:
    """Select columns of the claims that share an instant with a span, in no order; run it with `times_of` it.

    `end` names the parameter that says where the span ends.

    Bounded below, however long the history is: a claim of a metered kind lasts a day at most, or has an
    open end, and those with one are few and have an index of their own. Leases are looked through.
    """
    shares = and_(Occupancy.starts_at < bindparam(end), Occupancy.ends_at > bindparam("start"))
    if kind is Kind.STORAGE:
        return select(*columns).where(*where, shares)
    return union_all(
        select(*columns).where(*where, shares, Occupancy.starts_at > bindparam("bound")),
        select(*columns).where(*where, OPEN_END, Occupancy.starts_at <= bindparam("bound")),
    )


def times_of(span: Span) -> dict[str, datetime]:
    """Give the parameters of `overlapping`."""
    return {"start": span.start, "end": span.end, "bound": span.start - LONGEST_CLAIM}


OwnIds = int | Collection[int] | None
"""Which reservations are in nobody's way: one, several, or None."""


def held_by_others(but: OwnIds) -> ColumnElement[bool]:
    """Say that a claim is not of these reservations; with None, that it is anybody's."""
    if but is None:
        return true()
    mine = Occupancy.reservation_id == but if isinstance(but, int) else Occupancy.reservation_id.in_(but)
    return or_(Occupancy.reservation_id.is_(None), not_(mine))


def is_free(session: Session, space: AnySpace, span: Span, *, but: int | None = None) -> bool:
    """Tell whether a use of the space then would meet no claim, but perhaps the reservation named.

    With what is kept free after a use, of this one as well; only a claim makes sure.
    """
    asked = {"space_id": space.id} | times_of(with_buffer(session, space, span))
    if but is None:
        return _taken(space.kind).first(session.connection(), asked) is None
    found = overlapping(space.kind, ON_SPACE, held_by_others(but), columns=(Occupancy.id,)).limit(1)
    return session.connection().execute(found, asked).first() is None


@cache
def _taken(kind: Kind) -> ReadyStatement:
    """Make the busiest question once."""
    return ReadyStatement(overlapping(kind, ON_SPACE, columns=(Occupancy.id,)).limit(1))


def claimed_spaces(kind: Kind, *where: ColumnElement[bool]) -> Select[int]:
    """Select the ids of the spaces of a park and kind that are claimed themselves; `times_of` says when."""
    claims = overlapping(kind, OF_KIND, *where, columns=(Occupancy.space_id,)).subquery()
    return select(claims.c.space_id)


STILL_COMING = text("reservation.state IN ('requested', 'booked', 'in_use')")  # as the index says it


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


PARTS = select(space_part.c.part_id).where(space_part.c.whole_id == bindparam("space_id"))
ITSELF = bindparam("space_id", type_=Occupancy.space_id.type)
ON_SPACE = Occupancy.space_id.in_(union_all(select(ITSELF), PARTS))
"""On the space or a part of it; one list, since with an OR the claims of every space are looked through."""
OF_KIND = and_(Occupancy.park_id == bindparam("park_id"), Occupancy.space_kind == bindparam("kind"))
WHO_WENT = STAY.alias("who_went")
WENT = select(WHO_WENT.c.ended_at).where(WHO_WENT.c.reservation_id == Reservation.id).scalar_subquery()
AGREED_END = func.coalesce(
    case((Reservation.state == ReservationState.DONE, WENT)),
    Reservation.ends_at, STAY.c.ended_at, STAY.c.held_until, WAIT.c.ends_at,
    type_=Instant(),
)  # fmt: skip
CLOSED_OF_KIND = and_(OF_KIND, Occupancy.closure_id.is_not(None))


def _claims(
    session: Session, kind: Kind, where: ColumnElement[bool], span: Span, **asked: object
) -> list[ClaimRow]:
    facts = {"kind": kind} | asked | times_of(span)
    return [ClaimRow._make(row) for row in session.execute(_with_their_facts(kind, where), facts)]


@cache
def _with_their_facts(kind: Kind, where: ColumnElement[bool]) -> Select[Any]:
    """Make the statement of a day's page once: composing it takes as long as reading a day's claims."""
    claim = overlapping(kind, where, columns=CLAIM_COLUMNS).subquery().c
    told = (
        claim.space_id, claim.starts_at, claim.ends_at, claim.enterprise_id, claim.reservation_id,
        claim.closure_id, Reservation.purpose, Member.name, Closure.reason, Enterprise.short_name,
        Reservation.member_id, AGREED_END, claim.stay_id, Closure.ends_at, claim.wait_id,
        func.coalesce(Reservation.space_id, STAY.c.space_id, Closure.space_id, WAIT.c.offered_space_id),
        or_(Reservation.state == ReservationState.IN_USE, and_(claim.stay_id > 0, STAY.c.ended_at.is_(None))),
    )  # fmt: skip
    return (
        select(*told)
        .outerjoin(Reservation, Reservation.id == claim.reservation_id)
        .outerjoin(Member, Member.id == Reservation.member_id)
        .outerjoin(Enterprise, Enterprise.id == claim.enterprise_id)
        .outerjoin(Closure, Closure.id == claim.closure_id)
        .outerjoin(STAY, STAY.c.id == claim.stay_id)
        .outerjoin(WAIT, WAIT.c.id == claim.wait_id)
        .order_by(claim.starts_at, claim.id)
    )
