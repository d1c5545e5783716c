"""Every job there is, and their timer: in threads inside the demo, in worker processes in production.

What is due stands in the database, so two workers, or one that was suspended, do no harm. Intervals are
counted on the monotonic clock: setting the time of day does not stop them.
"""

import logging
import signal
from threading import Event, Thread
from time import monotonic

from flask import Flask

from booking.db.engine import is_temporary
from booking.jobs import cycle, invoices, letters, payments, reservations
from booking.jobs.job import ExternalJob, Job, run
from booking.people.passwords import forget_sessions, sessions_to_forget
from booking.people.throttle import attempts_to_forget, forget_attempts

log = logging.getLogger(__name__)


def job_named(name: str) -> Job | ExternalJob | None:
    """Find a job by its name."""
    return next((job for job in JOBS if job.name == name), None)


EVERY_FIVE_MINUTES = 5 * 60  # for so long, tries from before a clock was set back look as if made just now
FORGET_ATTEMPTS = Job("forget-attempts", EVERY_FIVE_MINUTES, attempts_to_forget, forget_attempts)
EVERY_DAY = 24 * 60 * 60
FORGET_SESSIONS = Job("forget-sessions", EVERY_DAY, sessions_to_forget, forget_sessions)

JOBS: tuple[Job | ExternalJob, ...] = (
    reservations.MOVE_OUT,
    reservations.CLOSE_REQUESTS,
    reservations.BEGIN_LEASES,
    reservations.RELEASE_NO_SHOWS,
    reservations.END_STAYS,
    reservations.TELL_ENDED,
    reservations.CHARGE_LEASES,
    reservations.EXPIRE_HOLDS,
    reservations.FIND_FREE,
    reservations.BOOK_OPENED,
    reservations.TELL_SERIES,
    reservations.TELL_HELD,
    reservations.TELL_CHANGES,
    reservations.TELL_GUESTS,
    reservations.TELL_MANAGERS,
    reservations.TELL_DAY,
    reservations.REMIND_STARTS,
    reservations.REMIND_ENDS,
    reservations.REMIND_MISSED,
    reservations.REMIND_ANSWERS,
    reservations.MEASURE_DAYS,
    invoices.CLOSE_MONTHS,
    invoices.FINISH_MONTHS,
    payments.HANDLE_WEBHOOKS,
    payments.PUBLISH_INVOICES,
    reservations.PUBLISH_ACTIVITIES,
    reservations.REMIND_ATTENDEES,
    cycle.END_NEEDS,
    cycle.SEND_LISTS,
    cycle.SETTLE_QUARTERS,
    cycle.ANNOUNCE_DRAFTS,
    cycle.SEND_FOLLOW_UPS,
    cycle.CHASE_NEEDS,
    cycle.WARN_BUDGETS,
    letters.ROBOTS,
    letters.PUSHES,  # before the letters, since what no browser takes goes by mail
    letters.LETTERS,
    FORGET_ATTEMPTS,
    FORGET_SESSIONS,
    reservations.FORGET_GUESTS,
)


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
