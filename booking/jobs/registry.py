"""Every job there is, in the order in which a worker runs them after a stop."""

from booking.jobs.activities import PUBLISH_ACTIVITIES, REMIND_ATTENDEES
from booking.jobs.cycle import CHASE_NEEDS, END_NEEDS, SEND_FOLLOW_UPS, SEND_LISTS, WARN_BUDGETS
from booking.jobs.invoices import CLOSE_MONTHS, FINISH_MONTHS
from booking.jobs.job import ExternalJob, Job
from booking.jobs.letters import LETTERS, PUSHES, ROBOTS
from booking.jobs.payments import HANDLE_WEBHOOKS, PUBLISH_INVOICES
from booking.jobs.reservations import (
    FORGET_GUESTS,
    REMIND_ANSWERS,
    REMIND_ENDS,
    REMIND_MISSED,
    REMIND_STARTS,
    TELL_CHANGES,
    TELL_DAY,
    TELL_GUESTS,
    TELL_MANAGERS,
)
from booking.jobs.savings import ANNOUNCE_DRAFTS, SETTLE_QUARTERS
from booking.jobs.usage import (
    BEGIN_LEASES,
    CHARGE_LEASES,
    CLOSE_REQUESTS,
    END_STAYS,
    MEASURE_DAYS,
    MOVE_OUT,
    RELEASE_NO_SHOWS,
)
from booking.jobs.waiting import BOOK_OPENED, EXPIRE_HOLDS, FIND_FREE, TELL_HELD
from booking.people.sessions import forget_sessions, sessions_to_forget
from booking.people.throttle import attempts_to_forget, forget_attempts


def job_named(name: str) -> Job | ExternalJob | None:
    """Find a job by its name."""
    return next((job for job in JOBS if job.name == name), None)


EVERY_FIVE_MINUTES = 5 * 60  # for so long, tries from before a clock was set back look as if made just now
FORGET_ATTEMPTS = Job("forget-attempts", EVERY_FIVE_MINUTES, attempts_to_forget, forget_attempts)
EVERY_DAY = 24 * 60 * 60
FORGET_SESSIONS = Job("forget-sessions", EVERY_DAY, sessions_to_forget, forget_sessions)

JOBS: tuple[Job | ExternalJob, ...] = (
    MOVE_OUT,
    CLOSE_REQUESTS,
    BEGIN_LEASES,
    RELEASE_NO_SHOWS,
    END_STAYS,
    CHARGE_LEASES,
    EXPIRE_HOLDS,
    FIND_FREE,
    BOOK_OPENED,
    TELL_HELD,
    TELL_CHANGES,
    TELL_GUESTS,
    TELL_MANAGERS,
    TELL_DAY,
    REMIND_STARTS,
    REMIND_ENDS,
    REMIND_MISSED,
    REMIND_ANSWERS,
    MEASURE_DAYS,
    CLOSE_MONTHS,
    FINISH_MONTHS,
    HANDLE_WEBHOOKS,
    PUBLISH_INVOICES,
    PUBLISH_ACTIVITIES,
    REMIND_ATTENDEES,
    END_NEEDS,
    SEND_LISTS,
    SETTLE_QUARTERS,
    ANNOUNCE_DRAFTS,
    SEND_FOLLOW_UPS,
    CHASE_NEEDS,
    WARN_BUDGETS,
    ROBOTS,
    PUSHES,  # before the letters, since what no browser takes goes by mail
    LETTERS,
    FORGET_ATTEMPTS,
    FORGET_SESSIONS,
    FORGET_GUESTS,
)
