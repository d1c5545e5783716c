"""`flask backup FILE`: write all there is into one file, while the product goes on."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext

from booking.db import db
from booking.db.backup import save
from booking.db.backup_file import BackupError


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def command(file: Path) -> None:
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
