"""The timer of the jobs: in threads inside the demo, in worker processes in production.

What is due stands in the database, so two workers, or one that was suspended, do no harm. Intervals are
counted on the monotonic clock: setting the time of day does not stop them.
"""

import logging
import signal
from threading import Event, Thread
from time import monotonic

from flask import Flask

from booking.db.engine import is_temporary
from booking.jobs.job import ExternalJob, Job, run
from booking.jobs.registry import JOBS

log = logging.getLogger(__name__)


def run_once(app: Flask, job: Job | ExternalJob) -> None:
    """Run one job in an app context of its own; an error is logged and the timer goes on."""
    with app.app_context():
        try:
            summary = run(job)
        except Exception as trouble:
            if is_temporary(trouble):
                log.warning("job waits for the database: %s", trouble, extra={"job": job.name})
            else:
                log.exception("job did not run", extra={"job": job.name})
            return
    if summary.done or summary.failed:
        log.info(str(summary))


def start_in_background(app: Flask) -> Event:
    """Tick the jobs in threads of this process, which end with it or when the event is set; for the demo."""
    stop = Event()
    for thread in _threads(app, stop):
        thread.start()
    return stop


def stop_on_signal() -> Event:
    """Give an event that SIGTERM and SIGINT set; before this is called they end the process at once."""
    stop = Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stop.set())
    return stop


def work(app: Flask, stop: Event) -> None:
    """Tick the jobs until `stop` is set; a job at work is let finish."""
    threads = _threads(app, stop)
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join()


def _threads(app: Flask, stop: Event) -> list[Thread]:
    """One a job, so that a slow one keeps no other waiting."""
    return [
        Thread(target=run_periodically, args=(app, job, stop), name=job.name, daemon=True) for job in JOBS
    ]


def run_periodically(app: Flask, job: Job | ExternalJob, stop: Event) -> None:
    """Run the job at once, and again whenever its seconds have passed since it last began."""
    while not stop.is_set():
        began = monotonic()
        run_once(app, job)
        stop.wait(max(0.0, job.seconds - (monotonic() - began)))
