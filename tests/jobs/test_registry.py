"""Whoever runs the installation can read what runs, and how often."""

from __future__ import annotations

import re
from pathlib import Path

from booking.jobs.worker import JOBS

RUNNING = Path(__file__).resolve().parents[2] / "docs" / "running.md"
ROW = re.compile(r"^\| `([a-z-]+)` \| (?:(\d+) )?(second|minute|hour|day)s? \|", re.MULTILINE)
SECONDS = {"second": 1, "minute": 60, "hour": 60 * 60, "day": 24 * 60 * 60}


def test_every_job_is_described_with_how_often_it_looks():
    rows = ROW.findall(RUNNING.read_text(encoding="utf-8"))
    told = {name: int(number or 1) * SECONDS[unit] for name, number, unit in rows}
    assert told == {job.name: job.seconds for job in JOBS}
