"""Store documents."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, insert
from sqlalchemy.orm import Session

from booking.documents.models import Document


def store(
    session: Session, park_id: int, name: str, media_type: str, content: bytes, *, now: datetime
) -> Document:
    """Store a file and give its row, flushed so that it has an id."""
    document = Document(
        park_id=park_id,
        name=name,
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        created_at=now,
        content=content,
    )
    session.add(document)
    session.flush()
    return document


def store_bytes(
    session: Session, park_id: int, name: str, media_type: str, content: bytes, *, now: datetime
) -> int:
    """Store a file and give its id alone: many rows of bytes would stay in the session."""
    return store_all(session, park_id, media_type, {name: content}, now=now)[name]


def store_all(
    session: Session, park_id: int, media_type: str, contents: Mapping[str, bytes], *, now: datetime
) -> dict[str, int]:
    """Store several files, by name, and give their ids by name; `contents` is not empty."""
    rows = [
        {
            "park_id": park_id,
            "name": name,
            "media_type": media_type,
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "created_at": now,
            "content": content,
        }
        for name, content in contents.items()
    ]
    return {row.name: row.id for row in session.execute(_INSERT, rows)}


CALENDAR = "text/calendar"


def drop_calendar_files(session: Session, ids: Collection[int]) -> None:
    """Drop those of the files that were made for somebody's calendar; nothing else ever goes."""
    session.execute(delete(Document).where(Document.id.in_(ids), Document.media_type == CALENDAR))


_DOCUMENT = cast("Table", Document.__table__)
_INSERT = (
    insert(_DOCUMENT)
    .returning(_DOCUMENT.c.id, _DOCUMENT.c.name)
    .execution_options(insertmanyvalues_page_size=5)  # psycopg keeps what it read of up to 50 parameters
)
