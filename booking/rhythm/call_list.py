"""Whom a liaison should call on: at most five enterprises that nobody has seen this month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, literal, or_, select
from sqlalchemy.orm import Session

from booking.db import Instant
from booking.needs.models import ContactCard
from booking.parks.models import Park
from booking.people.models import Enterprise, Member
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import written_at
from booking.rhythm.open_list import openings
from booking.rhythm.visits import last_visits, visits_of
from booking.usage.models import Stay
from booking.values.month import Month, local_day

MOST = 5


@dataclass(frozen=True, slots=True)
class ToCall:
    """An enterprise to call on, with who looks after it; `last_use` is for administrators alone to see.

    `visit_id` is the need that tells of the visit before, None where there was none.
    """

    enterprise: Enterprise
    liaison: str | None
    last_use: datetime | None
    listed: bool  # it got this month's list, and did not open it
    visit_id: int | None


def call_list(session: Session, park: Park, month: Month, *, now: datetime) -> Sequence[ToCall]:
    """Give them, in a fixed number of queries: did not open the list, was not visited, used nothing.

    The most quiet comes first: who never used anything, then whoever did so longest ago.
    """
    listed = written_at(session, CycleStep.LIST, month, park.id)
    seen = openings(session, park, month).keys() | visits_of(session, park, month).keys()
    last = func.max(case((Stay.id.is_not(None), func.coalesce(Stay.ended_at, literal(now, Instant))))).label(
        "last"
    )
    rows = session.execute(
        select(Enterprise, Member.name, last)
        .select_from(Enterprise)
        .outerjoin(Stay, Stay.enterprise_id == Enterprise.id)
        .outerjoin(ContactCard, ContactCard.enterprise_id == Enterprise.id)
        .outerjoin(Member, Member.id == ContactCard.liaison_id)
        .where(Enterprise.park_id == park.id, Enterprise.joined_on <= month.last_day)
        .where(or_(Enterprise.left_on.is_(None), Enterprise.left_on >= local_day(now, park.zone)))
        .where(Enterprise.id.not_in(seen))
        .group_by(Enterprise.id, Member.name)
        .having(or_(last.is_(None), last < month.span.start))
        .order_by(last.is_not(None), last, Enterprise.id)
        .limit(MOST)
    ).all()
    visits = last_visits(session, [enterprise.id for enterprise, _, _ in rows])
    return [
        ToCall(enterprise, liaison, at, enterprise.id in listed, visits.get(enterprise.id))
        for enterprise, liaison, at in rows
    ]
