"""One test run: a folder that the pytest process and its xdist workers share, and a lock in it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "BOOKING_TEST_RUN"
HANGS = 300
"""Seconds after which something hangs, on however slow and busy a machine; no test is judged by less."""
ROOT = Path(__file__).resolve().parents[2]


def run_folder() -> Path:
    """Give the folder of this run; it is removed when the run ends."""
    return Path(os.environ[VARIABLE])


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Let one worker at a time in, and with it the making of what all share."""
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_worker(config: pytest.Config) -> bool:
    """Tell an xdist worker from the process that started it (or that runs alone)."""
    return hasattr(config, "workerinput")


def controller_pid() -> int:
    """Give the process that outlives all workers."""
    return int((run_folder() / "controller").read_text())


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if is_worker(config):
        return
    folder = Path(tempfile.mkdtemp(prefix="booking-tests-"))
    folder.chmod(0o755)  # the PostgreSQL of a run by root belongs to nobody and must pass through
    (folder / "controller").write_text(str(os.getpid()))
    os.environ[VARIABLE] = str(folder)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config) and VARIABLE in os.environ:
        shutil.rmtree(os.environ.pop(VARIABLE), ignore_errors=True)
