"""After a run: the ten slowest tests, in seconds of a good machine, whatever this one is like today."""

from __future__ import annotations

import time
from collections import defaultdict

import pytest

from tests.harness.run import is_worker

SHOWN = 10
TOO_LONG = 10.0
"""Seconds of a good machine after which a test is pointed at; nothing fails by the clock."""

GOOD_MACHINE_MS = 9.0
"""What the yardstick takes on a good machine."""


def yardstick() -> float:
    """Give the processor time in ms of a piece of work that is always the same, the least of ten.

    Neighbours on a shared machine make everything dearer at once; figures are to be compared where it agrees.
    """
    return min(_piece_of_work() for _ in range(10)) * 1000


def _piece_of_work() -> float:
    began = time.process_time()
    sum(number * number for number in range(300_000))
    return time.process_time() - began


class Slowest:
    """Adds up what each test took, its fixtures included, and tells of the longest."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.before = yardstick()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one phase of one test."""
        self.seconds[report.nodeid] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the slowest, the longest first."""
        if len(self.seconds) <= SHOWN:
            return
        here = (self.before + yardstick()) / 2
        terminalreporter.section(
            f"the slowest {SHOWN}, in seconds of a good machine (yardstick {here:.1f} ms)"
        )
        longest = sorted(self.seconds.items(), key=lambda pair: -pair[1])
        for name, seconds in longest[:SHOWN]:
            good = seconds * GOOD_MACHINE_MS / here
            mark = " too long" if good > TOO_LONG else ""
            terminalreporter.line(f"{good:7.1f} ({seconds:.1f} s here) {name}{mark}")


def pytest_configure(config: pytest.Config) -> None:
    if not is_worker(config):
        config.pluginmanager.register(Slowest(), "slowest")
