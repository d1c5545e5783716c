"""The job that forgets old tries at signing in."""

from __future__ import annotations

from booking.jobs.job import Job
from booking.people.forget_attempts import attempts_to_forget, forget_attempts

EVERY_HOUR = 60 * 60

FORGET_ATTEMPTS = Job("forget-attempts", EVERY_HOUR, attempts_to_forget, forget_attempts)
