"""Who stands in line for a time, in order of asking: who joined the list, and what series wish for.

And the letter to whom something is held for: one, however much an act freed for them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    TextClause,
    bindparam,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, joinedload

from booking.db import Instant
from booking.db.ready import ReadyStatement
from booking.mail.outbox import LetterText, write_letter
from booking.people.models import Member
from booking.reservations.claim import HOLDERS, Holder
from booking.reservations.models import Occupancy
from booking.reservations.queries import parts_of_wholes
from booking.reservations.series.models import OPEN_WISH, WishedOccurrence
from booking.reservations.waiting.models import HELD, IN_LINE, OPEN_WAIT, Wait, WaitState
from booking.reservations.waiting.rules import FreedPlace, LineWish
from booking.spaces.models import Kind, Space
from booking.values import Span


class Freed(NamedTuple):
    """A stretch of a space, or of a part of a combined one, that comes free."""

    space_id: int
    span: Span


class Line(NamedTuple):
    """Who may want what comes free, by id, before anything is locked."""

    waits: Sequence[int] = ()
    wishes: Sequence[int] = ()

    @property
    def empty(self) -> bool:
        """Tell whether nobody stands in it."""
        return not (self.waits or self.wishes)


def line_for(session: Session, park_id: int, freed: Sequence[Freed], now: datetime) -> Line:
    """Name who wants something of these stretches and has not lost it by waiting; one query.

    Of waits also those whose time has begun (`begun`); of wishes only what is to come.
    """
    if not freed or max(one.span.end for one in freed) <= now:
        return Line()
    around = spaces_around(session, park_id, (one.space_id for one in freed))
    whole = Span(min(one.span.start for one in freed), max(one.span.end for one in freed))
    here = or_(Wait.space_id.is_(None), Wait.space_id.in_(around))
    waits = _wanting(Wait, whole).where(Wait.park_id == park_id, IN_LINE, Wait.ends_at > now, here)
    to_come = WishedOccurrence.starts_at > now, OPEN_WISH, ~OFFERED_BEFORE
    wishes = _wanting(WishedOccurrence, whole).where(WishedOccurrence.space_id.in_(around), *to_come)
    found = session.execute(waits.union_all(wishes)).all()
    rows = [row for row in found if _touched(Span(row.starts_at, row.ends_at), freed)]
    return Line(
        [row.id for row in rows if row.what == Wait.__tablename__],
        [row.id for row in rows if row.what == WishedOccurrence.__tablename__],
    )


OFFERED_BEFORE = exists().where(Wait.wished_id == WishedOccurrence.id)
"""A wish of a series is offered once; after that its page offers it while it is free."""


def _peeks(holder: str) -> ReadyStatement:
    """Ask whether anybody in the park waits for a time that a holder has; made once, as all who free ask."""
    held, now = cast("Table", Occupancy.__table__), bindparam("now", type_=Instant())

    def of(
        table: type[Wait | WishedOccurrence], still: TextClause, to_come: ColumnElement[bool]
    ) -> Select[int]:
        mine = held.c[f"{holder}_id"] == bindparam("holder")
        within = (held.c.starts_at < table.ends_at, held.c.ends_at > table.starts_at)
        here = (table.park_id == bindparam("park"), still, to_come)
        return select(literal(1)).select_from(table).where(*here, exists().where(mine, *within))

    waits = of(Wait, IN_LINE, Wait.ends_at > now)
    wished = of(WishedOccurrence, OPEN_WISH, WishedOccurrence.starts_at > now)
    return ReadyStatement(waits.union_all(wished).limit(1))


PEEKS = {holder: _peeks(holder) for holder in HOLDERS}


def somebody_waits(session: Session, park_id: int, holder: Holder, now: datetime) -> bool:
    """Tell whether anybody waits for a time that the holder has, here or elsewhere in the park."""
    asked = {"park": park_id, "holder": holder.id, "now": now}
    return PEEKS[holder.__tablename__].first(session.connection(), asked) is not None


def _wanting(table: type[Wait | WishedOccurrence], span: Span) -> Select[str, int, datetime, datetime]:
    what = literal(table.__tablename__, String()).label("what")
    return select(what, table.id, table.starts_at, table.ends_at).where(
        table.starts_at < span.end, table.ends_at > span.start
    )


def _touched(wanted: Span, freed: Iterable[Freed]) -> bool:
    return any(one.span.overlaps(wanted) for one in freed)


def spaces_around(session: Session, park_id: int, space_ids: Iterable[int]) -> set[int]:
    """Give these spaces with all that hangs together with them by parts: the same set from whichever of them.

    What is made of them, what that is made of, what else is made of that, and so on: who frees a whole locks
    it before, and who serves the line after it by the parts that came free; were there more around those, the
    second lock would wait in a ring.
    """
    wholes, found = parts_of_wholes(session, park_id), set(space_ids)
    known = 0
    while known < len(found):
        known = len(found)
        for whole, parts in wholes.items():
            if whole in found or found.intersection(parts):
                found |= {whole, *parts}
    return found


class InLine(NamedTuple):
    """Somebody in line, locked: a wait, or a wish of a series that becomes one when it is offered."""

    row: Wait | WishedOccurrence
    wish: LineWish
    member: Member
    span: Span  # the time that is wanted


def locked_line(session: Session, line: Line) -> list[InLine]:
    """Lock those who still wait, and give them in order of asking.

    A wish that somebody settles just now is left out, and its page offers it: who settles it may themselves
    wait for the time that is freed.
    """
    waits = session.scalars(
        select(Wait)
        .where(Wait.id.in_(line.waits), Wait.state == WaitState.WAITING)
        .options(joinedload(Wait.member, innerjoin=True))
        .order_by(Wait.id)
        .with_for_update(key_share=True, of=Wait)
        .execution_options(populate_existing=True)
    ).all()
    wishes: Sequence[WishedOccurrence] = ()
    if line.wishes:
        wishes = session.scalars(
            select(WishedOccurrence)
            .where(WishedOccurrence.id.in_(line.wishes), OPEN_WISH, ~OFFERED_BEFORE)
            .options(joinedload(WishedOccurrence.space, innerjoin=True))
            .order_by(WishedOccurrence.id)
            .with_for_update(key_share=True, skip_locked=True, of=WishedOccurrence)
            .execution_options(populate_existing=True)
        ).all()
    standing = [*(_of_wait(one) for one in waits), *(_of_wish(session, one) for one in wishes)]
    return sorted(standing, key=lambda one: (one.row.created_at, one.row.__tablename__, one.row.id))


def _of_wait(wait: Wait) -> InLine:
    return InLine(wait, wish_of(wait), wait.member, wait.span)


def wish_of(wait: Wait) -> LineWish:
    """Give what somebody waits for."""
    equipment = frozenset(wait.equipment)
    return LineWish(wait.kind.value, wait.space_id, wait.area_id, wait.people, equipment)


def freed_place(space: Space) -> FreedPlace:
    """Give a space as what may come free."""
    equipment = frozenset(one.name for one in space.equipment)
    return FreedPlace(space.id, space.kind.value, space.area_id, space.capacity, equipment)


def _of_wish(session: Session, one: WishedOccurrence) -> InLine:
    wish = LineWish(one.space.kind.value, one.space_id, None, one.people, frozenset())
    span = Span(one.starts_at, one.ends_at)
    return InLine(one, wish, session.get_one(Member, one.member_id), span)


def before_in_line(session: Session, waits: Collection[Wait]) -> dict[int, int]:
    """Tell of each wait how many others stand before it who could get what it waits for; one query."""
    if not waits:
        return {}
    others = session.execute(
        select(
            Wait.id, Wait.kind, Wait.space_id, Wait.starts_at, Wait.ends_at, Wait.created_at, Wait.member_id
        )
        .where(Wait.park_id == next(iter(waits)).park_id, IN_LINE)
        .where(Wait.starts_at < max(one.ends_at for one in waits))
        .where(Wait.ends_at > min(one.starts_at for one in waits))
    ).all()
    return {
        wait.id: sum(
            (other.created_at, other.id) < (wait.created_at, wait.id)
            and other.kind is wait.kind
            and other.member_id != wait.member_id
            and (None in {other.space_id, wait.space_id} or other.space_id == wait.space_id)
            and wait.span.overlaps(Span(other.starts_at, other.ends_at))
            for other in others
        )
        for wait in waits
    }


def own_before(session: Session, waits: Collection[Wait]) -> dict[int, Span]:
    """Tell which waits for a space their own earlier one for a part of the time is served before; one query.

    Gives the time of that. Once it is held, the other gets nothing of it.
    """
    if not waits:
        return {}
    mine = Wait.member_id.in_({one.member_id for one in waits}), Wait.space_id.is_not(None)
    earlier = session.execute(
        select(Wait.id, Wait.member_id, Wait.space_id, Wait.starts_at, Wait.ends_at, Wait.created_at)
        .where(Wait.state.in_(OPEN_WAIT), *mine)
        .order_by(Wait.created_at, Wait.id)
    ).all()
    found: dict[int, Span] = {}
    for wait in waits:
        for one in earlier:
            alike = (one.member_id, one.space_id) == (wait.member_id, wait.space_id)
            span = Span(one.starts_at, one.ends_at)
            first = (one.created_at, one.id) < (wait.created_at, wait.id)
            if wait.state is WaitState.WAITING and alike and first and wait.span.overlaps(span):
                found.setdefault(wait.id, span)
    return found


SPACES_WITHOUT_LINE = (Kind.STORAGE,)
"""Kinds had by whole days have no waiting list."""


HoldLetter = Callable[[Member, Sequence[Wait]], LetterText]
"""Words the letter on all that is held for somebody and they do not know of."""


def holders_to_tell(session: Session, now: datetime) -> Sequence[int]:
    """Name the members for whom something is held that no letter told them of."""
    untold = select(Wait.member_id).where(HELD, Wait.told_at.is_(None), Wait.held_until > now)
    return sorted(set(session.scalars(untold)))


def tell_held(session: Session, member_id: int, *, letter: HoldLetter, now: datetime) -> bool:
    """Tell them of all of it; tells whether there was anything. Safe twice: each is told once."""
    held = session.scalars(
        select(Wait)
        .where(Wait.member_id == member_id, HELD, Wait.told_at.is_(None), Wait.held_until > now)
        .options(joinedload(Wait.offered_space))
        .order_by(Wait.held_until, Wait.id)
        .with_for_update(key_share=True, of=Wait)
        .execution_options(populate_existing=True)
    ).all()
    if not held:
        return False
    for one in held:
        one.told_at = now
    session.flush()
    member = session.get_one(Member, member_id)
    key = f"waiting:{held[0].id}:{held[0].offered_at:%Y%m%d%H%M%S}"  # what was put back may be held anew
    write_letter(session, member.park_id, key, member.email, letter(member, held), now=now)
    return True
