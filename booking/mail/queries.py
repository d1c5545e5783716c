"""What is asked about letters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from booking.db.base import CLOCKS_DIFFER, has_come
from booking.documents.models import Document
from booking.mail.models import WAITING, Channel, Letter, LetterEnclosure
from booking.mail.transport import LATE_AFTER, LOCKED_FOR, RATE_WINDOW, Enclosure


class LetterState(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


STATES: dict[LetterState, ColumnElement[bool]] = {
    LetterState.WAITING: and_(Letter.sent_at.is_(None), Letter.failed_at.is_(None)),
    LetterState.SENT: Letter.sent_at.is_not(None),
    LetterState.FAILED: and_(Letter.sent_at.is_(None), Letter.failed_at.is_not(None)),
}


def is_due(now: datetime) -> ColumnElement[bool]:
    """SQL condition: the letter waits, is due, and no worker has it.

    Times later than now mean that the clock was set back: such a letter does not wait until then.
    """
    ahead = now + CLOCKS_DIFFER
    free = or_(Letter.locked_until.is_(None), has_come(Letter.locked_until, now, within=LOCKED_FOR))
    from_later = or_(
        and_(Letter.attempts == 0, Letter.created_at > ahead, Letter.due_at == Letter.created_at),
        Letter.tried_at > ahead,
    )
    return and_(WAITING, or_(Letter.due_at <= now, from_later), free)


def count_tried(session: Session, channel: Channel, now: datetime) -> int:
    """Count the letters of a channel tried within RATE_WINDOW, even if the clock was set back since."""
    lately = and_(Letter.tried_at > now - RATE_WINDOW, Letter.tried_at <= now + RATE_WINDOW)
    count = select(func.count()).select_from(Letter).where(lately, Letter.channel == channel)
    return session.scalar(count) or 0


def due_letters(
    session: Session, now: datetime, per_minute: int, channel: Channel = Channel.MAIL
) -> Sequence[int]:
    """Give the letters of a channel to send now, longest waiting first, within the limit a minute.

    While the latest mail has failed it is only one: a mail server that does not answer is asked once, not
    once for each letter.
    """
    room = per_minute - count_tried(session, channel, now)
    one_server = channel is Channel.MAIL
    most = min(room, 1 if one_server and _last_try_failed(session, now) else room)
    due = select(Letter.id).where(is_due(now), Letter.channel == channel)
    return session.scalars(due.order_by(Letter.due_at, Letter.id).limit(max(0, most))).all()


def _last_try_failed(session: Session, now: datetime) -> bool:
    last = select(Letter).where(Letter.tried_at <= now + RATE_WINDOW, Letter.channel == Channel.MAIL)
    letter = session.scalar(last.order_by(Letter.tried_at.desc(), Letter.id.desc()).limit(1))
    return letter is not None and not (letter.sent_at or letter.failed_at or letter.locked_until)


def enclosures_of(session: Session, letter_id: int) -> tuple[Enclosure, ...]:
    """Read the files of a letter, in their order."""
    rows = session.execute(
        select(LetterEnclosure.name, Document.media_type, Document.content)
        .join(Document, Document.id == LetterEnclosure.document_id)
        .where(LetterEnclosure.letter_id == letter_id)
        .order_by(LetterEnclosure.id)
    )
    return tuple(Enclosure(name, media_type, content) for name, media_type, content in rows)


PAGE = 50


def letters_of(session: Session, park_id: int, state: LetterState, offset: int) -> Sequence[Letter]:
    """Give a page of a park's letters, newest first, with one more than a page where there is a next one."""
    return _page(session, offset, Letter.park_id == park_id, STATES[state])


def letters_to(session: Session, park_id: int, address: str, offset: int) -> Sequence[Letter]:
    """Give a page of what was written to somebody in a park, newest first, with one more where there is."""
    return _page(session, offset, Letter.park_id == park_id, Letter.to == address)


MOST_COUNTED = 100
"""Beyond it nobody counts: a hundred letters unread are `99+`."""


def unread_of(whose: FromClause, since: ColumnElement[datetime]) -> ScalarSelect[int]:
    """Count the letters written to the people of `whose` since, within the statement that asks who it is.

    By the index of whom a letter is for and when it was written; at most MOST_COUNTED.
    """
    theirs = select(Letter.id).where(Letter.to == whose.c.email, Letter.park_id == whose.c.park_id)
    some = theirs.where(Letter.created_at > since).limit(MOST_COUNTED).correlate(whose).subquery()
    return select(func.count()).select_from(some).correlate(whose).scalar_subquery()


def _page(session: Session, offset: int, *wanted: ColumnElement[bool]) -> Sequence[Letter]:
    return session.scalars(
        select(Letter)
        .where(*wanted)
        .options(selectinload(Letter.enclosures))
        .order_by(Letter.created_at.desc(), Letter.id.desc())
        .limit(PAGE + 1)
        .offset(offset)
    ).all()


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """How many letters of a park are in which state."""

    waiting: int
    sent: int
    failed: int


def count_letters(session: Session, park_id: int) -> LetterCounts:
    """Count a park's letters by state."""
    counts = [func.count().filter(condition) for condition in STATES.values()]
    row = session.execute(select(*counts).select_from(Letter).where(Letter.park_id == park_id)).one()
    return LetterCounts(waiting=row[0], sent=row[1], failed=row[2])


def letter_of(session: Session, park_id: int, letter_id: int) -> Letter | None:
    """Find a letter of the park."""
    return session.scalar(
        select(Letter)
        .where(Letter.id == letter_id, Letter.park_id == park_id)
        .options(selectinload(Letter.enclosures))
    )


def enclosed(session: Session, letter: Letter, document_id: int) -> Document | None:
    """Find a document, if it goes with this letter."""
    ours = {enclosure.document_id for enclosure in letter.enclosures}
    return session.get(Document, document_id) if document_id in ours else None


def keys_written(session: Session, keys: Collection[str]) -> set[str]:
    """Give which of these keys have a letter, whatever became of it."""
    return set(session.scalars(select(Letter.key).where(Letter.key.in_(keys))))


def has_letter(start: str, number: InstrumentedAttribute[int], end: str = "") -> ColumnElement[bool]:
    """SQL condition: there is a letter whose key is `start`, the number and `end`, whatever became of it."""
    key = literal(start) + cast(number, String) + literal(end)
    return exists().where(Letter.key == key).correlate_except(Letter)


def count_late(session: Session, now: datetime) -> int:
    """Count the letters that have waited longer than LATE_AFTER since they were due.

    One that was tried and put off counts from when it was written: a broken mail server puts letters off.
    """
    meant_for = case((Letter.attempts == 0, Letter.due_at), else_=Letter.created_at)
    late = select(func.count()).select_from(Letter).where(WAITING, meant_for < now - LATE_AFTER)
    return session.scalar(late) or 0
