"""`flask jobs`, `flask worker` and `flask version`."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from booking import __version__
from booking.jobs.job import run
from booking.jobs.registry import JOBS, job_named
from booking.jobs.worker import stop_on_signal, work


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
