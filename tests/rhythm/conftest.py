"""A small park whose months run."""

from __future__ import annotations

import pytest


@pytest.fixture
def town(session, now):
    """Give the park of `town.py`."""
    from tests.rhythm.town import Town

    return Town(session, now)


@pytest.fixture
def run_job(app, standing_clock):
    """Give a runner: at an instant, a job; tells how many it did."""
    from booking.jobs.job import run

    def runs(job, instant):
        standing_clock.set(instant)
        with app.app_context():
            return run(job).done

    return runs
