"""What those ask who say needs and who work on them: lists by what is due, one need, its steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.needs.models import SPEAKS_FOR_FIRM, Matter, Need, NeedLink, NeedState, NeedStep
from booking.needs.rules import Escalation, NeedKind, escalation_of
from booking.needs.utterances import Utterance
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Member, Role
from booking.people.tickets import hash_token
from booking.reservations.queries import parts_of_wholes
from booking.spaces.models import Space
from booking.values import local_day, working_days_since

WITH_PEOPLE = (
    joinedload(Need.space),
    joinedload(Need.area),
    joinedload(Need.enterprise),
    joinedload(Need.member),
    joinedload(Need.owner),
    joinedload(Need.answered_by),
    joinedload(Need.matter),
)


class Stage(StrEnum):
    """Which needs a list shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    DONE = "done"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What to look for among a park's needs; None and "" mean all."""

    stage: Stage = Stage.OPEN
    kind: NeedKind | None = None
    owner_id: int | None = None
    enterprise_id: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A need with how late it is, in working days begun since it was due, and to whom it has risen."""

    need: Need
    late: int
    is_overdue: bool

    @property
    def risen_to(self) -> Escalation:
        """To whom it has risen."""
        return escalation_of(self.late)


PAGE = 50


def work_of(session: Session, park: Park, asked: WorkFilter, now: datetime, offset: int) -> list[WorkLine]:
    """Give a page of needs in three queries: open ones by what is due, then what happened last.

    One more than a page is given where there is a next one.
    """
    found = _filtered(select(Need), park.id, asked, now).options(*WITH_PEOPLE)
    waits = Need.state == NeedState.OPEN
    order = (case((waits, 0), else_=1), case((waits, Need.due_at)), Need.answered_at.desc(), Need.id.desc())
    rows = session.scalars(found.order_by(*order).limit(PAGE + 1).offset(offset)).all()
    return lines_of(session, park, rows, now)


def lines_of(session: Session, park: Park, needs: Iterable[Need], now: datetime) -> list[WorkLine]:
    """Say of needs how late they are."""
    rows, today = list(needs), local_day(now, park.zone)
    calendar = park_calendar(session, park.id)

    def line(need: Need) -> WorkLine:
        if need.state is not NeedState.OPEN:
            return WorkLine(need, 0, is_overdue=False)
        return WorkLine(need, working_days_since(calendar, need.due_on, today), is_overdue=need.due_at <= now)

    return [line(need) for need in rows]


def _filtered(query: Select[Any], park_id: int, asked: WorkFilter, now: datetime) -> Select[Any]:
    query = query.where(Need.park_id == park_id, *_of_stage(asked.stage, now))
    if asked.kind is not None:
        query = query.where(Need.kind == asked.kind)
    if asked.owner_id is not None:
        query = query.where(Need.owner_id == asked.owner_id)
    if asked.enterprise_id is not None:
        query = query.where(Need.enterprise_id == asked.enterprise_id)
    if asked.words:
        places = (Need.words, Need.asker_company, Need.asker_name)
        query = query.where(or_(*(place.contains(asked.words, autoescape=True) for place in places)))
    return query


def _of_stage(stage: Stage, now: datetime) -> tuple[ColumnElement[bool], ...]:
    match stage:
        case Stage.OVERDUE:
            return Need.state == NeedState.OPEN, Need.due_at <= now
        case Stage.ALL:
            return ()
    return (Need.state == NeedState(stage.value),)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many needs of a park wait, and how many of them are overdue."""

    open: int
    overdue: int


def waiting_in(session: Session, park_id: int, now: datetime, owner_id: int | None = None) -> Waiting:
    """Count the open needs of a park, or of one owner; a visit counts from its day on."""
    late = func.count(case((Need.due_at <= now, Need.id)))
    wanted = select(func.count(Need.id), late).where(Need.park_id == park_id, Need.state == NeedState.OPEN)
    if owner_id is not None:
        wanted = wanted.where(Need.owner_id == owner_id)
    return Waiting(*session.execute(wanted).one())


ESCALATIONS = (Escalation.OWNER, Escalation.ADMIN, Escalation.BRANCH)


def overdue_of(
    session: Session, park: Park, now: datetime, risen_to: Escalation, member_id: int
) -> list[WorkLine]:
    """Give the overdue needs that have risen so far, and the member's own; in two queries."""
    late = (Need.park_id == park.id, Need.state == NeedState.OPEN, Need.due_at <= now)
    rows = session.scalars(
        select(Need).where(*late).options(*WITH_PEOPLE).order_by(Need.due_at, Need.id).limit(MOST_OVERDUE)
    ).all()
    lines = lines_of(session, park, rows, now)
    high = ESCALATIONS.index(risen_to)
    return [one for one in lines if ESCALATIONS.index(one.risen_to) >= high or one.need.owner_id == member_id]


MOST_OVERDUE = 50


def needs_of_member(session: Session, member: Member, offset: int) -> Sequence[Need]:
    """Give a page of what a member said, or, to who runs the enterprise, all that it said; newest first.

    What somebody said in its name without an account is there once the liaison has called them.
    A visit is the park's own note: no tenant reads it.
    """
    mine = Need.member_id == member.id
    if member.role is Role.MANAGER:
        mine |= (Need.enterprise_id == member.enterprise_id) & SPEAKS_FOR_FIRM
    if member.enterprise_id is not None:
        mine &= Need.kind != NeedKind.VISIT
    wanted = select(Need).where(Need.park_id == member.park_id, mine).options(*WITH_PEOPLE)
    return session.scalars(wanted.order_by(Need.id.desc()).limit(PAGE + 1).offset(offset)).all()


def need_for(session: Session, member: Member, need_id: int) -> Need | None:
    """Find a need that a member may see: the park's own people each, others as in `needs_of_member`."""
    need = session.scalar(
        select(Need).where(Need.id == need_id, Need.park_id == member.park_id).options(*WITH_PEOPLE)
    )
    if need is None or member.enterprise_id is None:
        return need
    if need.kind is NeedKind.VISIT:
        return None
    runs_it = member.role is Role.MANAGER and need.enterprise_id == member.enterprise_id
    return need if (runs_it and not need.is_unchecked) or need.member_id == member.id else None


def need_of_link(session: Session, token: str) -> Need | None:
    """Find the need that a secret link follows."""
    linked = select(NeedLink.need_id).where(NeedLink.token_hash == hash_token(token))
    return session.scalar(select(Need).where(Need.id == linked.scalar_subquery()).options(*WITH_PEOPLE))


def steps_of(session: Session, need_id: int) -> Sequence[NeedStep]:
    """Give what happened to a need, in order."""
    return session.scalars(select(NeedStep).where(NeedStep.need_id == need_id).order_by(NeedStep.id)).all()


def utterances_of(session: Session, park_id: int, since: datetime) -> list[Utterance]:
    """Give what was said since, and has no end yet, or is in a matter that has none; in one query."""
    in_work = Matter.id.is_not(None) & Matter.done_at.is_(None)
    loose = Need.matter_id.is_(None) & (Need.state != NeedState.DONE) & (Need.raised_at >= since)
    rows = session.execute(
        select(Need.id, Need.kind, Need.area_id, Need.words, Need.matter_id)
        .join(Matter, Matter.id == Need.matter_id, isouter=True)
        .where(Need.park_id == park_id, Need.kind != NeedKind.VISIT, in_work | loose)
        .order_by(Need.id)
    )
    return [Utterance(*row) for row in rows]


def matters_of(session: Session, park_id: int) -> Sequence[Matter]:
    """Give the matters of a park with their decisions, those without an end first, the newest first."""
    return session.scalars(
        select(Matter)
        .where(Matter.park_id == park_id)
        .options(selectinload(Matter.decisions))
        .order_by(Matter.done_at.is_not(None), Matter.id.desc())
        .limit(MOST_MATTERS)
    ).all()


MOST_MATTERS = 100


def matter_in(session: Session, park_id: int, matter_id: int) -> Matter | None:
    """Find a matter of the park, with its needs and decisions."""
    return session.scalar(
        select(Matter)
        .where(Matter.id == matter_id, Matter.park_id == park_id)
        .options(selectinload(Matter.decisions), selectinload(Matter.needs).options(*WITH_PEOPLE))
    )


def needs_named(session: Session, park_id: int, need_ids: Iterable[int]) -> Mapping[int, Need]:
    """Give needs of the park by their ids."""
    wanted = select(Need).where(Need.park_id == park_id, Need.id.in_(list(need_ids))).options(*WITH_PEOPLE)
    return {need.id: need for need in session.scalars(wanted.order_by(Need.id))}


def fault_of(session: Session, space: Space) -> Need | None:
    """Give the latest fault of a space, or of a part of it, that has no end yet."""
    parts = parts_of_wholes(session, space.park_id).get(space.id, ())
    return next(reversed(session.scalars(_faults([space.id, *parts])).all()), None)


def _faults(space_ids: list[int]) -> Select[Need]:
    theirs = (Need.space_id.in_(space_ids), Need.kind == NeedKind.FAULT, Need.state != NeedState.DONE)
    return select(Need).where(*theirs).order_by(Need.id)


def faults_at(session: Session, space_id: int) -> Sequence[Need]:
    """Give the faults of a space that have no end yet, the first that was said first."""
    return session.scalars(_faults([space_id])).all()


def spaces_with_fault(session: Session, park_id: int) -> frozenset[int]:
    """Name the spaces of a park of which, or of a part, somebody reported a fault that has no end yet."""
    wanted = select(Need.space_id).where(
        Need.park_id == park_id,
        Need.kind == NeedKind.FAULT,
        Need.state != NeedState.DONE,
        Need.space_id.is_not(None),
    )
    found = frozenset(one for one in session.scalars(wanted) if one is not None)
    wholes = parts_of_wholes(session, park_id).items()
    return found.union(whole for whole, parts in wholes if not found.isdisjoint(parts))


def space_of_park(session: Session, park_id: int, space_id: int) -> Space | None:
    """Find a space that a need may be about."""
    return session.scalar(select(Space).where(Space.id == space_id, Space.park_id == park_id))
