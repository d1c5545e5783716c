"""Every job the house has, in the order in which a worker runs them after a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booking.jobs.letters import LETTERS

if TYPE_CHECKING:
    from booking.jobs.job import Errand, Job

JOBS: tuple[Job | Errand, ...] = (LETTERS,)


def job_named(name: str) -> Job | Errand | None:
    """Find a job by its name."""
    return next((job for job in JOBS if job.name == name), None)
