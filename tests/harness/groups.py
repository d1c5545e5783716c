"""Tests marked with one `xdist_group` run one after the other on one worker, which makes what they share.

xdist writes the group into a test's name, and from pytest 9.2 on that name cannot be written: without a word
every group was dealt out over all workers. So each worker notes the groups in the run's folder.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.harness.run import is_worker, run_folder

if TYPE_CHECKING:
    from xdist.remote import Producer

FILE = "groups.json"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note the groups, before the tests are told to the process that deals them out."""
    if is_worker(config):
        groups = {item.nodeid: mark.args[0] for item in items for mark in item.iter_markers("xdist_group")}
        part = run_folder() / f"{FILE}-{os.getpid()}"
        part.write_text(json.dumps(groups))
        part.replace(run_folder() / FILE)


@cache
def noted() -> dict[str, str]:
    """Give the group of each test that has one."""
    found: dict[str, str] = json.loads((run_folder() / FILE).read_text())
    return found


class ByGroup(LoadScopeScheduling):
    """Deals out groups whole, and other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return noted().get(nodeid, nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how to have the same order again, where a test failed."""
    seed = config.getoption("randomly_seed", None)
    if isinstance(seed, int) and {"failed", "error"} & set(terminalreporter.stats):
        terminalreporter.line(f"The same order again: --randomly-seed={seed} (or last), without -n.")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup | None:
    """Deal out by groups where that is asked for (`--dist loadgroup`)."""
    return ByGroup(config, log) if config.getoption("dist") == "loadgroup" else None
