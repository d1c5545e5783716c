"""`flask triggers`: build what the database itself should refuse and does not."""

import click
from flask.cli import with_appcontext

from booking.db import db
from booking.db.migrate import changing_tables
from booking.triggers import install_triggers


@click.command("triggers")
@with_appcontext
def command() -> None:
    """Build the triggers that are absent, off or other than they should be; touch no other."""
    with changing_tables(db.engine) as connection:
        built = install_triggers(connection)
    click.echo(f"triggers: built {', '.join(built)}" if built else "triggers: all there, nothing to build")
