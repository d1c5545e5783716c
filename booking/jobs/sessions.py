"""The job that forgets ended sessions once their cookies are too old to be read."""

from booking.jobs.job import Job
from booking.people.sessions import forget_sessions, sessions_to_forget

EVERY_DAY = 24 * 60 * 60

FORGET_SESSIONS = Job("forget-sessions", EVERY_DAY, sessions_to_forget, forget_sessions)
