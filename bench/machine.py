"""Servers to measure, and how much of the processor they used."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import psycopg
from flask import Flask
from sqlalchemy import URL

from tests.harness.mail import free_port
from tests.harness.postgres import INITDB, _demoted, _programs
from tests.harness.run import ROOT
from tests.harness.schema import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[URL, int]]:
    """Start a PostgreSQL that keeps its promises (fsync on), give its address and process id."""
    home = folder / "postgres"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    programs, data = _programs(), home / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, *INITDB], check=True, capture_output=True, cwd=home, **_demoted()
    )
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "shared_buffers": "512MB",
        "max_wal_size": "4GB",
    }
    arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *arguments], stdout=log, stderr=log, cwd=home, **_demoted()
        )
    address = URL.create(
        "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(home)}
    )
    try:
        time.sleep(2)
        yield address, process.pid
    finally:
        process.send_signal(signal.SIGINT)  # fast: SIGTERM would wait for our own connections for ever
        process.wait()


@contextmanager
def web(database_url: str, log: Path, app: str = "wsgi:app") -> Iterator[tuple[str, int]]:
    """Serve with gunicorn and two workers; give the address and the process id."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}", app],
            cwd=ROOT,
            env=environment(database_url, LOG_LEVEL="WARNING"),
            stdout=output,
            stderr=output,
        )
    try:
        time.sleep(4)
        yield f"127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def empty_app() -> Flask:
    """Make an app that answers nothing: what the server and the framework cost by themselves."""
    app = Flask("empty")
    app.add_url_rule("/", view_func=lambda: "")
    return app


def cpu_seconds(*pids: int) -> float:
    """Add up the processor time of processes and all their children so far."""
    total = 0.0
    for pid in pids:
        parent = psutil.Process(pid)
        for one in [parent, *parent.children(recursive=True)]:
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system + times.children_user + times.children_system
    return total


def new_database(server: URL | None, folder: Path, name: str) -> str:
    """Make an empty database: a file, or one on the server."""
    if server is None:
        return f"sqlite:///{folder / name}.sqlite3"
    with psycopg.connect(
        server.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.set(database=name).render_as_string(hide_password=False)
