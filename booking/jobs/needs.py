"""The job of needs: those whose answer nobody contradicted end."""

from booking.jobs.job import Job
from booking.needs.end_need import end_uncontradicted, uncontradicted_needs

EVERY_TEN_MINUTES = 600
END_NEEDS = Job("end-needs", EVERY_TEN_MINUTES, uncontradicted_needs, end_uncontradicted)
