"""Trouble with the database that passes by itself: locked, too busy, or away."""

import sqlite3
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

PRIMARY: Final = 0xFF  # of SQLite's codes; what is above says more
PASSING_CODES: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
}
IDLE_TOO_LONG: Final = "25P03"


def passes(error: BaseException | None) -> bool:
    """Tell whether the same request may go well in a moment; a missing table, say, is a fault that stays.

    With psycopg an OperationalError is what went wrong around the statement: no connection, a lock not got
    in time, a statement that took too long, a ring of waiting, too many clients, a server that stops.
    """
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & PRIMARY in PASSING_CODES
    around = isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError))
    return error.connection_invalidated or around or getattr(cause, "sqlstate", None) == IDLE_TOO_LONG
