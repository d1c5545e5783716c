"""What happened to a need, step by step, and in the audit trail; the locks on needs and matters."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.db import NO_KEY_UPDATE, lock_row
from booking.needs.models import Decision, Matter, Need, NeedStep
from booking.needs.rules import ANSWERED_WITHIN, MatterOver, NeedKind, NeedOver, end_of_day
from booking.parks.models import Park
from booking.parks.queries import park_calendar, provisional_years
from booking.values.month import local_day
from booking.values.work_calendar import working_day_after

ANONYMOUS = "somebody without an account"
"""The actor of the trail who says a need by name, or holds its link; the need's own history has the name."""


def lock_need(session: Session, need_id: int, *, over: bool = False) -> Need:
    """Lock a need to change it; raises NeedOver where it has its end, unless `over` may be."""
    wanted = select(Need).where(Need.id == need_id).with_for_update(of=Need, **NO_KEY_UPDATE)
    need = session.scalars(wanted.execution_options(populate_existing=True)).one()
    if need.is_over and not over:
        raise NeedOver(need.done_at)
    return need


_STEP = insert(cast("Table", NeedStep.__table__))


def take_step(
    session: Session, need: Need, action: Action, *, by: Actor, now: datetime, words: str = ""
) -> None:
    """Flush, then write one step into the need's history and the audit trail."""
    session.flush()
    facts = {"need_id": need.id, "at": now, "action": action.value, "words": words}
    session.execute(_STEP, facts | {"actor_id": by.member_id, "actor_name": by.name})
    stranger = need.is_named and by.member_id is None and by.name == need.asker_name
    who = Actor(ANONYMOUS, park_id=need.park_id, request_id=by.request_id) if stranger else by
    after = {"kind": need.kind.value, "state": need.state.value, "due_on": need.due_on.isoformat()}
    record(session, action, "need", need.id, by=who, now=now, after=after, park_id=need.park_id)


def count_days(session: Session, need: Need, kind: NeedKind, park: Park) -> None:
    """Set the kind, and the day by which it is answered, counted from when the need was (re)opened.

    A day that falls into a year without a published calendar is provisional, and the pages say so.
    """
    said = local_day(need.opened_at, park.zone)
    count = ANSWERED_WITHIN[kind]
    calendar = park_calendar(session, park.id)
    need.kind = kind
    need.due_on = working_day_after(calendar, said, count)
    need.due_at = end_of_day(need.due_on, park.zone)
    need.provisional = bool(provisional_years(session, park.id, said, need.due_on))


def lock_matter(session: Session, matter_id: int, *, over: bool = False) -> Matter:
    """Lock a matter to change it; raises MatterOver where it is done, unless `over` may be."""
    matter = lock_row(session, Matter, matter_id)
    if matter.done_at is not None and not over:
        raise MatterOver(matter.done_at)
    return matter


def standing_decision(session: Session, matter_id: int) -> Decision | None:
    """Find the decision that is not settled yet; there is one at most."""
    return session.scalar(
        select(Decision).where(Decision.matter_id == matter_id, Decision.settled_at.is_(None))
    )
