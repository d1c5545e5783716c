"""After a run: the ten slowest tests, in seconds of a good machine, whatever this one is like today.

What counts is processor time: of the test with its fixtures, and of the browsers and servers it started.
Waiting for others on a busy machine is not the test's doing. PostgreSQL serves all tests, so its time is
nobody's. Where the system does not tell processor time, what is shown is the time on the clock.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.harness.run import is_worker

SHOWN = 10
TOO_LONG = 10.0
"""Seconds of a good machine after which a test is pointed at; nothing fails by the clock."""

GOOD_MACHINE_MS = 9.0
"""What the yardstick takes on a good machine."""

PROCESSES = Path("/proc")
DEAR_FIRST = ("tests/race/", "tests/db/", "tests/demo/", "tests/journeys/")
"""What is begun first, so that no worker is left alone with a long one at the end."""


def yardstick() -> float:
    """Give the processor time in ms of a piece of work that is always the same, the least of ten.

    Neighbours on a shared machine make everything dearer at once; figures are to be compared where it agrees.
    """
    return min(_piece_of_work() for _ in range(10)) * 1000


def _piece_of_work() -> float:
    began = time.process_time()
    sum(number * number for number in range(300_000))
    return time.process_time() - began


def processor_seconds() -> float:
    """Tell the processor time so far of this process and those below it, ended ones included."""
    return sum(os.times()[:4]) + sum(map(_seconds_of, _below(os.getpid())))


def _below(pid: int) -> Iterator[int]:
    for child in _children(pid):
        if _name(child) != "postgres":
            yield child
            yield from _below(child)


def _children(pid: int) -> list[int]:
    """Name the processes it started; one that has just ended, or a thread of it that has, has none."""
    found: list[int] = []
    try:
        for file in PROCESSES.glob(f"{pid}/task/*/children"):
            found += map(int, file.read_text().split())
    except OSError:
        pass
    return found


def _name(pid: int) -> str:
    try:
        return (PROCESSES / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def _seconds_of(pid: int) -> float:
    try:
        facts = (PROCESSES / str(pid) / "stat").read_text()
    except OSError:
        return 0.0
    ticks = facts.rpartition(")")[2].split()[11:15]  # its own and its ended children's, user and system
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


class Processor:
    """Notes with each test what processor time passed since the one before ended."""

    def __init__(self) -> None:
        self.before = processor_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the time to the last report of a test, which is handed on to the process that started us."""
        report = yield
        if call.when == "teardown" and PROCESSES.exists():
            now = processor_seconds()
            # Never less than nothing: who is killed unseen takes the time along.
            report.__dict__["processor"] = max(0.0, now - self.before)
            self.before = now
        return report


class Slowest:
    """Adds up what each test took, its fixtures included, and tells of the longest."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.processor: dict[str, float] = {}
        self.before = yardstick()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one phase of one test."""
        self.seconds[report.nodeid] += report.duration
        if hasattr(report, "processor"):
            self.processor[report.nodeid] = report.processor

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the slowest, the longest first, and what all took together."""
        if len(self.seconds) <= SHOWN:
            return
        here = (self.before + yardstick()) / 2
        took = {name: self.processor.get(name, seconds) for name, seconds in self.seconds.items()}
        terminalreporter.section(
            f"the slowest {SHOWN}, in seconds of a good machine (yardstick {here:.1f} ms)"
        )
        longest = sorted(took.items(), key=lambda pair: -pair[1])
        for name, seconds in longest[:SHOWN]:
            good = seconds * GOOD_MACHINE_MS / here
            mark = " too long" if good > TOO_LONG else ""
            told = f"{seconds:.1f} s of processor and {self.seconds[name]:.1f} s on the clock here"
            terminalreporter.line(f"{good:7.1f} ({told}) {name}{mark}")
        everything = sum(took.values())
        terminalreporter.line(
            f"{everything * GOOD_MACHINE_MS / here:7.1f} ({everything:.1f} s here) all tests"
        )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Processor(), "processor")
    if not is_worker(config):
        config.pluginmanager.register(Slowest(), "slowest")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(DEAR_FIRST))
