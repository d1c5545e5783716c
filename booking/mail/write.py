"""Write letters in the transaction that causes them; a job carries them out of the house later."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Table
from sqlalchemy import insert as sql_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.mail.models import Letter, LetterEnclosure
from booking.mail.writing import Writing


class ToWrite(NamedTuple):
    """A letter to be written: `key` names its reason ("invoice:17").

    `enclosures` are ids of kept documents with the names they go under.
    """

    key: str
    to: str
    writing: Writing
    enclosures: Sequence[tuple[int, str]] = ()


def write(
    session: Session,
    park_id: int,
    key: str,
    to: str,
    writing: Writing,
    *,
    now: datetime,
    due_at: datetime | None = None,
    enclosures: Iterable[tuple[int, str]] = (),
) -> bool:
    """Put a letter into the post once: tells whether it is new, and changes nothing where `key` is known."""
    letter = ToWrite(key, to, writing, tuple(enclosures))
    return key in write_each(session, park_id, [letter], now=now, due_at=due_at)


LONGEST_SUBJECT = 200
# A month's close writes a letter an enterprise: the statements are made once, and compiled once.
_ONCE = {
    name: insert(cast("Table", Letter.__table__))
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(Letter.__table__.c.id, Letter.__table__.c.key)
    .execution_options(insertmanyvalues_page_size=5)  # psycopg keeps what it read of up to 50 parameters
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_INSIDE = sql_insert(cast("Table", LetterEnclosure.__table__))


def write_each(
    session: Session,
    park_id: int,
    letters: Iterable[ToWrite],
    *,
    now: datetime,
    due_at: datetime | None = None,
) -> set[str]:
    """Put several letters into the post, each once; gives the keys of those that are new.

    A letter's Message-ID follows from its key, so it stays the same however often it is tried.
    """
    wanted = {letter.key: letter for letter in letters}
    if not wanted:
        return set()
    rows = [
        {
            "park_id": park_id,
            "key": key,
            "to": letter.to,
            "subject": " ".join(letter.writing.subject.split())[:LONGEST_SUBJECT],
            "body": letter.writing.text,
            "html": letter.writing.html,
            "message_id": hashlib.sha256(key.encode()).hexdigest()[:40],
            "created_at": now,
            "due_at": due_at or now,
            "attempts": 0,
        }
        for key, letter in wanted.items()
    ]
    new = {row.key: row.id for row in session.execute(_ONCE[session.get_bind().dialect.name], rows)}
    inside = [
        {"letter_id": letter_id, "document_id": document_id, "name": name}
        for key, letter_id in new.items()
        for document_id, name in wanted[key].enclosures
    ]
    if inside:
        session.execute(_INSIDE, inside)
    return set(new)
