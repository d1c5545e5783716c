"""Migrate a database's tables to a version, in a transaction the caller may add to."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text


class OrphanError(RuntimeError):
    """Foreign keys point to rows that do not exist; the message names the tables."""


MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"


@cache
def versions() -> tuple[str, ...]:
    """Give every version of the tables that this code knows, the oldest first."""
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def revision_of(connection: Connection) -> str | None:
    """Give the version of a database's tables; None where there was no migration yet."""
    return MigrationContext.configure(connection).get_current_revision()


def bring_to(connection: Connection, version: str) -> None:
    """Upgrade or downgrade to a version, in the connection's own transaction."""
    config = Config(str(MIGRATIONS / "alembic.ini"))
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known, now = versions(), revision_of(connection)
    if now is None or known.index(now) < known.index(version):
        command.upgrade(config, version)
    elif now != version:
        command.downgrade(config, version)


@contextmanager
def changing_tables(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which tables may be changed: all of it is committed, or nothing.

    SQLite changes a table by copying it, and refuses to drop one that rows reference: foreign keys are
    checked only at the end. Raises OrphanError.
    """
    with engine.connect().execution_options(writes=True, long=True) as connection:
        sqlite = connection.dialect.name == "sqlite"
        try:
            if sqlite:
                _watch_references(connection, on=False)
            with connection.begin():
                yield connection
                if sqlite:
                    _refuse_orphans(connection)
        finally:
            if sqlite:
                _watch_references(connection, on=True)


def _watch_references(connection: Connection, *, on: bool) -> None:
    """Set it on the driver's connection: SQLite ignores the pragma within a transaction."""
    driver = connection.connection.dbapi_connection
    if driver is not None:
        driver.cursor().execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _refuse_orphans(connection: Connection) -> None:
    tables = {row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))}
    if tables:
        raise OrphanError(f"rows of {', '.join(sorted(tables))} point to rows that are not there")
