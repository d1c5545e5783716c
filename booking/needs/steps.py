"""What happens to a need step by step, in its history and the audit trail; the locks on needs and matters.

It is taken over or handed to a colleague, its kind is put right, who asked is checked, it is answered. It
ends when who asked says that it is solved, or by itself where nobody contradicts the answer for five working
days; and it is opened again where the answer did not help.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db import NO_KEY_UPDATE, lock_row
from booking.mail.outbox import LetterText, write_letter
from booking.needs import rules
from booking.needs.liaisons import our_person
from booking.needs.models import Decision, Matter, Need, NeedState, NeedStep
from booking.parks.models import Park
from booking.parks.queries import park_calendar, provisional_years
from booking.people.models import Enterprise, Member
from booking.values import local_day, working_day_after
from booking.values.reading import readable

ANONYMOUS = "somebody without an account"
"""The actor of the trail who says a need by name, or holds its link; the need's own history has the name."""


def lock_need(session: Session, need_id: int, *, over: bool = False) -> Need:
    """Lock a need to change it; raises NeedOver where it has its end, unless `over` may be."""
    wanted = select(Need).where(Need.id == need_id).with_for_update(of=Need, **NO_KEY_UPDATE)
    need = session.scalars(wanted.execution_options(populate_existing=True)).one()
    if need.is_over and not over:
        raise rules.NeedOver(need.done_at)
    return need


_STEP = insert(cast("Table", NeedStep.__table__))


def take_step(
    session: Session, need: Need, action: Action, *, by: Actor, now: datetime, words: str = ""
) -> None:
    """Flush, then write one step into the need's history and the audit trail."""
    session.flush()
    facts = {"need_id": need.id, "at": now, "action": action.value, "words": words}
    session.execute(_STEP, facts | {"actor_id": by.member_id, "actor_name": by.name})
    anonymous = need.is_named and by.member_id is None and by.name == need.asker_name
    who = Actor(ANONYMOUS, park_id=need.park_id, request_id=by.request_id) if anonymous else by
    after = {"kind": need.kind.value, "state": need.state.value, "due_on": need.due_on.isoformat()}
    record(session, action, "need", need.id, by=who, now=now, after=after, park_id=need.park_id)


def count_days(session: Session, need: Need, kind: rules.NeedKind, park: Park) -> None:
    """Set the kind, and the day by which it is answered, counted from when the need was (re)opened.

    A day that falls into a year without a published calendar is provisional, and the pages say so.
    """
    said = local_day(need.opened_at, park.zone)
    count = rules.ANSWERED_WITHIN[kind]
    calendar = park_calendar(session, park.id)
    need.kind = kind
    need.due_on = working_day_after(calendar, said, count)
    need.due_at = rules.end_of_day(need.due_on, park.zone)
    need.provisional = bool(provisional_years(session, park.id, said, need.due_on))


def lock_matter(session: Session, matter_id: int, *, over: bool = False) -> Matter:
    """Lock a matter to change it; raises MatterOver where it is done, unless `over` may be."""
    matter = lock_row(session, Matter, matter_id)
    if matter.done_at is not None and not over:
        raise rules.MatterOver(matter.done_at)
    return matter


def standing_decision(session: Session, matter_id: int) -> Decision | None:
    """Find the decision that is not settled yet; there is one at most."""
    return session.scalar(
        select(Decision).where(Decision.matter_id == matter_id, Decision.settled_at.is_(None))
    )


def hand_over(
    session: Session, need_id: int, to_id: int, *, by: Actor, now: datetime, words: str = ""
) -> Need:
    """Make somebody else its owner, or oneself; the day by which it is answered stays.

    Raises NotOurPeople and NeedOver; who owns it already goes on owning it.
    """
    need = lock_need(session, need_id)
    owner = our_person(session, need.park_id, to_id)
    if need.owner_id != owner.id:
        need.owner_id = owner.id
        action = Action.NEED_TAKEN if owner.id == by.member_id else Action.NEED_HANDED_OVER
        take_step(session, need, action, by=by, now=now, words=words.strip() or owner.name)
    return need


def change_kind(session: Session, need_id: int, kind: rules.NeedKind, *, by: Actor, now: datetime) -> Need:
    """Put its kind right; its days are counted again from when it was said.

    Raises NeedOver, and VisitStays: a visit, which tenants do not read, becomes no other need, nor they one.
    """
    need = lock_need(session, need_id)
    if (need.kind is rules.NeedKind.VISIT) is not (kind is rules.NeedKind.VISIT):
        raise rules.VisitStays
    if need.kind is not kind:
        count_days(session, need, kind, session.get_one(Park, need.park_id))
        take_step(session, need, Action.NEED_KIND_CHANGED, by=by, now=now)
    return need


def check_asker(
    session: Session, need_id: int, enterprise: Enterprise | None, *, by: Actor, now: datetime
) -> Need:
    """Note that who asked by name was called and is real, and of which enterprise; twice is once.

    None: of none in the park, whatever company they named.
    """
    need = lock_need(session, need_id, over=True)
    if need.asker_checked_at is None:
        need.asker_checked_at = now
        need.enterprise_id = enterprise.id if enterprise else None
        words = enterprise.short_name if enterprise else ""
        take_step(session, need, Action.NEED_ASKER_CHECKED, by=by, now=now, words=words)
    return need


AnswerLetter = Callable[[Need, Member], LetterText]


def answer_need(
    session: Session,
    need_id: int,
    answer: str,
    letter: AnswerLetter,
    *,
    by: Actor,
    now: datetime,
    promised: date | None = None,
) -> Need:
    """Answer it, and write to who asked, where they have an account; others are called, or follow their link.

    Another answer takes the place of the one before, which stays in the history. The days until it ends by
    itself are counted from the day that it promises. Raises AnswerMissing and
    NeedOver. The same answer twice is one.
    """
    need = lock_need(session, need_id)
    answer = readable(answer)
    if not answer:
        raise rules.AnswerMissing
    if need.state is NeedState.ANSWERED and need.answer == answer:
        return need
    set_answer(session, need, answer, by=by, now=now, promised=promised)
    take_step(session, need, Action.NEED_ANSWERED, by=by, now=now, words=answer)
    if need.member is not None and need.member.active and need.member_id != by.member_id:
        key = f"need-answer:{need.id}:{int(now.timestamp())}"
        write_letter(session, need.park_id, key, need.member.mailbox, letter(need, need.member), now=now)
    return need


def set_answer(
    session: Session, need: Need, answer: str, *, by: Actor, now: datetime, promised: date | None = None
) -> None:
    """Set the answer, and when the need ends by itself: counted from the day that the answer promises.

    What is in a matter waits for its meeting, and does not end before.
    """
    need.answer, need.answered_at, need.answered_by_id = answer, now, by.member_id
    need.first_answered_at = need.first_answered_at or now
    need.state = NeedState.ANSWERED
    waits_for_meeting = need.matter_id is not None and promised is None
    park = session.get_one(Park, need.park_id)
    need.closes_at = None if waits_for_meeting else closing_time(session, park, now, promised)


def closing_time(session: Session, park: Park, now: datetime, promised: date | None = None) -> datetime:
    """Give the end of the fifth working day after an answer, or after a later day that it promises."""
    since = max(local_day(now, park.zone), promised or date.min)
    calendar = park_calendar(session, park.id)
    return rules.end_of_day(working_day_after(calendar, since, rules.UNCONTRADICTED), park.zone)


def end_need(session: Session, need_id: int, *, by: Actor, now: datetime, words: str = "") -> Need:
    """Say that it is solved, answered or not; twice is once."""
    need = lock_need(session, need_id, over=True)
    if not need.is_over:
        end(session, need, Action.NEED_ENDED, by=by, now=now, words=words.strip())
    return need


def end(session: Session, need: Need, action: Action, *, by: Actor, now: datetime, words: str = "") -> None:
    """Give it its end; the same may then be said again as another need."""
    need.state, need.done_at, need.closes_at, need.same_key = NeedState.DONE, now, None, None
    take_step(session, need, action, by=by, now=now, words=words)


def uncontradicted_needs(session: Session, now: datetime) -> Sequence[int]:
    """Name the answered needs whose five working days are over."""
    due = (Need.state == NeedState.ANSWERED, Need.closes_at <= now)
    return session.scalars(select(Need.id).where(*due).order_by(Need.closes_at, Need.id)).all()


def end_uncontradicted(session: Session, need_id: int, now: datetime) -> bool:
    """End one of them, if it is still due: it may have been opened again meanwhile."""
    need = lock_need(session, need_id, over=True)
    if need.state is not NeedState.ANSWERED or need.closes_at is None or need.closes_at > now:
        return False
    end(session, need, Action.NEED_LAPSED, by=Actor.system("end needs", need.park_id), now=now)
    return True


def reopen_need(session: Session, need_id: int, *, by: Actor, now: datetime, words: str = "") -> Need:
    """Open it again; its days are counted anew. The answer of before stays to be read; twice is once."""
    need = lock_need(session, need_id, over=True)
    if need.state is NeedState.OPEN:
        return need
    need.state, need.done_at, need.closes_at, need.opened_at = NeedState.OPEN, None, None, now
    count_days(session, need, need.kind, session.get_one(Park, need.park_id))
    take_step(session, need, Action.NEED_REOPENED, by=by, now=now, words=words.strip())
    return need
