"""The one place where a commit happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from booking.db.base import db
from booking.db.engine import take_the_lock
from booking.db.rows import Row

NO_KEY_UPDATE: Final = {"key_share": True}
"""Options of `with_for_update` for a row that will be changed, not deleted: FOR NO KEY UPDATE.

A plain FOR UPDATE also blocks inserts that reference the row, which can deadlock.
"""


def lock_row(session: Session, table: type[Row], key: int) -> Row:
    """Lock a row to change it, and give it as it is now, not as it was read before; raises NoResultFound.

    Only this row: what is joined to it stays free. Who wants it too waits until this transaction is over.
    """
    this_row = {"of": table, **NO_KEY_UPDATE}
    return session.get_one(table, key, with_for_update=this_row, populate_existing=True)


@contextmanager
def transaction(*, before_waiting: Callable[[], None] | None = None) -> Iterator[Session]:
    """Open a writing transaction: all of it is committed, or nothing.

    What was read before is forgotten first, so that rules judge rows as they are now, under the
    write lock (SQLite: BEGIN IMMEDIATE), not as they were when the page was drawn. On PostgreSQL the
    reading transaction becomes the writing one: at READ COMMITTED every statement sees what is committed. On
    SQLite it does so where nobody has written since, and then nothing need be forgotten; else another begins
    on the same connection. One in which a statement failed is given up.

    Where somebody else writes to SQLite at this moment, `before_waiting` looks whether it is worth while to
    wait; what it raises is raised.
    """
    session = db.session()
    try:
        _begin_writing(session, before_waiting)
        yield session
        session.commit()
        session.info[_OUTLIVED] = True
    except BaseException:
        session.rollback()
        raise


def _begin_writing(session: Session, before_waiting: Callable[[], None] | None) -> None:
    if _can_go_on(session):
        as_it_is = take_the_lock(session.connection(), before_waiting)
        if not as_it_is or session.info.get(_OUTLIVED):
            session.expire_all()
            session.info.pop(_FACTS, None)
    else:
        session.rollback()
        session.connection(execution_options={"writes": True})


_OUTLIVED: Final = "there may be objects of an earlier transaction"
_FACTS: Final = "facts of the transaction"


def facts_of_transaction(session: Session, connection: Connection) -> dict[str, Any]:
    """Give a place for what a transaction has looked at; a new one begins with none."""
    transaction, facts = session.info.get(_FACTS, (None, {}))
    if transaction is not connection.get_transaction():
        facts = {}
        session.info[_FACTS] = (connection.get_transaction(), facts)
    return cast("dict[str, Any]", facts)


def _can_go_on(session: Session) -> bool:
    unwritten = session.new or session.dirty or session.deleted
    reading = session.in_transaction() and session.is_active
    return reading and not unwritten and not _has_failed(session)


def _has_failed(session: Session) -> bool:
    """After a failed statement PostgreSQL accepts a rollback only; the driver knows without a round trip."""
    if session.get_bind().dialect.name == "sqlite":
        return False
    driver = session.connection().connection.dbapi_connection
    status = driver.info.transaction_status if driver is not None else TransactionStatus.UNKNOWN
    return status not in {TransactionStatus.IDLE, TransactionStatus.INTRANS}
