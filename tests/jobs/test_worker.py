"""The worker's timer counts seconds and never looks at the time of day."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from datetime import timedelta
from threading import Event

from sqlalchemy import text

from booking.db.base import CLOCKS_DIFFER, is_come
from booking.jobs import worker
from booking.jobs.job import Job
from tests.harness.run import HANGS, ROOT
from tests.harness.schema import environment


def test_a_clock_set_back_by_a_day_does_not_stop_the_timer(app, monkeypatch, standing_clock, now):
    stop, seen = Event(), []

    def due(_session, at):
        seen.append(at)
        standing_clock.set(now - timedelta(days=len(seen)))
        if len(seen) == 3:
            stop.set()
        return []

    worker.run_periodically(app, Job("a", 0, due, lambda *_: False), stop)
    assert seen == [now, now - timedelta(days=1), now - timedelta(days=2)]


def test_a_database_that_is_away_is_one_line_of_the_log_and_the_timer_goes_on(app_on, caplog):
    app = app_on("postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    with caplog.at_level(logging.WARNING):
        worker.run_once(
            app, Job("a", 0, lambda session, _: session.execute(text("SELECT 1")).all(), lambda *_: False)
        )
    [line] = [record for record in caplog.records if record.name == "booking.jobs.worker"]
    assert line.exc_info is None
    assert "waits for the database" in line.getMessage()


def test_a_worker_says_nothing_while_there_is_nothing_to_do_and_ends_when_told(sqlite_database):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(sqlite_database), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert b"running" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=HANGS)
    assert process.returncode == 0
    assert said == b""


def test_what_was_put_off_by_more_than_ever_happens_is_due(now):
    longest = timedelta(hours=6)
    assert is_come(now, now, within=longest)
    assert not is_come(now + timedelta(seconds=1), now, within=longest)
    assert not is_come(now + longest + CLOCKS_DIFFER, now, within=longest)
    assert is_come(now + timedelta(days=1), now, within=longest)
