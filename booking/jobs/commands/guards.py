"""`flask guards`: build what the database itself should refuse and does not."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from booking.db import db
from booking.db.migrate import changing_tables
from booking.guards import install_guards


@click.command("guards")
@with_appcontext
def command() -> None:
    """Build the guards that are absent, off or other than they should be; touch no other."""
    with changing_tables(db.engine) as connection:
        built = install_guards(connection)
    click.echo(f"guards: built {', '.join(built)}" if built else "guards: all there, nothing to build")
