"""Answer a need; it ends by itself where nobody contradicts for five working days."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.audit.actions import Action
from booking.audit.actor import Actor
from booking.mail.outbox import LetterText, write_letter
from booking.needs.models import Need, NeedState
from booking.needs.rules import UNCONTRADICTED, AnswerMissing, end_of_day
from booking.needs.steps import lock_need, take_step
from booking.parks.models import Park
from booking.parks.queries import park_calendar
from booking.people.models import Member
from booking.values.month import local_day
from booking.values.readable import readable
from booking.values.work_calendar import working_day_after

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
        raise AnswerMissing
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
    return end_of_day(working_day_after(calendar, since, UNCONTRADICTED), park.zone)
