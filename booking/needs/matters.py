"""A matter of the committee, from the needs that are joined in it to its end.

It is worded, and decided: what, who, by when; every enterprise whose need is in it gets the answer. What was
decided is settled in the end: it is done, or it is carried on to the next meeting.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import change_row, record
from booking.db import NO_KEY_UPDATE
from booking.mail.outbox import LetterText, NewLetter, write_letters
from booking.needs import rules, steps
from booking.needs.models import SPEAKS_FOR_FIRM, Decision, DecisionOutcome, Matter, Need, NeedState
from booking.parks.models import Park
from booking.people.models import Member, Role
from booking.values import Month, local_day
from booking.values.reading import readable


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
    letter: steps.AnswerLetter,
    *,
    by: Actor,
    now: datetime,
) -> Matter:
    """Put needs into a matter; those that are in it stay. Raises NothingToJoin, NeedElsewhere, MatterOver.

    Where a decision stands, it is their answer too.
    """
    matter = steps.lock_matter(session, matter_id)
    standing = steps.standing_decision(session, matter.id)
    for need in _put(session, matter, need_ids, by=by, now=now):
        if standing is not None and not need.is_over:
            steps.answer_need(
                session, need.id, standing.what, letter, by=by, now=now, promised=standing.by_when
            )
    return matter


def _put(
    session: Session, matter: Matter, need_ids: Sequence[int], *, by: Actor, now: datetime
) -> list[Need]:
    """Put needs into a matter that is locked, or new; gives those that were not in it."""
    needs = _lock_needs(session, matter.park_id, need_ids)
    if not needs:
        raise rules.NothingToJoin
    elsewhere = [need for need in needs if need.matter_id not in {None, matter.id}]
    if elsewhere:
        raise rules.NeedElsewhere(session.get_one(Matter, elsewhere[0].matter_id).title)
    new = [need for need in needs if need.matter_id is None]
    for need in new:
        need.matter_id, need.closes_at = matter.id, None
        steps.take_step(session, need, Action.NEED_JOINED, by=by, now=now, words=matter.title)
    return new


def part_need(session: Session, need: Need, *, by: Actor, now: datetime) -> None:
    """Take a need out of its matter; what it was answered stays. Raises MatterOver."""
    if need.matter_id is None:
        return
    matter = steps.lock_matter(session, need.matter_id)
    need.matter_id = None
    steps.take_step(session, need, Action.NEED_PARTED, by=by, now=now, words=matter.title)


def word_matter(
    session: Session, matter_id: int, title: str, proposal: str, *, by: Actor, now: datetime
) -> Matter:
    """Word its title and what is proposed."""
    matter = steps.lock_matter(session, matter_id, over=True)
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


DecisionLetter = Callable[[Decision, Matter, Member], LetterText]


@dataclass(frozen=True, slots=True)
class Decided:
    """What the meeting says: what is done, who sees to it (any name), and by which day."""

    what: str
    who: str
    by_when: date | None

    def checked(self) -> tuple[str, str, date]:
        """Give the three; raises DecisionMissing for the first that is empty."""
        what, who = readable(self.what), readable(self.who)
        if not what:
            raise rules.DecisionMissing(rules.DecisionPart.WHAT)
        if not who:
            raise rules.DecisionMissing(rules.DecisionPart.WHO)
        if self.by_when is None:
            raise rules.DecisionMissing(rules.DecisionPart.BY_WHEN)
        return what, who, self.by_when


def decide_matter(
    session: Session,
    matter_id: int,
    month: Month,
    decided: Decided,
    letter: DecisionLetter,
    *,
    by: Actor,
    now: datetime,
) -> Decision:
    """Decide it in the meeting of a month.

    The needs in it that have no end yet are answered by it, and end by themselves five working days after
    the day it names, where nobody contradicts. Whoever asked, and the managers of each enterprise in it, are
    written to once. Raises DecisionMissing, MatterOver, DecidedOutOfTime, DueBeforeDecided, and
    DecidedAlready where another decision stands; the same one twice is one.
    """
    what, who, by_when = decided.checked()
    matter = steps.lock_matter(session, matter_id)
    standing = steps.standing_decision(session, matter.id)
    if standing is not None:
        if (standing.what, standing.who, standing.by_when) == (what, who, by_when):
            return standing
        raise rules.DecidedAlready(standing.what)
    _check_time(month, by_when, now)
    decision = Decision(
        matter_id=matter.id, month_key=month.key, what=what, who=who, by_when=by_when,
        decided_at=now, decided_by_id=by.member_id,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    after = {"what": what, "who": who, "by_when": by_when.isoformat(), "month": str(month)}
    record(
        session, Action.MATTER_DECIDED, "matter", matter.id,
        by=by, now=now, after=after, park_id=matter.park_id,
    )  # fmt: skip
    for need in needs_in(session, matter.id):
        if need.state is not NeedState.DONE:
            steps.set_answer(session, need, what, by=by, now=now, promised=by_when)
            steps.take_step(session, need, Action.NEED_ANSWERED, by=by, now=now, words=what)
    write_to_concerned(session, matter, decision, f"decision:{decision.id}", letter, now=now)
    return decision


def _check_time(month: Month, by_when: date, now: datetime) -> None:
    running, today = Month.of(now, month.zone), local_day(now, month.zone)
    if month not in {running, running.previous}:
        raise rules.DecidedOutOfTime(running)
    if by_when < today:
        raise rules.DueBeforeDecided(today)


def needs_in(session: Session, matter_id: int) -> list[Need]:
    """Lock and give the needs of a matter."""
    wanted = select(Need).where(Need.matter_id == matter_id).order_by(Need.id).with_for_update(of=Need)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def write_to_concerned(
    session: Session, matter: Matter, decision: Decision, key: str, letter: DecisionLetter, *, now: datetime
) -> None:
    """Write to everybody concerned, each once for a key."""
    letters = [
        NewLetter(f"{key}:{reader.id}", reader.mailbox, letter(decision, matter, reader))
        for reader in _concerned(session, matter.id)
    ]
    write_letters(session, matter.park_id, letters, now=now)


def _concerned(session: Session, matter_id: int) -> Iterator[Member]:
    """Give who asked and has an account, and the managers of each enterprise in the matter."""
    asked = select(Need.member_id).where(Need.matter_id == matter_id)
    theirs = select(Need.enterprise_id).where(Need.matter_id == matter_id, SPEAKS_FOR_FIRM)
    manages = Member.enterprise_id.in_(theirs) & (Member.role == Role.MANAGER)
    wanted = select(Member).where(Member.id.in_(asked) | manages, Member.active)
    yield from session.scalars(wanted.where(Member.password_hash.is_not(None)).order_by(Member.id))


def settle_matter(
    session: Session,
    matter_id: int,
    outcome: DecisionOutcome,
    letter: DecisionLetter,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
) -> Decision:
    """Say what became of the decision that stands.

    Done: the enterprises hear of it once, and their needs end five working days later where nobody
    contradicts. Carried on: the matter stands first on the next meeting's page, and its needs do not end
    meanwhile. Raises NothingDecided, and MatterOver once it is done.
    """
    matter = steps.lock_matter(session, matter_id, over=True)
    decision = steps.standing_decision(session, matter.id)
    if decision is None:
        raise rules.MatterOver(matter.done_at) if matter.done_at else rules.NothingDecided
    decision.outcome, decision.settled_at, decision.settled_by_id = outcome, now, by.member_id
    decision.note = note.strip()
    done = outcome is DecisionOutcome.DONE
    matter.done_at = now if done else None
    closes_at = steps.closing_time(session, session.get_one(Park, matter.park_id), now) if done else None
    for need in needs_in(session, matter.id):
        if need.state is NeedState.ANSWERED:
            need.closes_at = closes_at
    session.flush()
    action = Action.MATTER_FINISHED if done else Action.MATTER_CARRIED_ON
    after = {"what": decision.what}
    record(
        session, action, "matter", matter.id, park_id=matter.park_id,
        by=by, now=now, after=after, reason=decision.note or None,
    )  # fmt: skip
    if done:
        write_to_concerned(session, matter, decision, f"decision-done:{decision.id}", letter, now=now)
    return decision
