"""The outbox: letters are written in the transaction that causes them, and sent later by a job."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Table, case, delete, func, insert as sql_insert, select, text, update
from sqlalchemy.orm import Session

from booking.audit.actions import Action, Actor
from booking.audit.trail import record
from booking.db.rows import INSERTS
from booking.documents.store import drop_calendar_files, store_all
from booking.mail import transport
from booking.mail.models import WAITING, Channel, Letter, LetterEnclosure
from booking.mail.queries import count_tried, is_due


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file made for a letter, as a calendar entry is."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LetterText:
    """Subject and text of a letter, in its reader's language, and its files, of names that differ."""

    subject: str
    text: str
    html: str | None = None
    files: tuple[LetterFile, ...] = ()


class NewLetter(NamedTuple):
    """A letter to be written: `key` names its reason ("invoice:17").

    `enclosures` are ids of stored documents, with their file names in the letter.
    """

    key: str
    to: str
    content: LetterText
    enclosures: Sequence[tuple[int, str]] = ()


def write_letter(
    session: Session,
    park_id: int,
    key: str,
    to: str,
    content: LetterText,
    *,
    now: datetime,
    due_at: datetime | None = None,
    enclosures: Iterable[tuple[int, str]] = (),
    way: tuple[Channel, int | None] = (Channel.MAIL, None),
) -> bool:
    """Write a letter once; tells whether it is new, and does nothing where `key` exists."""
    letter = NewLetter(key, to, content, tuple(enclosures))
    return key in write_letters(session, park_id, [letter], now=now, due_at=due_at, way=way)


LONGEST_SUBJECT = 200
# A month's close writes a letter an enterprise: the statements are made once, and compiled once.
_ONCE = {
    name: insert(cast("Table", Letter.__table__))
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(Letter.__table__.c.id, Letter.__table__.c.key)
    .execution_options(insertmanyvalues_page_size=5)  # psycopg keeps what it read of up to 50 parameters
    for name, insert in INSERTS.items()
}
_INSIDE = sql_insert(cast("Table", LetterEnclosure.__table__))


def write_letters(
    session: Session,
    park_id: int,
    letters: Iterable[NewLetter],
    *,
    now: datetime,
    due_at: datetime | None = None,
    way: tuple[Channel, int | None] = (Channel.MAIL, None),
) -> set[str]:
    """Write several letters, each once; gives the keys of those that are new.

    A letter's Message-ID follows from its key, so it stays the same however often it is tried. `way` is
    the channel, and through which robot. What is for the inbox alone has arrived as it is written.
    """
    wanted, (channel, robot_id) = {letter.key: letter for letter in letters}, way
    if not wanted:
        return set()
    rows = [
        {
            "park_id": park_id,
            "key": key,
            "to": letter.to,
            "subject": " ".join(letter.content.subject.split())[:LONGEST_SUBJECT],
            "body": letter.content.text,
            "html": letter.content.html,
            "message_id": hashlib.sha256(key.encode()).hexdigest()[:40],
            "created_at": now,
            "due_at": due_at or now,
            "attempts": 0,
            "channel": channel,
            "robot_id": robot_id,
            "sent_at": now if channel is Channel.INBOX else None,
        }
        for key, letter in wanted.items()
    ]
    new = {row.key: row.id for row in session.execute(_ONCE[session.get_bind().dialect.name], rows)}
    stored = _store_files(session, park_id, [wanted[key] for key in new], now)
    inside = [
        {"letter_id": letter_id, "document_id": document_id, "name": name}
        for key, letter_id in new.items()
        for document_id, name in (*wanted[key].enclosures, *stored[key])
    ]
    if inside:
        session.execute(_INSIDE, inside)
    return set(new)


def _store_files(
    session: Session, park_id: int, letters: Sequence[NewLetter], now: datetime
) -> dict[str, list[tuple[int, str]]]:
    """Store what was made for these letters, the same file once; gives ids and names by the letters' keys."""
    ids: dict[LetterFile, int] = {}
    for letter in letters:
        new = [one for one in dict.fromkeys(letter.content.files) if one not in ids]
        for media_type in {one.media_type for one in new}:
            alike = {one.name: one for one in new if one.media_type == media_type}
            contents = {name: one.content for name, one in alike.items()}
            stored = store_all(session, park_id, media_type, contents, now=now)
            ids |= {alike[name]: document_id for name, document_id in stored.items()}
    return {letter.key: [(ids[one], one.name) for one in letter.content.files] for letter in letters}


def lock_letter(
    session: Session, letter_id: int, *, per_minute: int, now: datetime, channel: Channel = Channel.MAIL
) -> Letter | None:
    """Lock the letter for this worker if it is still due, not locked, and the limit a minute allows one more.

    A lock that runs out (its worker died) is given again: a letter goes out at least once, and a
    repeated one bears the same Message-ID.
    """
    if session.get_bind().dialect.name == "postgresql":
        # The limit is counted by one worker at a time; the lock ends with this short transaction.
        session.execute(text("SELECT pg_advisory_xact_lock(73)"))
    if count_tried(session, channel, now) >= per_minute:
        return None
    mine = select(Letter).where(Letter.id == letter_id, is_due(now), Letter.channel == channel)
    letter = session.scalar(mine.with_for_update(skip_locked=True))
    if letter is None:
        return None
    letter.locked_until = now + transport.LOCKED_FOR
    letter.tried_at = now
    letter.attempts += 1
    return letter


LONGEST_REASON = 500


def settle_letter(
    session: Session, letter_id: int, trouble: transport.TransportError | None, *, now: datetime
) -> None:
    """Record the outcome: sent, to be tried again, or failed.

    On that list are letters refused for good, and those that found no open door in about two days.
    """
    letter = session.get_one(Letter, letter_id)
    letter.locked_until = None
    if letter.sent_at is not None:
        return
    if trouble is None:
        letter.sent_at, letter.last_error = now, None
        return
    letter.last_error = trouble.reason[:LONGEST_REASON]
    if isinstance(trouble, transport.GivenUp) or letter.attempts >= transport.MOST_ATTEMPTS:
        letter.failed_at = now
    else:
        letter.due_at = now + transport.pause_after(letter.attempts)


def mail_instead(session: Session, letter_id: int, *, now: datetime) -> None:
    """Let a letter that could not take its own way go by mail, at once; safe twice."""
    letter = session.get_one(Letter, letter_id)
    letter.channel, letter.locked_until = Channel.MAIL, None
    letter.attempts, letter.due_at = 0, now


def take_back_letters(session: Session, keys: Collection[str], *, now: datetime) -> None:
    """Keep back the letters of these keys that are to go out later than now; what is due is on its way.

    Each stays readable, as one that was not sent. Safe twice.
    """
    later = select(Letter).where(Letter.key.in_(keys), WAITING, Letter.due_at > now, Letter.attempts == 0)
    for letter in session.scalars(later.order_by(Letter.id).with_for_update()):
        letter.failed_at, letter.last_error = now, transport.TAKEN_BACK


def blank_letters(session: Session, keys: Collection[str], *, now: datetime) -> None:
    """Take out of letters whom they went to and what they said, with their calendar files; safe twice.

    That one was written, and when, stays. What was not sent till now is not sent any more.
    """
    ids = session.scalars(select(Letter.id).where(Letter.key.in_(keys)).order_by(Letter.id)).all()
    inside = LetterEnclosure.letter_id.in_(ids)
    files = session.scalars(select(LetterEnclosure.document_id).where(inside)).all()
    session.execute(delete(LetterEnclosure).where(inside))
    drop_calendar_files(session, files)
    unsent = Letter.sent_at.is_(None)
    end = {
        "failed_at": case((unsent, func.coalesce(Letter.failed_at, now))),
        "last_error": case((unsent, transport.FORGOTTEN)),
    }
    nothing = {"to": "", "subject": "", "body": "", "html": None}
    session.execute(update(Letter).where(Letter.id.in_(ids)).values(**end, **nothing))


def send_again(session: Session, letter: Letter, to: str, *, by: Actor, now: datetime) -> None:
    """Queue a failed letter again, to a corrected address where one is given; raises LetterNotFailed."""
    if letter.failed_at is None or letter.last_error in transport.KEPT_BACK:
        raise transport.LetterNotFailed(letter.to)
    named = not letter.key.startswith(transport.GUESTS)
    before = {"error": letter.last_error} | ({"to": letter.to} if named else {})
    letter.to, letter.failed_at, letter.due_at, letter.attempts = to, None, now, 0
    record(
        session,
        Action.LETTER_SENT_AGAIN,
        "letter",
        letter.id,
        by=by,
        now=now,
        before=before,
        after={"to": to} if named else None,
        park_id=letter.park_id,
    )
