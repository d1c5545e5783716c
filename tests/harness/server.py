"""The product as it runs in production: gunicorn on a free port, with a database of the test's."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.harness.mail import free_port
from tests.harness.run import ROOT, run_folder
from tests.harness.schema import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

START_SECONDS = 240  # on a machine that is slow and busy; a server that ended is noticed at once
STOP_SECONDS = 15


@dataclass(frozen=True)
class LiveServer:
    """A running server; `url` has no slash at its end."""

    url: str
    log: Path

    def healthz(self) -> int | None:
        """Ask how it is: an HTTP status, or None while nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None


def _wait(server: LiveServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.healthz() is None:
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the server did not start:\n{server.log.read_text(errors='replace')}")
        time.sleep(0.1)


@contextmanager
def live_server(
    database_url: str, *, workers: int = 2, threads: int = 1, **settings: str
) -> Iterator[LiveServer]:
    """Serve the product until the block ends; `settings` are further environment variables."""
    port = free_port()
    server = LiveServer(f"http://127.0.0.1:{port}", run_folder() / f"server-{port}.log")
    command = [
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(workers),
        "--threads",
        str(threads),
    ]
    with server.log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command, "--graceful-timeout", "2", "wsgi:app"],
            cwd=ROOT,
            env=environment(database_url, **settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[LiveServer]]:
    """Give `live_server`, so that a test needs no import: `with serve(url, workers=4) as server:`."""
    return live_server
