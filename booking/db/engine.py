"""How the product speaks to each database engine: options, pragmas, BEGIN IMMEDIATE, dead connections."""

import os
import select
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, TimeoutError as PoolTimeoutError

from booking.config import Config

# A network that swallows packets is noticed by the system in half a minute instead of in two hours.
KEEPALIVE = {
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def engine_options(config: Config) -> dict[str, Any]:
    """Give the engine's options: pool, time-outs (0 waits for ever), and no parameters in error messages.

    SQLite has one time-out only, that for a lock.
    """
    options: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": config.pool_size,
        "max_overflow": config.pool_overflow,
        "pool_timeout": config.pool_timeout,
    }
    if config.database_url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": config.lock_timeout}}
    return options | {
        "isolation_level": "READ COMMITTED",  # transaction() counts on it, whatever the server's usual
        "connect_args": KEEPALIVE
        | {"connect_timeout": round(config.connect_timeout), "options": _server_settings(config)},
    }


def _server_settings(config: Config) -> str:
    """Give our time-outs as the server's `options`, before those in DATABASE_URL, which win."""
    ours = {
        "statement_timeout": config.statement_timeout,
        "lock_timeout": config.lock_timeout,
        "idle_in_transaction_session_timeout": config.idle_timeout,
    }
    said = make_url(config.database_url).query.get("options", "")
    words = [f"-c {name}={round(seconds * 1000)}" for name, seconds in ours.items()]
    return " ".join([*words, said if isinstance(said, str) else " ".join(said)]).strip()


def tune(engine: Engine) -> None:
    """Register what each connection and transaction needs."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _keep_to_its_owner)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkout", _notice_a_hang_up)
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "before_cursor_execute", _note_writing)
        event.listen(engine, "rollback", _end_reading)
        event.listen(engine, "handle_error", _tell_no_values)


def _notice_a_hang_up(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401 - the driver's own type
    """Reconnect where the server has closed the connection, as after a restart.

    An idle server sends nothing, so anything to read is its close. Polling the socket saves the round trip
    that `pool_pre_ping` makes with every request.
    """
    if connection.closed or _has_something_to_read(connection.fileno()):
        raise InvalidatePoolError


def _has_something_to_read(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def _tell_no_values(context: ExceptionContext) -> None:
    """Cut off PostgreSQL's DETAIL: it may contain the whole row, and errors are logged."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


_WROTE: Final = "this transaction did more than select"


def _note_writing(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if not statement.startswith("SELECT"):
        connection.info[_WROTE] = True


def _end_reading(connection: Connection) -> None:
    """Commit a transaction that is rolled back after nothing but selecting: no row can tell the two apart.

    The driver forgets with every rollback which statements the server has prepared, so that a page, which
    ends with one, would have each of its statements planned anew; that takes as long as answering it. What
    goes wrong here is left to the rollback that follows, which says it as any other trouble.
    """
    if connection.closed or connection.invalidated or connection.info.get(_WROTE):
        return
    driver = connection.connection.dbapi_connection
    if driver is not None and driver.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        with suppress(psycopg.Error):
            driver.commit()


def _begin_postgresql(connection: Connection) -> None:
    """Lift the time-outs for long work, marked by `execution_options(long=True)`."""
    connection.info.pop(_WROTE, None)
    if connection.get_execution_options().get("long", False):
        connection.exec_driver_sql(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
        )


FOR_ITS_OWNER = 0o600


def _keep_to_its_owner(_dialect: object, _record: object, arguments: list[Any], _facts: object) -> None:
    """Create the file readable by its owner only; SQLite gives its -wal and -shm files the same mode."""
    file = Path(arguments[0])
    if not file.is_absolute():  # in memory
        return
    with suppress(OSError):  # somebody else's file, or none: SQLite itself says so better
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, FOR_ITS_OWNER))
        for one in (file, *(file.with_name(file.name + side) for side in ("-wal", "-shm"))):
            if one.exists() and one.stat().st_mode & ~FOR_ITS_OWNER & 0o777:
                one.chmod(FOR_ITS_OWNER)


PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -65536",
    "PRAGMA temp_store = MEMORY",
)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    # The driver's implicit BEGIN comes too late and is never IMMEDIATE: take it over.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def take_the_lock(connection: Connection, before_waiting: Callable[[], None] | None = None) -> bool:
    """Let a transaction that only read be one that writes; tell whether what it read is how things are now.

    SQLite knows: where nobody has committed since, and nobody is at it, the transaction itself takes the one
    lock. Else another begins, and takes it. Where somebody else holds it, `before_waiting` is called first,
    with the database as it is now to read in. PostgreSQL cannot tell.
    """
    driver = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or driver is None:
        return False
    if _goes_on_writing(driver):
        return True
    if before_waiting is not None:
        if _took_it_at_once(driver):
            return False
        before_waiting()
    driver.rollback()
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    return False


WRITES_NOTHING: Final = "UPDATE alembic_version SET version_num = version_num WHERE 0"


def _goes_on_writing(driver: Any) -> bool:  # noqa: ANN401 - the driver's own type
    """Take the lock into the transaction that reads; SQLite refuses at once where it reads of the past.

    It also does so while somebody else writes, since waiting with an old picture would lead nowhere.
    """
    try:
        driver.execute(WRITES_NOTHING)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _took_it_at_once(driver: Any) -> bool:  # noqa: ANN401 - the driver's own type
    """Take SQLite's lock if nobody has it; else begin to read."""
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.rollback()
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
            raise
        driver.execute("BEGIN")
        return False
    finally:
        driver.execute(f"PRAGMA busy_timeout = {patience}")
    return True


def _begin_sqlite(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    if driver is None or connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        driver.execute("BEGIN")  # waits for nobody, and a tenth of what it is as a statement of SQLAlchemy's


PRIMARY: Final = 0xFF  # of SQLite's codes; what is above says more
PASSING_CODES: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
}
IDLE_TOO_LONG: Final = "25P03"


def is_temporary(error: BaseException | None) -> bool:
    """Tell whether a retry may succeed: locked, busy or unreachable, but not, say, a missing table.

    With psycopg that is any OperationalError: no connection, a lock or statement time-out, a deadlock, too
    many clients, a server that stops.
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
