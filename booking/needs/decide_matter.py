"""Decide a matter: what, who, by when; every enterprise whose need is in it gets the answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.audit.record import record
from booking.mail.outbox import LetterText, NewLetter, write_letters
from booking.needs.answer_need import set_answer
from booking.needs.models import SPEAKS_FOR_FIRM, Decision, Matter, Need, NeedState
from booking.needs.rules import (
    DecidedAlready,
    DecidedOutOfTime,
    DecisionMissing,
    DecisionPart,
    DueBeforeDecided,
)
from booking.needs.steps import lock_matter, standing_decision, take_step
from booking.people.models import Member, Role
from booking.values.month import Month, local_day
from booking.values.readable import readable

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
            raise DecisionMissing(DecisionPart.WHAT)
        if not who:
            raise DecisionMissing(DecisionPart.WHO)
        if self.by_when is None:
            raise DecisionMissing(DecisionPart.BY_WHEN)
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
    matter = lock_matter(session, matter_id)
    standing = standing_decision(session, matter.id)
    if standing is not None:
        if (standing.what, standing.who, standing.by_when) == (what, who, by_when):
            return standing
        raise DecidedAlready(standing.what)
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
            set_answer(session, need, what, by=by, now=now, promised=by_when)
            take_step(session, need, Action.NEED_ANSWERED, by=by, now=now, words=what)
    write_to_concerned(session, matter, decision, f"decision:{decision.id}", letter, now=now)
    return decision


def _check_time(month: Month, by_when: date, now: datetime) -> None:
    running, today = Month.of(now, month.zone), local_day(now, month.zone)
    if month not in {running, running.previous}:
        raise DecidedOutOfTime(running)
    if by_when < today:
        raise DueBeforeDecided(today)


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
