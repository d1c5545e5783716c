"""`flask jobs`: list the jobs, or run one once, for cron."""

import sys

import click
from flask.cli import with_appcontext

from booking.jobs.job import run
from booking.jobs.registry import JOBS, job_named


@click.group("jobs")
def command() -> None:
    """Ask what is due and do it."""


@command.command("list")
def list_jobs() -> None:
    """Name the jobs, one a line."""
    for job in JOBS:
        click.echo(f"{job.name}  every {job.seconds} s")


@command.command("run")
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
