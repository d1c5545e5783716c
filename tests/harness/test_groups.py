"""What is dear and shared is made once a run: a group stays on one worker."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.harness.run import ROOT, VARIABLE

TESTS = """
import os
from pathlib import Path
import pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_of_a_group(number):
    with Path("workers").open("a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")
"""


def test_a_group_runs_on_one_worker(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS)
    plugins = ["-p", "tests.harness.run", "-p", "tests.harness.groups"]
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", VARIABLE))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-n", "2", "--dist", "loadgroup", "test_it.py"],
        cwd=tmp_path,
        env={**ours, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    workers = (tmp_path / "workers").read_text().split()
    assert (len(workers), len(set(workers))) == (6, 1)
