"""Whom the liaisons called on in a month, and whether they met somebody: visits are needs.

And whom a liaison should call on: at most five enterprises that nobody has seen this month.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Subquery, func, literal, or_, select, true
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.db import Instant
from booking.needs.models import ContactCard, Need, NeedStep
from booking.needs.rules import NeedKind
from booking.parks.models import Park
from booking.people.models import Enterprise, Member
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import openings, written_at
from booking.usage.models import Stay
from booking.values import Month, local_day


class Call(NamedTuple):
    """A visit to an enterprise in a month: the need that tells of it, and whether somebody was met."""

    need_id: int
    met: bool


def last_visits(session: Session, enterprise_ids: Collection[int]) -> dict[int, int]:
    """Give the need that tells of the latest visit to each enterprise that was visited, in one query."""
    rows = session.execute(
        select(Need.enterprise_id, func.max(Need.id))
        .where(Need.enterprise_id.in_(enterprise_ids), Need.kind == NeedKind.VISIT)
        .group_by(Need.enterprise_id)
    )
    return {enterprise_id: need_id for enterprise_id, need_id in rows if enterprise_id is not None}


def visits_of(session: Session, park: Park, month: Month) -> dict[int, bool]:
    """Tell of each enterprise called on in a month whether somebody was met; else a card was left."""
    return {enterprise_id: call.met for enterprise_id, call in calls_of(session, park, month).items()}


CALLS = (Action.NEED_VISITED.value, Action.NEED_CARD_LEFT.value)


def calls_of(session: Session, park: Park, month: Month) -> dict[int, Call]:
    """Give the call on each enterprise that was called on in a month: the first where somebody was met."""
    rows = session.execute(
        select(Need.enterprise_id, Need.id, NeedStep.action)
        .join(NeedStep, NeedStep.need_id == Need.id)
        .where(Need.park_id == park.id, Need.kind == NeedKind.VISIT, NeedStep.action.in_(CALLS))
        .where(NeedStep.at >= month.span.start, NeedStep.at < month.span.end)
        .order_by(NeedStep.id)
    )
    found: dict[int, Call] = {}
    for enterprise_id, need_id, action in rows:
        if enterprise_id is None:
            continue
        there = found.get(enterprise_id)
        if there is None or not there.met:
            found[enterprise_id] = Call(need_id, action == Action.NEED_VISITED.value)
    return found


MOST = 5


@dataclass(frozen=True, slots=True)
class ToCall:
    """An enterprise to call on, with who looks after it.

    `last_use` is None where it used nothing, or use was not looked at; `visit_id` is the need that tells of
    the visit before, None where there was none.
    """

    enterprise: Enterprise
    liaison: str | None
    last_use: datetime | None
    listed: bool  # it got this month's list, and did not open it
    visit_id: int | None


def call_list(session: Session, park: Park, month: Month, *, by_use: bool, now: datetime) -> Sequence[ToCall]:
    """Give them, in a fixed number of queries: did not open the list, was not visited, used nothing.

    The most quiet comes first: who never used anything, then whoever did so longest ago. Without `by_use`
    nothing in it comes from anybody's use, and last visits take its place: walking through the months would
    tell when somebody used something last.
    """
    listed = written_at(session, CycleStep.LIST, month, park.id)
    seen = openings(session, park, month).keys() | visits_of(session, park, month).keys()
    last = _last_use(now) if by_use else _last_visit()
    rows = session.execute(
        select(Enterprise, Member.name, last.c.last)
        .select_from(Enterprise)
        .outerjoin(last, last.c.enterprise_id == Enterprise.id)
        .outerjoin(ContactCard, ContactCard.enterprise_id == Enterprise.id)
        .outerjoin(Member, Member.id == ContactCard.liaison_id)
        .where(Enterprise.park_id == park.id, Enterprise.joined_on <= month.last_day)
        .where(or_(Enterprise.left_on.is_(None), Enterprise.left_on >= local_day(now, park.zone)))
        .where(Enterprise.id.not_in(seen))
        .where(or_(last.c.last.is_(None), last.c.last < month.span.start) if by_use else true())
        .order_by(last.c.last.is_not(None), last.c.last, Enterprise.id)
        .limit(MOST)
    ).all()
    visits = last_visits(session, [enterprise.id for enterprise, _, _ in rows])
    return [
        ToCall(
            enterprise, liaison, at if by_use else None, enterprise.id in listed, visits.get(enterprise.id)
        )
        for enterprise, liaison, at in rows
    ]


def _last_use(now: datetime) -> Subquery:
    ended = func.max(func.coalesce(Stay.ended_at, literal(now, Instant)))
    return select(Stay.enterprise_id, ended.label("last")).group_by(Stay.enterprise_id).subquery()


def _last_visit() -> Subquery:
    return (
        select(Need.enterprise_id, func.max(NeedStep.at).label("last"))
        .join(NeedStep, NeedStep.need_id == Need.id)
        .where(Need.kind == NeedKind.VISIT, NeedStep.action.in_(CALLS))
        .group_by(Need.enterprise_id)
        .subquery()
    )
