"""The one place where a commit happens."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from booking.db.base import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a writing transaction: all of it is kept, or nothing.

    What was read before is forgotten first, so that rules judge rows as they are now, under the
    write lock (SQLite: BEGIN IMMEDIATE), not as they were when the page was drawn.
    """
    session = db.session()
    session.rollback()
    session.connection(execution_options={"writes": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
