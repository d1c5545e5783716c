"""Write a letter in the transaction that causes it; a job carries it out of the house later."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast

from sqlalchemy import Table
from sqlalchemy import insert as sql_insert
from sqlalchemy.dialects import postgresql, sqlite

from booking.post.models import Letter, LetterEnclosure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from booking.post.writing import Writing

LONGEST_SUBJECT = 200

# A month's close writes a letter an enterprise: the statements are made once, and compiled once.
_ONCE = {
    name: insert(cast("Table", Letter.__table__))
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(Letter.__table__.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_INSIDE = sql_insert(cast("Table", LetterEnclosure.__table__))


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
    """Put a letter into the post once: tells whether it is new, and changes nothing where `key` is known.

    `key` names the reason ("invoice:17"), `enclosures` are ids of kept documents with the names they
    go under. Its Message-ID follows from the key, so it stays the same however often it is tried.
    """
    row = {
        "park_id": park_id,
        "key": key,
        "to": to,
        "subject": " ".join(writing.subject.split())[:LONGEST_SUBJECT],
        "body": writing.text,
        "html": writing.html,
        "message_id": hashlib.sha256(key.encode()).hexdigest()[:40],
        "created_at": now,
        "due_at": due_at or now,
        "attempts": 0,
    }
    letter_id = session.execute(_ONCE[session.get_bind().dialect.name], row).scalar_one_or_none()
    if letter_id is None:
        return False
    inside = [
        {"letter_id": letter_id, "document_id": document_id, "name": name} for document_id, name in enclosures
    ]
    if inside:
        session.execute(_INSIDE, inside)
    return True
