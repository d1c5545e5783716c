"""Every job the house has, in the order in which a worker runs them after a stop."""

from booking.jobs.attempts import FORGET_ATTEMPTS
from booking.jobs.closing import CLOSE_MONTHS, FINISH_MONTHS
from booking.jobs.job import Errand, Job
from booking.jobs.leases import CHARGE_LEASES
from booking.jobs.letters import LETTERS
from booking.jobs.publish import PUBLISH_INVOICES
from booking.jobs.reports import PUBLISH_REPORTS
from booking.jobs.sessions import FORGET_SESSIONS
from booking.jobs.use import BEGIN_LEASES, CLOSE_REQUESTS, END_STAYS, RELEASE_NO_SHOWS, WIND_UP
from booking.jobs.webhooks import HANDLE_WEBHOOKS

JOBS: tuple[Job | Errand, ...] = (
    WIND_UP,
    CLOSE_REQUESTS,
    BEGIN_LEASES,
    RELEASE_NO_SHOWS,
    END_STAYS,
    CHARGE_LEASES,
    CLOSE_MONTHS,
    FINISH_MONTHS,
    HANDLE_WEBHOOKS,
    PUBLISH_INVOICES,
    PUBLISH_REPORTS,
    LETTERS,
    FORGET_ATTEMPTS,
    FORGET_SESSIONS,
)


def job_named(name: str) -> Job | Errand | None:
    """Find a job by its name."""
    return next((job for job in JOBS if job.name == name), None)
