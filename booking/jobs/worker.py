"""The timer that ticks the jobs: in a thread inside the demo, in worker processes in production.

It decides nothing: what is due stands in the database, so two workers, or one that slept, do no harm.
"""

from __future__ import annotations

import logging
import signal
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from booking import clock
from booking.jobs.job import run
from booking.jobs.registry import JOBS

if TYPE_CHECKING:
    from apscheduler.schedulers.base import BaseScheduler
    from flask import Flask

    from booking.jobs.job import Errand, Job

log = logging.getLogger(__name__)


def tick(app: Flask, job: Job | Errand) -> None:
    """Run one job in an app context of its own; its trouble is logged and the timer goes on."""
    with app.app_context():
        try:
            summary = run(job)
        except Exception:
            log.exception("job did not run", extra={"job": job.name})
            return
    if summary.done or summary.failed:
        log.info(str(summary))


def start_in_background(app: Flask) -> BackgroundScheduler:
    """Tick the jobs in a thread of this process; what the demo does."""
    scheduler = BackgroundScheduler(timezone="UTC")
    _plan(app, scheduler)
    scheduler.start()
    return scheduler


def work(app: Flask) -> None:
    """Tick the jobs until the process is told to stop; a job at work is let finish."""
    scheduler = BlockingScheduler(timezone="UTC")
    _plan(app, scheduler)
    signal.signal(signal.SIGTERM, lambda *_: scheduler.shutdown())
    scheduler.start()


def _plan(app: Flask, scheduler: BaseScheduler) -> None:
    for job in JOBS:
        scheduler.add_job(
            tick,
            "interval",
            args=(app, job),
            seconds=job.seconds,
            next_run_time=clock.now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            id=job.name,
        )
