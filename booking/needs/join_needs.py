"""Join needs into a matter of the committee, and word it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import change_row, record
from booking.db import NO_KEY_UPDATE
from booking.needs.answer_need import AnswerLetter, answer_need
from booking.needs.models import Matter, Need
from booking.needs.rules import NeedElsewhere, NothingToJoin
from booking.needs.steps import lock_matter, standing_decision, take_step


def open_matter(
    session: Session,
    park_id: int,
    title: str,
    need_ids: Sequence[int],
    *,
    proposal: str = "",
    by: Actor,
    now: datetime,
) -> Matter:
    """Make a matter of needs of the park; raises NothingToJoin and NeedElsewhere."""
    matter = Matter(park_id=park_id, title=title, proposal=proposal, opened_at=now, opened_by_id=by.member_id)
    session.add(matter)
    session.flush()
    after = {"title": title}
    record(session, Action.MATTER_OPENED, "matter", matter.id, by=by, now=now, after=after, park_id=park_id)
    _put(session, matter, need_ids, by=by, now=now)
    return matter


def join_needs(
    session: Session,
    matter_id: int,
    need_ids: Sequence[int],
    letter: AnswerLetter,
    *,
    by: Actor,
    now: datetime,
) -> Matter:
    """Put needs into a matter; those that are in it stay. Raises NothingToJoin, NeedElsewhere, MatterOver.

    Where a decision stands, it is their answer too.
    """
    matter = lock_matter(session, matter_id)
    standing = standing_decision(session, matter.id)
    for need in _put(session, matter, need_ids, by=by, now=now):
        if standing is not None and not need.is_over:
            answer_need(session, need.id, standing.what, letter, by=by, now=now, promised=standing.by_when)
    return matter


def _put(
    session: Session, matter: Matter, need_ids: Sequence[int], *, by: Actor, now: datetime
) -> list[Need]:
    """Put needs into a matter that is locked, or new; gives those that were not in it."""
    needs = _lock_needs(session, matter.park_id, need_ids)
    if not needs:
        raise NothingToJoin
    elsewhere = [need for need in needs if need.matter_id not in {None, matter.id}]
    if elsewhere:
        raise NeedElsewhere(session.get_one(Matter, elsewhere[0].matter_id).title)
    new = [need for need in needs if need.matter_id is None]
    for need in new:
        need.matter_id, need.closes_at = matter.id, None
        take_step(session, need, Action.NEED_JOINED, by=by, now=now, words=matter.title)
    return new


def part_need(session: Session, need: Need, *, by: Actor, now: datetime) -> None:
    """Take a need out of its matter; what it was answered stays. Raises MatterOver."""
    if need.matter_id is None:
        return
    matter = lock_matter(session, need.matter_id)
    need.matter_id = None
    take_step(session, need, Action.NEED_PARTED, by=by, now=now, words=matter.title)


def word_matter(
    session: Session, matter_id: int, title: str, proposal: str, *, by: Actor, now: datetime
) -> Matter:
    """Word its title and what is proposed."""
    matter = lock_matter(session, matter_id, over=True)
    before, after = change_row(matter, {"title": title, "proposal": proposal})
    if after:
        record(
            session, Action.MATTER_EDITED, "matter", matter.id, park_id=matter.park_id,
            by=by, now=now, before=before, after=after,
        )  # fmt: skip
    return matter


def _lock_needs(session: Session, park_id: int, need_ids: Sequence[int]) -> Sequence[Need]:
    wanted = select(Need).where(Need.park_id == park_id, Need.id.in_(need_ids)).order_by(Need.id)
    locked = wanted.with_for_update(of=Need, **NO_KEY_UPDATE)
    return session.scalars(locked.execution_options(populate_existing=True)).all()
