"""What a job is, and how it is run: it asks what is due and does one item at a time."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking import clock
from booking.audit.job_runs import note_run
from booking.db import db, transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A job: which items are due, and what is done with one; `do` tells whether there was something to do.

    `do` runs in its own transaction, finds the item again under a lock, and is idempotent: any number of
    workers may run the same job, and one that stood still catches up.
    """

    name: str
    seconds: int  # how often it is worth asking
    due: Callable[[Session, datetime], Sequence[int]]
    do: Callable[[Session, int, datetime], bool]

    def handle(self, item: int) -> bool:
        """Do one item in a transaction of its own."""
        with transaction() as session:
            return self.do(session, item, clock.now())


@dataclass(frozen=True, slots=True)
class ExternalJob:
    """A job that calls an external system for each item: `do` locks it, calls, and settles it.

    No transaction is open during the call, so a slow mail server or payment provider keeps nobody waiting;
    `do` opens short ones of its own before and after.
    """

    name: str
    seconds: int
    due: Callable[[Session, datetime], Sequence[int]]
    do: Callable[[int], bool]

    def handle(self, item: int) -> bool:
        """Do one item."""
        return self.do(item)


@dataclass(frozen=True, slots=True)
class Summary:
    """What one run of a job did."""

    job: str
    done: int
    failed: int

    def __str__(self) -> str:
        """Say it in a line of the log."""
        return f"{self.job}: {self.done} done, {self.failed} failed"


def run(job: Job | ExternalJob) -> Summary:
    """Run a job once; an item's error is logged and never stops the rest."""
    started = clock.now()
    done = failed = 0
    for item in _due(job, started):
        try:
            done += job.handle(item)
        except Exception:
            failed += 1
            log.exception("job failed", extra={"job": job.name, "item": item})
    summary = Summary(job.name, done, failed)
    _note(summary, started)
    return summary


def _due(job: Job | ExternalJob, now: datetime) -> list[int]:
    session = db.session()
    try:
        return list(job.due(session, now))
    finally:
        session.rollback()


def _note(summary: Summary, started: datetime) -> None:
    with transaction() as session:
        note_run(
            session,
            summary.job,
            str(summary),
            well=not summary.failed,
            started=started,
            finished=clock.now(),
        )
