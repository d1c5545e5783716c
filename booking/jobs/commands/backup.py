"""`flask backup FILE`: write all there is into one file, while the product goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from booking.db import db
from booking.db.vault import BackupError, check, save


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def command(file: Path) -> None:
    """Write a backup to FILE (a .json.gz), read it back to its end, and say what it holds."""
    try:
        backup = save(db.engine, db.metadata, file)
        check(file)
    except (BackupError, OSError) as error:
        click.echo(f"backup: {error}", err=True)
        sys.exit(1)
    click.echo(f"backup: {backup.total} rows of {len(backup.rows)} tables in {file}, read back and whole")
