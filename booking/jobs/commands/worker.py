"""`flask worker`: a process that ticks the jobs until it is told to stop."""

import click
from flask import current_app
from flask.cli import with_appcontext

from booking.jobs.worker import until_told, work


@click.command("worker")
@with_appcontext
def command() -> None:
    """Run the jobs as they fall due; start as many as you like."""
    stop = until_told()
    click.echo("worker: running; Ctrl-C stops it")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - it outlives this context
    work(app, stop)
