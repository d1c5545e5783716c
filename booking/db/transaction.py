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
    write lock (SQLite: BEGIN IMMEDIATE), not as they were when the page was drawn. On PostgreSQL the
    reading transaction becomes the writing one: at READ COMMITTED every statement sees what is committed.
    """
    session = db.session()
    if _can_go_on(session):
        session.expire_all()
    else:
        session.rollback()
        session.connection(execution_options={"writes": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _can_go_on(session: Session) -> bool:
    unwritten = session.new or session.dirty or session.deleted
    reading = session.in_transaction() and session.is_active
    return reading and not unwritten and session.get_bind().dialect.name == "postgresql"
