"""What is asked about the trail and the jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.audit.models import AuditEntry, JobRun


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in the trail; None and "" mean all. `since` and `until` bound the instant."""

    subject: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None


PAGE = 50


def trail_of(session: Session, park_id: int, asked: Asked, offset: int) -> Sequence[AuditEntry]:
    """Give a page of a park's trail, newest first, with one more than a page where there is a next one."""
    found = select(AuditEntry).where(AuditEntry.park_id == park_id)
    if asked.subject:
        found = found.where(AuditEntry.subject == asked.subject)
    if asked.actor:
        found = found.where(AuditEntry.actor_name.contains(asked.actor, autoescape=True))
    if asked.since and asked.until:
        found = found.where(AuditEntry.at >= asked.since, AuditEntry.at < asked.until)
    newest = found.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return session.scalars(newest.limit(PAGE + 1).offset(offset)).all()


def subjects_of(session: Session, park_id: int) -> Sequence[str]:
    """Name the kinds of things a park's trail speaks of, in order."""
    named = select(AuditEntry.subject).where(AuditEntry.park_id == park_id).distinct()
    return session.scalars(named.order_by(AuditEntry.subject)).all()


SILENT_AFTER = timedelta(minutes=10)
UNWELL_AFTER = timedelta(hours=2)


def late_jobs(session: Session, every: Mapping[str, timedelta], now: datetime) -> list[str] | None:
    """Name the jobs that have not gone well for long, or `worker` where none has run for ten minutes.

    Long is two hours, or twice as long as the job rests between its runs (`every`). What ran once and is no
    job any more is not waited for. None where no job ever ran: then nobody has started a worker yet.
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
