"""What keeps an installation going: `flask backup`, `restore`, `triggers`, `jobs`, `worker`, `version`."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext

from booking import __version__
from booking.db import db
from booking.db.backup import restore, save
from booking.db.backup_file import BackupError
from booking.db.migrate import changing_tables
from booking.jobs.job import run
from booking.jobs.worker import JOBS, job_named, stop_on_signal, work
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


@click.group("jobs")
def jobs_command() -> None:
    """Ask what is due and do it."""


@jobs_command.command("list")
def list_jobs() -> None:
    """Name the jobs, one a line."""
    for job in JOBS:
        click.echo(f"{job.name}  every {job.seconds} s")


@jobs_command.command("run")
@click.argument("name")
@with_appcontext
def run_job(name: str) -> None:
    """Run the job NAME (or `all`) once; exit status 1 where an item failed, 2 where there is no such job."""
    job = job_named(name)
    if job is None and name != "all":
        click.echo(f"there is no job {name!r}; `flask jobs list` names them", err=True)
        sys.exit(2)
    summaries = [run(one) for one in (JOBS if job is None else (job,))]
    for summary in summaries:
        click.echo(str(summary))
    sys.exit(1 if any(summary.failed for summary in summaries) else 0)


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Run the jobs as they fall due; start as many as you like."""
    stop = stop_on_signal()
    click.echo("worker: running; Ctrl-C stops it")
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - it outlives this context
    work(app, stop)


@click.command("version")
def version_command() -> None:
    """Print the product's version; needs no settings and no database."""
    click.echo(__version__)
