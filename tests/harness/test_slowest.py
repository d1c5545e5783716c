"""The slowest tests are told whatever processes come and go meanwhile."""

import os
from pathlib import Path

from tests.harness import slowest


class Vanishing:
    """A folder of processes in which each ends as soon as it is looked at."""

    def glob(self, pattern):
        raise FileNotFoundError(pattern)
        yield Path(pattern)


def test_a_process_that_ends_while_it_is_looked_at_counts_nothing(monkeypatch):
    monkeypatch.setattr(slowest, "PROCESSES", Vanishing())
    assert slowest.processor_seconds() >= 0


def test_a_process_with_a_child_counts_the_child(monkeypatch, tmp_path):
    def process(pid, children):
        folder = tmp_path / str(pid)
        (folder / "task" / str(pid)).mkdir(parents=True)
        (folder / "task" / str(pid) / "children").write_text(children)
        (folder / "comm").write_text("python")
        fields = ["S", *["0"] * 10, "100", "0", "0", "0"]
        (folder / "stat").write_text(f"{pid} (python) {' '.join(fields)}")

    before = slowest.processor_seconds()
    process(os.getpid(), "71 ")
    process(71, "72 ")
    process(72, "")
    monkeypatch.setattr(slowest, "PROCESSES", tmp_path)
    ticks = os.sysconf("SC_CLK_TCK")
    assert slowest.processor_seconds() >= 2 * 100 / ticks
    assert before >= 0
