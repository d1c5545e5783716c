"""`flask backup`, `flask restore` and `flask triggers`."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext

from booking.db import db
from booking.db.backup import restore, save
from booking.db.backup_file import BackupError
from booking.db.migrate import changing_tables
from booking.triggers import install_triggers, missing_triggers


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup_command(file: Path) -> None:
    """Write a backup to FILE (a .json.gz), read it back to its end, and say what it holds."""
    try:
        with _tidy_when_stopped():
            backup = save(db.engine, file)
    except (BackupError, OSError) as error:
        click.echo(f"backup: {error}", err=True)
        sys.exit(1)
    click.echo(f"backup: {backup.total} rows of {len(backup.rows)} tables in {file}, read back and whole")


ASKED_TO_STOP = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def _tidy_when_stopped() -> Iterator[None]:
    """Let whoever stops the process end it as Ctrl-C does, so that the half backup is removed."""

    def stop(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    before = {number: signal.signal(number, stop) for number in ASKED_TO_STOP}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore_command(file: Path) -> None:
    """Restore FILE into the database of DATABASE_URL: a new one, or a migrated one without rows."""
    try:
        backup = restore(db.engine, file)
    except (BackupError, OSError) as error:
        click.echo(f"restore: {error}", err=True)
        sys.exit(1)
    with db.engine.connect() as connection:
        missing = missing_triggers(connection)
    if missing:
        click.echo(f"restore: the rows are in, but the database lacks {', '.join(missing)}", err=True)
        sys.exit(1)
    click.echo(f"restore: {backup.total} rows of {len(backup.rows)} tables, counted and guarded")


@click.command("triggers")
@with_appcontext
def triggers_command() -> None:
    """Build the triggers that are absent, off or other than they should be; touch no other."""
    with changing_tables(db.engine) as connection:
        built = install_triggers(connection)
    click.echo(f"triggers: built {', '.join(built)}" if built else "triggers: all there, nothing to build")
