"""The product's schema in an empty database, made the way production makes it: by the migrations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.harness.run import ROOT, only_one, run_folder

if TYPE_CHECKING:
    from pathlib import Path

TEST_SECRET = "only-for-tests-" + "x" * 32
PATIENCE = 30
"""Seconds to wait for a lock: a slow machine is no fault of the code; tests of the waiting set their own."""


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Give the environment of a process of ours that works on this database."""
    said = {"BOOKING_ENV": "development", "DATABASE_URL": database_url, "SECRET_KEY": TEST_SECRET}
    return {**os.environ, **said, "DATABASE_LOCK_TIMEOUT": str(PATIENCE), **more}


def build_schema(database_url: str) -> None:
    """Run all migrations in a process of its own; fails the test with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env=environment(database_url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"the migrations failed on {database_url}:\n{done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """Give an SQLite file with the schema in it and no rows, migrated once a run."""
    template, done = run_folder() / "template.sqlite3", run_folder() / "sqlite.done"
    with only_one("sqlite"):
        if not done.exists():
            build_schema(f"sqlite:///{template}")
            done.touch()
    return template


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the URL of a fresh SQLite database with the product's schema."""
    file = tmp_path / "park.sqlite3"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"
