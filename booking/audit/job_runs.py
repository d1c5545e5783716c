"""When each job last ran, and which are late."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.models import JobRun
from booking.db.rows import insert_into


def note_run(
    session: Session, name: str, summary: str, *, well: bool, started: datetime, finished: datetime
) -> None:
    """Upsert the latest run of a job: two workers may end the same job at once."""
    row = {"started_at": started, "finished_at": finished, "summary": summary}
    if well:
        row["succeeded_at"] = finished
    statement = insert_into(session, JobRun).values(name=name, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))


SILENT_AFTER = timedelta(minutes=10)
UNWELL_AFTER = timedelta(hours=2)


def late_jobs(session: Session, every: Mapping[str, timedelta], now: datetime) -> list[str] | None:
    """Name the jobs without a success for too long, and `worker` where none has run for SILENT_AFTER.

    Too long is UNWELL_AFTER, or twice the job's interval (`every`). Former jobs are left out. None where no
    job ever ran: then no worker has been started yet.
    """
    runs = [run for run in session.scalars(select(JobRun).order_by(JobRun.name)) if run.name in every]
    if not runs:
        return None
    unwell = [
        run.name
        for run in runs
        if run.succeeded_at is None or run.succeeded_at < now - max(UNWELL_AFTER, 2 * every[run.name])
    ]
    # A run at a later hour than it is now speaks of a clock that was set back, not of a worker that runs.
    silent = not any(abs(now - run.started_at) <= SILENT_AFTER for run in runs)
    return ["worker", *unwell] if silent else unwell
