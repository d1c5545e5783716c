"""Chase open needs on the 15th: one letter to each owner of some that are overdue or soon due."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.db import NO_KEY_UPDATE
from booking.mail.outbox import LetterText, write_letter
from booking.needs.models import Need, NeedState
from booking.needs.rules import end_of_day
from booking.needs.steps import take_step
from booking.parks.models import Park
from booking.people.models import Member
from booking.rhythm.cycle_days import CycleStep
from booking.rhythm.cycle_letters import CHASE, find_due, step_letter_key, was_written
from booking.values.month import local_day

SOON = timedelta(days=2)
ChaseWords = Callable[[Sequence[Need], Member, datetime], LetterText]


def owners_to_chase(session: Session, parks: Iterable[Park], now: datetime) -> list[int]:
    """Name the owners to be written to now, park by park."""
    found: list[int] = []
    for park in parks:
        days = find_due(session, park, CycleStep.FOLLOW_UP, now)
        if days is not None:
            wanted = select(Need.owner_id).distinct().where(*_pressing(park, now))
            wanted = wanted.where(~was_written(CHASE, days.month, Need.owner_id))
            found += session.scalars(wanted.order_by(Need.owner_id))
    return found


def _pressing(park: Park, now: datetime) -> tuple[ColumnElement[bool], ...]:
    until = end_of_day(local_day(now, park.zone) + SOON, park.zone)
    return (Need.park_id == park.id, Need.state == NeedState.OPEN, Need.due_at <= until)


def chase_needs(session: Session, owner_id: int, words: ChaseWords, *, now: datetime) -> bool:
    """Write to an owner about all of them at once, and note it in their history; once a month.

    The letter's key is unique: who comes second writes nothing.
    """
    owner = session.get_one(Member, owner_id, with_for_update={"of": Member, **NO_KEY_UPDATE})
    park = owner.park
    days = find_due(session, park, CycleStep.FOLLOW_UP, now)
    if days is None:
        return False
    wanted = select(Need).where(*_pressing(park, now), Need.owner_id == owner_id)
    locked = wanted.order_by(Need.due_at, Need.id).with_for_update(of=Need, **NO_KEY_UPDATE)
    needs = session.scalars(locked.execution_options(populate_existing=True)).all()
    key = step_letter_key(CHASE, days.month, owner_id)
    if not needs or not write_letter(session, park.id, key, owner.email, words(needs, owner, now), now=now):
        return False
    by = Actor.system("chase needs", park.id)
    for need in needs:
        take_step(session, need, Action.NEED_CHASED, by=by, now=now)
    return True
