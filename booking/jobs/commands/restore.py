"""`flask restore FILE`: put a backup of this version or any earlier one into an empty database."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from booking.db import db
from booking.db.backup import restore
from booking.db.backup_file import BackupError
from booking.triggers import missing_triggers


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def command(file: Path) -> None:
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
