"""The job that forgets old tries at signing in."""

from booking.jobs.job import Job
from booking.people.throttle import attempts_to_forget, forget_attempts

EVERY_FIVE_MINUTES = 5 * 60  # for so long, tries from before a clock was set back look as if made just now

FORGET_ATTEMPTS = Job("forget-attempts", EVERY_FIVE_MINUTES, attempts_to_forget, forget_attempts)
